"""Taking a reorganization back: what was begun goes, what was ended goes on, while nothing was built on it."""

from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext_lazy as _

from temis.core.errors import RuleViolation
from temis.restructuring.bodies import Values

# Each finds one record that stands in the way: (what, name).
_BLOCKERS = [
    (
        # a later version of a body that this reorganization changed
        """
        SELECT v.name FROM organizations_organizationversion v
        JOIN restructuring_affectedrecord r ON r.organization_id = v.organization_id
        WHERE r.reorganization_id = %(id)s AND r.effect IN ('VERSION_BEGUN', 'VERSION_ENDED')
          AND lower(v.validity) > %(on)s::date LIMIT 1
        """,
        _("Đơn vị %(name)s đã có thay đổi sau đó. Hoàn tác thay đổi đó trước."),
    ),
    (
        # a new employment that has been changed since, or has ended
        """
        SELECT p.full_name FROM restructuring_affectedrecord r
        LEFT JOIN people_employment e ON e.id = r.record_id
        JOIN restructuring_affectedrecord o ON o.reorganization_id = r.reorganization_id
             AND o.effect = 'EMPLOYMENT_ENDED'
        JOIN people_employment was ON was.id = o.record_id
        JOIN people_person p ON p.id = was.person_id
        WHERE r.reorganization_id = %(id)s AND r.effect = 'EMPLOYMENT_BEGUN' AND e.person_id = was.person_id
          AND (e.validity IS DISTINCT FROM daterange(%(on)s::date, o.before_until)
               OR e.organization_id <> r.organization_id) LIMIT 1
        """,
        _("Vị trí công tác của %(name)s đã được sửa sau đó. Sửa lại trước khi hoàn tác."),
    ),
    (
        # an appraisal decided in the new body
        """
        SELECT p.full_name FROM restructuring_affectedrecord r
        JOIN appraisals_appraisal a ON a.id = r.record_id AND a.state NOT IN ('OPEN', 'SUBMITTED')
        JOIN people_person p ON p.id = a.person_id
        WHERE r.reorganization_id = %(id)s AND r.effect = 'APPRAISAL_MOVED' LIMIT 1
        """,
        _("Đánh giá của %(name)s đã được quyết định ở đơn vị mới, nên không hoàn tác được nữa."),
    ),
]

_TAKE_BACK = """
UPDATE appraisals_appraisal a
SET organization_id = r.before_organization_id, decided_in_id = r.before_decided_in_id,
    group_id = CASE WHEN r.before_organization_id = a.organization_id THEN a.group_id
               ELSE (SELECT e.group_id FROM people_employment e
                     WHERE e.person_id = a.person_id AND e.organization_id = r.before_organization_id
                     ORDER BY upper(e.validity) DESC NULLS FIRST LIMIT 1) END
FROM restructuring_affectedrecord r
WHERE r.reorganization_id = %(id)s AND r.effect = 'APPRAISAL_MOVED' AND r.record_id = a.id;

DELETE FROM people_employment e USING restructuring_affectedrecord r
WHERE r.reorganization_id = %(id)s AND r.effect = 'EMPLOYMENT_BEGUN' AND r.record_id = e.id;

UPDATE people_employment e SET validity = daterange(lower(e.validity), r.before_until)
FROM restructuring_affectedrecord r
WHERE r.reorganization_id = %(id)s AND r.effect = 'EMPLOYMENT_ENDED' AND r.record_id = e.id;

UPDATE accounts_grant g SET validity = daterange(lower(g.validity), r.before_until)
FROM restructuring_affectedrecord r
WHERE r.reorganization_id = %(id)s AND r.effect = 'GRANT_ENDED' AND r.record_id = g.id;

DELETE FROM organizations_organizationversion v USING restructuring_affectedrecord r
WHERE r.reorganization_id = %(id)s AND r.effect = 'VERSION_BEGUN' AND r.record_id = v.id;

UPDATE organizations_organizationversion v SET validity = daterange(lower(v.validity), r.before_until)
FROM restructuring_affectedrecord r
WHERE r.reorganization_id = %(id)s AND r.effect = 'VERSION_ENDED' AND r.record_id = v.id;

DELETE FROM organizations_succession WHERE reorganization_id = %(id)s;
DELETE FROM restructuring_affectedrecord WHERE reorganization_id = %(id)s;
DELETE FROM restructuring_extent WHERE reorganization_id = %(id)s;
"""


def take_back(cursor: CursorWrapper, values: Values) -> None:
    """ORG-06. Undo everything, or say what stands in the way."""
    for query, message in _BLOCKERS:
        cursor.execute(query, values)
        if found := cursor.fetchone():
            raise RuleViolation("ORG-06", str(message) % {"name": found[0]})
    cursor.execute(_TAKE_BACK, values)
