"""What is in force today, repeated on the person: employment, and whether core."""

from datetime import date

from django.db import connection

from temis.core import clock

# Of several employments that of a manager before that of a teacher, then the latest.
_PROJECT = """
UPDATE people_person p
SET organization_id = e.organization_id, group_id = e.group_id, position = coalesce(e.position, ''),
    level = coalesce(e.level, ''), is_core = c.person_id IS NOT NULL
FROM people_person q
LEFT JOIN LATERAL (
    SELECT organization_id, group_id, position, level FROM people_employment
    WHERE person_id = q.id AND validity @> %(on)s::date
    ORDER BY position NOT IN ('PRINCIPAL', 'DEPUTY'), lower(validity) DESC NULLS LAST, id DESC
    LIMIT 1
) e ON true
LEFT JOIN people_coreappointment c ON c.person_id = q.id AND c.validity @> %(on)s::date
WHERE p.id = q.id
  AND (%(ids)s::bigint[] IS NULL OR p.id = ANY(%(ids)s))
  AND (p.organization_id, p.group_id, p.position, p.level, p.is_core)
      IS DISTINCT FROM (e.organization_id, e.group_id, coalesce(e.position, ''), coalesce(e.level, ''),
                        c.person_id IS NOT NULL)
"""


def project_people(ids: list[int] | None = None, on: date | None = None) -> int:
    """Bring what people (all, or `ids`) are "as of today" in line with their employments and appointments.

    Returns how many changed. Runs after each change of either and every night.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PROJECT, {"on": on or clock.today(), "ids": ids})
        return cursor.rowcount
