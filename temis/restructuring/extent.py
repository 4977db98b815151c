"""What a reorganization did, put in order and counted when it is done: a page then reads no more than it shows."""

from django.db.backends.utils import CursorWrapper

from temis.restructuring.bodies import Values

# How many lines of each kind a page shows; the counts are always whole.
SHOWN = 100

# Bodies that end come first; of those that go on, by their places in the tree. Each body has one version that ended.
_BODIES = """
WITH gone AS (
    SELECT organization_id FROM restructuring_affectedrecord
    WHERE reorganization_id = %(id)s AND effect = 'VERSION_ENDED'
    EXCEPT
    SELECT organization_id FROM restructuring_affectedrecord
    WHERE reorganization_id = %(id)s AND effect = 'VERSION_BEGUN'
)
SELECT r.id, row_number() OVER (ORDER BY gone.organization_id IS NULL, o.path, o.code) AS place
FROM restructuring_affectedrecord r
JOIN organizations_organization o ON o.id = r.organization_id
LEFT JOIN gone ON gone.organization_id = r.organization_id
WHERE r.reorganization_id = %(id)s AND r.effect = 'VERSION_ENDED'
"""

# Those without a new post and those whose position changes come first: somebody has to see to them.
_PEOPLE = """
SELECT r.id, row_number() OVER (ORDER BY e.position IS NOT DISTINCT FROM n.position, o.path, p.sort_key, r.id) AS place
FROM restructuring_affectedrecord r
JOIN people_employment e ON e.id = r.record_id
JOIN people_person p ON p.id = e.person_id
JOIN organizations_organization o ON o.id = e.organization_id
LEFT JOIN LATERAL (
    SELECT n.position
    FROM organizations_succession s
    JOIN people_employment n ON n.organization_id = s.successor_id AND n.person_id = e.person_id
         AND n.validity @> %(on)s::date
    WHERE s.reorganization_id = %(id)s AND s.predecessor_id = e.organization_id ORDER BY n.id LIMIT 1
) n ON true
WHERE r.reorganization_id = %(id)s AND r.effect = 'EMPLOYMENT_ENDED'
"""

_GRANTS = """
SELECT r.id, row_number() OVER (ORDER BY o.path, u.display_name, r.id) AS place
FROM restructuring_affectedrecord r
JOIN accounts_grant g ON g.id = r.record_id
JOIN accounts_user u ON u.id = g.user_id
JOIN organizations_organization o ON o.id = g.organization_id
WHERE r.reorganization_id = %(id)s AND r.effect = 'GRANT_ENDED'
"""

_PLACE = """
UPDATE restructuring_affectedrecord r SET place = ordered.place
FROM ({ordered}) ordered WHERE ordered.id = r.id AND ordered.place <= %(shown)s
"""

_COUNT = """
INSERT INTO restructuring_extent (reorganization_id, bodies, people, grants, appraisals)
SELECT %(id)s, count(*) FILTER (WHERE effect = 'VERSION_ENDED'), count(*) FILTER (WHERE effect = 'EMPLOYMENT_ENDED'),
       count(*) FILTER (WHERE effect = 'GRANT_ENDED'), count(*) FILTER (WHERE effect = 'APPRAISAL_MOVED')
FROM restructuring_affectedrecord WHERE reorganization_id = %(id)s
"""


def write_extent(cursor: CursorWrapper, values: Values) -> None:
    """After all changes: what a page shows of each kind gets its place, all of them are counted."""
    for ordered in (_BODIES, _PEOPLE, _GRANTS):
        cursor.execute(_PLACE.format(ordered=ordered), values | {"shown": SHOWN})
    cursor.execute(_COUNT, values)
