"""The employment in force today, repeated on the person."""

from datetime import date

from django.db import connection

from temis.core import clock

# The employment in force today, repeated on the person: managers before teachers, then the latest.
_PROJECT = """
UPDATE people_person p
SET organization_id = e.organization_id, group_id = e.group_id, position = coalesce(e.position, '')
FROM people_person q
LEFT JOIN LATERAL (
    SELECT organization_id, group_id, position FROM people_employment
    WHERE person_id = q.id AND validity @> %(on)s::date
    ORDER BY position NOT IN ('PRINCIPAL', 'DEPUTY'), lower(validity) DESC NULLS LAST, id DESC
    LIMIT 1
) e ON true
WHERE p.id = q.id
  AND (%(ids)s::bigint[] IS NULL OR p.id = ANY(%(ids)s))
  AND (p.organization_id, p.group_id, p.position)
      IS DISTINCT FROM (e.organization_id, e.group_id, coalesce(e.position, ''))
"""


def project_employments(ids: list[int] | None = None, on: date | None = None) -> int:
    """Bring body, group and position "as of today" of people (all, or `ids`) in line with their employments.

    Returns how many changed. Runs after each change of employments and every night.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PROJECT, {"on": on or clock.today(), "ids": ids})
        return cursor.rowcount
