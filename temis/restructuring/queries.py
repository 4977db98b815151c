"""What a reorganization does, for the one who has to answer for it: bodies, people, rights, open appraisals."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from temis.access import Role
from temis.organizations.models import Reorganization

# How many lines of each kind a page shows; the counts are always whole.
SHOWN = 100

# Only the lines that are shown are looked up in the bodies and their versions: a reform touches every school of the
# country. Those that end come first; the rest are put in order only where there is room for them. What was touched is
# gathered in one pass, not compared with itself: in a preview PostgreSQL does not know yet how much that is.
_BODIES = """
WITH touched AS MATERIALIZED (
    SELECT organization_id AS body, bool_or(effect = 'VERSION_BEGUN') AS goes_on FROM restructuring_affectedrecord
    WHERE reorganization_id = %(id)s AND effect IN ('VERSION_ENDED', 'VERSION_BEGUN') GROUP BY organization_id
), gone AS (
    SELECT false AS goes_on, o.id, o.code, o.path
    FROM organizations_organization o WHERE o.id = ANY (ARRAY(SELECT body FROM touched WHERE NOT goes_on))
    ORDER BY o.path, o.code LIMIT %(shown)s
), changed AS (
    SELECT true AS goes_on, o.id, o.code, o.path
    FROM touched t JOIN organizations_organization o ON o.id = t.body AND t.goes_on
    ORDER BY o.path, o.code LIMIT %(shown)s - (SELECT count(*) FROM gone)
), shown AS (
    SELECT * FROM gone UNION ALL SELECT * FROM changed LIMIT %(shown)s
)
SELECT s.code, coalesce(was.name, now.name) AS before, now.name AS after, was_parent.name AS parent_before,
       now_parent.name AS parent_after, now.id IS NULL AS ends, (SELECT count(*) FROM touched) AS total
FROM shown s
LEFT JOIN organizations_organizationversion was
       ON was.organization_id = s.id AND upper(was.validity) = %(on)s::date
LEFT JOIN organizations_organizationversion now ON now.organization_id = s.id AND now.validity @> %(on)s::date
LEFT JOIN organizations_organizationversion was_parent
       ON was_parent.organization_id = was.parent_id AND was_parent.validity @> (%(on)s::date - 1)
LEFT JOIN organizations_organizationversion now_parent
       ON now_parent.organization_id = now.parent_id AND now_parent.validity @> %(on)s::date
ORDER BY s.goes_on, s.path, s.code
"""

_PEOPLE = """
WITH begun AS (
    SELECT n.* FROM restructuring_affectedrecord r JOIN people_employment n ON n.id = r.record_id
    WHERE r.reorganization_id = %(id)s AND r.effect = 'EMPLOYMENT_BEGUN'
)
SELECT p.code, p.full_name, e.position AS before, o.name AS body_before, n.position AS after, t.name AS body_after,
       count(*) OVER () AS total
FROM restructuring_affectedrecord r
JOIN people_employment e ON e.id = r.record_id
JOIN people_person p ON p.id = e.person_id
JOIN organizations_organization o ON o.id = e.organization_id
LEFT JOIN begun n ON n.person_id = p.id
LEFT JOIN organizations_organization t ON t.id = n.organization_id
WHERE r.reorganization_id = %(id)s AND r.effect = 'EMPLOYMENT_ENDED'
ORDER BY (n.id IS NOT NULL AND n.position = e.position), o.path, p.sort_key, p.id LIMIT %(shown)s
"""

_GRANTS = """
SELECT u.display_name, g.role, o.name AS body, count(*) OVER () AS total
FROM restructuring_affectedrecord r
JOIN accounts_grant g ON g.id = r.record_id
JOIN accounts_user u ON u.id = g.user_id
JOIN organizations_organization o ON o.id = g.organization_id
WHERE r.reorganization_id = %(id)s AND r.effect = 'GRANT_ENDED' ORDER BY o.path, u.display_name LIMIT %(shown)s
"""

_APPRAISALS = """
SELECT count(*) FROM restructuring_affectedrecord WHERE reorganization_id = %(id)s AND effect = 'APPRAISAL_MOVED'
"""


@dataclass(frozen=True)
class Lines:
    """The first lines of a kind and how many there are."""

    rows: list[dict[str, Any]]
    total: int


@dataclass(frozen=True)
class Effects:
    """All that a reorganization changes."""

    on: date
    bodies: Lines
    people: Lines
    grants: Lines
    appraisals: int


def effects_of(reorganization: Reorganization) -> Effects:
    """Read from what was written down when it was done (or is being previewed)."""
    values: dict[str, Any] = {"id": reorganization.pk, "on": reorganization.on, "shown": SHOWN}
    with connection.cursor() as cursor:
        cursor.execute(_APPRAISALS, values)
        (appraisals,) = cursor.fetchone()
    grants = _lines(_GRANTS, values)
    for row in grants.rows:
        row["role"] = Role(row["role"]).label
    return Effects(reorganization.on, _lines(_BODIES, values), _lines(_PEOPLE, values), grants, appraisals)


def _lines(query: str, values: dict[str, Any]) -> Lines:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return Lines(rows, rows[0]["total"] if rows else 0)
