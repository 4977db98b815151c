"""Which rows of a file are compared with which: those who say the same of whom or what they speak."""

from collections.abc import Iterable
from typing import Any

from django.db import connection

from temis.exchange.enums import Kind
from temis.exchange.models import ImportBatch

# The rows that share a key with one of `numbers`: once found, they are asked for theirs.
_STAFF = """
WITH asked AS (
    SELECT * FROM exchange_staffrow WHERE batch_id = %(batch)s AND number = ANY(%(numbers)s)
), led AS (  -- the groups they would lead, and those that they lead now
    SELECT organization_code, lower(group_name) AS name FROM asked WHERE leads_group AND group_name IS NOT NULL
    UNION
    SELECT o.code, lower(g.name) FROM asked a JOIN people_person p ON p.code = a.code
    JOIN people_employment e ON e.person_id = p.id AND e.leads_group
    JOIN people_subjectgroup g ON g.id = e.group_id
    JOIN organizations_organization o ON o.id = g.organization_id
), codes AS (  -- themselves, and whoever leads these groups now
    SELECT code FROM asked WHERE code IS NOT NULL
    UNION
    SELECT p.code FROM led l JOIN organizations_organization o ON o.code = l.organization_code
    JOIN people_subjectgroup g ON g.organization_id = o.id AND lower(g.name) = l.name
    JOIN people_employment e ON e.group_id = g.id AND e.leads_group
    JOIN people_person p ON p.id = e.person_id
)
SELECT number FROM exchange_staffrow WHERE batch_id = %(batch)s AND code IN (SELECT code FROM codes)
UNION
SELECT number FROM exchange_staffrow
WHERE batch_id = %(batch)s AND id_number IN (SELECT id_number FROM asked WHERE id_number IS NOT NULL)
UNION
SELECT r.number FROM exchange_staffrow r JOIN led ON led.organization_code = r.organization_code
     AND led.name = lower(r.group_name)
WHERE r.batch_id = %(batch)s AND r.leads_group
LIMIT %(limit)s
"""
_RESULTS = """
SELECT number FROM exchange_resultrow
WHERE batch_id = %(batch)s
  AND code IN (SELECT code FROM exchange_resultrow WHERE batch_id = %(batch)s AND number = ANY(%(numbers)s))
LIMIT %(limit)s
"""
# Bodies are compared along the whole tree.
_STATEMENTS = {Kind.STAFF: _STAFF, Kind.RESULTS: _RESULTS}


def neighbours_of(batch: ImportBatch, numbers: set[int], limit: int) -> set[int] | None:
    """These rows, those they are compared with, and so on; None where they may be more than `limit`."""
    statement = _STATEMENTS.get(Kind(batch.kind))
    if statement is None:
        return None
    found, new = set(numbers), set(numbers)
    with connection.cursor() as cursor:
        while new and len(found) <= limit:
            parameters: dict[str, Any] = {"batch": batch.pk, "numbers": list(new), "limit": limit + 1}
            cursor.execute(statement, parameters)
            new = {row[0] for row in cursor.fetchall()} - found
            found |= new
    return found if len(found) <= limit else None


def rejected_among(batch: ImportBatch, numbers: Iterable[int]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT number FROM exchange_importproblem"
            " WHERE batch_id = %s AND number = ANY(%s) AND NOT is_warning",
            [batch.pk, list(numbers)],
        )
        return {row[0] for row in cursor.fetchall()}
