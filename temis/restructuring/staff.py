"""The part of a reorganization that concerns people: employments, named roles and open appraisals follow their bodies.

Rights are never moved: a role by name (Grant) in a body that ends, ends with it, and the preview says whose.
"""

from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _

from temis.core.errors import RuleViolation
from temis.restructuring.bodies import Values

# Who leaves where: the named part of a split body, and all (then all others) of a merged one. Ordered, so that new rows
# get the same ids whatever way PostgreSQL joins: a simulated country is the same for a seed.
_LEAVERS = """
CREATE TEMP TABLE leavers ON COMMIT DROP AS
WITH named AS (
    -- By his level and by his group to one body is one way.
    SELECT min(s.id) AS step_id, e.id AS old_id
    FROM organizations_reorganizationstep s
    JOIN restructuring_splitpart p ON p.step_id = s.id
    JOIN people_employment e ON e.organization_id = s.organization_id AND e.validity @> %(on)s::date
    WHERE s.reorganization_id = %(id)s AND s.change = 'SPLIT'
      AND (e.level = ANY(p.levels)
           OR e.group_id IN (SELECT subjectgroup_id FROM restructuring_splitpart_groups WHERE splitpart_id = s.id))
    GROUP BY e.id, s.target_id
), leaving AS (
    SELECT step_id, old_id FROM named
    UNION ALL
    SELECT s.id, e.id
    FROM organizations_reorganizationstep s
    JOIN people_employment e ON e.organization_id = s.organization_id AND e.validity @> %(on)s::date
    WHERE s.reorganization_id = %(id)s AND s.change IN ('MERGE', 'CLOSE') AND e.id NOT IN (SELECT old_id FROM named)
)
SELECT e.id AS old_id, e.organization_id, s.target_id, upper(e.validity) AS until, s.change,
       nextval(pg_get_serial_sequence('people_employment', 'id')) AS new_id
FROM leaving l
JOIN organizations_reorganizationstep s ON s.id = l.step_id
JOIN people_employment e ON e.id = l.old_id
ORDER BY s.id, e.id;
"""

_TORN = """
SELECT min(p.full_name), array_agg(t.name ORDER BY t.name)
FROM leavers l
JOIN people_employment e ON e.id = l.old_id JOIN people_person p ON p.id = e.person_id
JOIN organizations_organization t ON t.id = l.target_id
GROUP BY l.old_id HAVING count(*) > 1 ORDER BY 1 LIMIT 1
"""

# Groups of the same name in the bodies to which they come.
_GROUPS = """
INSERT INTO people_subjectgroup (organization_id, name)
SELECT l.target_id, g.name
FROM leavers l JOIN people_employment e ON e.id = l.old_id JOIN people_subjectgroup g ON g.id = e.group_id
WHERE l.target_id IS NOT NULL
GROUP BY l.target_id, g.name ORDER BY min(l.new_id)
ON CONFLICT (organization_id, name) DO NOTHING;
"""

# An employment that begins on the very day was entered for the new order already and stays as it is.
_MOVE = """
UPDATE people_employment e SET validity = daterange(lower(e.validity), %(on)s::date)
FROM leavers l WHERE e.id = l.old_id AND lower(e.validity) IS DISTINCT FROM %(on)s::date;

DELETE FROM leavers l USING people_employment e WHERE e.id = l.old_id AND e.validity @> %(on)s::date;

INSERT INTO people_employment
    (id, person_id, organization_id, position, level, subject, group_id, leads_group, validity)
SELECT l.new_id, e.person_id, l.target_id,
       -- One school has one principal: the one of the body that takes over.
       CASE WHEN e.position = 'PRINCIPAL' AND l.change = 'MERGE' THEN 'DEPUTY' ELSE e.position END,
       e.level, e.subject, g.id,
       -- One group has one leader: the one it has, else the longest serving of those who come into it.
       e.leads_group
           AND row_number() OVER (PARTITION BY g.id, e.leads_group ORDER BY lower(e.validity) NULLS FIRST, e.id) = 1
           AND NOT EXISTS (SELECT FROM people_employment h
                           WHERE h.group_id = g.id AND h.leads_group
                             AND h.validity && daterange(%(on)s::date, l.until)),
       daterange(%(on)s::date, l.until)
FROM leavers l
JOIN people_employment e ON e.id = l.old_id
LEFT JOIN people_subjectgroup old ON old.id = e.group_id
LEFT JOIN people_subjectgroup g ON g.organization_id = l.target_id AND g.name = old.name
WHERE l.target_id IS NOT NULL
  AND NOT EXISTS (SELECT FROM people_employment x WHERE x.person_id = e.person_id
                  AND x.organization_id = l.target_id AND x.validity && daterange(%(on)s::date, l.until))
  -- Who worked in two of the bodies that merge has one post in the new one.
  AND NOT EXISTS (SELECT FROM leavers l2 JOIN people_employment e2 ON e2.id = l2.old_id
                  WHERE l2.target_id = l.target_id AND e2.person_id = e.person_id AND l2.old_id < l.old_id);

INSERT INTO restructuring_affectedrecord (reorganization_id, effect, record_id, organization_id, before_until)
SELECT %(id)s, 'EMPLOYMENT_ENDED', old_id, organization_id, until FROM leavers
UNION ALL
SELECT %(id)s, 'EMPLOYMENT_BEGUN', e.id, e.organization_id, NULL
FROM leavers l JOIN people_employment e ON e.id = l.new_id;

DROP TABLE leavers;
"""

_GRANTS = """
WITH ending AS (
    SELECT g.id, g.organization_id, upper(g.validity) AS until FROM accounts_grant g
    JOIN organizations_reorganizationstep s ON s.organization_id = g.organization_id
    WHERE s.reorganization_id = %(id)s AND s.change IN ('MERGE', 'CLOSE')
      AND g.validity @> %(on)s::date AND lower(g.validity) IS DISTINCT FROM %(on)s::date
), ended AS (
    UPDATE accounts_grant g SET validity = daterange(lower(g.validity), %(on)s::date)
    FROM ending WHERE ending.id = g.id
)
INSERT INTO restructuring_affectedrecord (reorganization_id, effect, record_id, organization_id, before_until)
SELECT %(id)s, 'GRANT_ENDED', id, organization_id, until FROM ending;
"""

# Undecided appraisals of open periods go with the person; decided ones keep the body they were made under. Who
# decides on a teacher or a deputy is his new school; who decides on a principal is found again by its own rule.
_APPRAISALS = """
CREATE TEMP TABLE movers ON COMMIT DROP AS
SELECT DISTINCT ON (a.id) a.id, a.organization_id AS old_organization_id, a.decided_in_id AS old_decided_in_id,
       e.organization_id AS new_organization_id, e.group_id
FROM restructuring_affectedrecord r
JOIN people_employment e ON e.id = r.record_id
JOIN appraisals_appraisal a ON a.person_id = e.person_id AND a.state IN ('OPEN', 'SUBMITTED')
JOIN appraisals_period p ON p.id = a.period_id AND p.state = 'OPEN'
JOIN organizations_succession s ON s.predecessor_id = a.organization_id AND s.successor_id = e.organization_id
WHERE r.reorganization_id = %(id)s AND r.effect = 'EMPLOYMENT_BEGUN' AND s.reorganization_id = %(id)s
ORDER BY a.id;

UPDATE appraisals_appraisal a
SET organization_id = m.new_organization_id, group_id = m.group_id,
    decided_in_id = CASE WHEN a.position = 'PRINCIPAL' AND m.old_decided_in_id <> m.old_organization_id
                         THEN a.decided_in_id ELSE m.new_organization_id END
FROM movers m WHERE m.id = a.id;

INSERT INTO restructuring_affectedrecord
    (reorganization_id, effect, record_id, organization_id, before_organization_id, before_decided_in_id)
SELECT %(id)s, 'APPRAISAL_MOVED', id, new_organization_id, old_organization_id, old_decided_in_id FROM movers;

-- A decider that has ended hands its open decisions to the body that took over.
WITH moved AS (
    SELECT a.id, a.organization_id, a.decided_in_id, s.successor_id
    FROM appraisals_appraisal a
    JOIN appraisals_period p ON p.id = a.period_id AND p.state = 'OPEN'
    JOIN organizations_succession s ON s.predecessor_id = a.decided_in_id AND s.reorganization_id = %(id)s
    JOIN organizations_reorganizationstep t ON t.reorganization_id = %(id)s AND t.change = 'MERGE'
        AND t.organization_id = a.decided_in_id
    WHERE a.state IN ('OPEN', 'SUBMITTED')
), changed AS (
    UPDATE appraisals_appraisal a SET decided_in_id = moved.successor_id FROM moved WHERE moved.id = a.id
)
INSERT INTO restructuring_affectedrecord
    (reorganization_id, effect, record_id, organization_id, before_organization_id, before_decided_in_id)
SELECT %(id)s, 'APPRAISAL_MOVED', id, organization_id, organization_id, decided_in_id FROM moved
ON CONFLICT (reorganization_id, effect, record_id) DO NOTHING;

DROP TABLE movers;
"""


def move_people(cursor: CursorWrapper, values: Values) -> None:
    """Employments and named roles follow or end with their bodies; nobody goes two ways (ORG-05)."""
    cursor.execute(_LEAVERS, values)
    cursor.execute(_TORN)
    if found := cursor.fetchone():
        name, targets = found
        message = _("%(name)s được chuyển đến hai nơi: %(targets)s. Sửa cấp học hoặc tổ chuyên môn được tách.")
        raise RuleViolation("ORG-05", message % {"name": name, "targets": ", ".join(targets)})
    cursor.execute(_GROUPS, values)
    cursor.execute(_MOVE, values)
    cursor.execute(_GRANTS, values)


def move_open_appraisals(cursor: CursorWrapper, values: Values) -> None:
    cursor.execute(_APPRAISALS, values)
