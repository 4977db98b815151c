"""What a reorganization does, for the one who has to answer for it: bodies, people, rights, open appraisals."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from temis.access import Role
from temis.organizations.models import Reorganization
from temis.restructuring.enums import Effect
from temis.restructuring.extent import SHOWN
from temis.restructuring.models import Extent

# The first lines of each kind have their places (`extent`); only these are looked up in what they are about. They are
# counted off first: in a preview PostgreSQL does not know yet how few records have a place.
_SHOWN = """
WITH shown AS MATERIALIZED (
    SELECT record_id, organization_id, place FROM restructuring_affectedrecord
    WHERE reorganization_id = %(id)s AND effect = %(effect)s AND place IS NOT NULL ORDER BY place LIMIT %(shown)s
)
"""

_BODIES = """
SELECT o.code, coalesce(was.name, now.name) AS before, now.name AS after, was_parent.name AS parent_before,
       now_parent.name AS parent_after, now.id IS NULL AS ends
FROM shown r
JOIN organizations_organization o ON o.id = r.organization_id
LEFT JOIN organizations_organizationversion was
       ON was.organization_id = r.organization_id AND upper(was.validity) = %(on)s::date
LEFT JOIN organizations_organizationversion now
       ON now.organization_id = r.organization_id AND now.validity @> %(on)s::date
LEFT JOIN organizations_organizationversion was_parent
       ON was_parent.organization_id = was.parent_id AND was_parent.validity @> (%(on)s::date - 1)
LEFT JOIN organizations_organizationversion now_parent
       ON now_parent.organization_id = now.parent_id AND now_parent.validity @> %(on)s::date
ORDER BY r.place
"""

_PEOPLE = """
SELECT p.code, p.full_name, e.position AS before, o.name AS body_before, n.position AS after, t.name AS body_after
FROM shown r
JOIN people_employment e ON e.id = r.record_id
JOIN people_person p ON p.id = e.person_id
JOIN organizations_organization o ON o.id = e.organization_id
LEFT JOIN LATERAL (
    SELECT n.position, n.organization_id
    FROM organizations_succession s
    JOIN people_employment n ON n.organization_id = s.successor_id AND n.person_id = e.person_id
         AND n.validity @> %(on)s::date
    WHERE s.reorganization_id = %(id)s AND s.predecessor_id = e.organization_id ORDER BY n.id LIMIT 1
) n ON true
LEFT JOIN organizations_organization t ON t.id = n.organization_id
ORDER BY r.place
"""

_GRANTS = """
SELECT u.display_name, g.role, o.name AS body
FROM shown r
JOIN accounts_grant g ON g.id = r.record_id
JOIN accounts_user u ON u.id = g.user_id
JOIN organizations_organization o ON o.id = g.organization_id
ORDER BY r.place
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
    extent = Extent.objects.get(pk=reorganization.pk)
    grants = _rows(_GRANTS, values, Effect.GRANT_ENDED)
    for row in grants:
        row["role"] = Role(row["role"]).label
    return Effects(
        reorganization.on,
        Lines(_rows(_BODIES, values, Effect.VERSION_ENDED), extent.bodies),
        Lines(_rows(_PEOPLE, values, Effect.EMPLOYMENT_ENDED), extent.people),
        Lines(grants, extent.grants),
        extent.appraisals,
    )


def _rows(query: str, values: dict[str, Any], effect: Effect) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(_SHOWN + query, values | {"effect": effect})
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
