"""What became of each row: created, updated or unchanged."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

# Filled by the loaders; a row may be marked more than once, "created" wins.
PREPARE = (
    "DROP TABLE IF EXISTS row_outcome",
    "CREATE TEMP TABLE row_outcome (number int, created boolean) ON COMMIT DROP",
    "DROP TABLE IF EXISTS good_row",
    """CREATE TEMP TABLE good_row ON COMMIT DROP AS
       SELECT {rows}.* FROM {rows}
       WHERE NOT EXISTS (SELECT FROM exchange_importproblem x
                         WHERE x.batch_id = %(batch)s AND x.number = {rows}.number AND NOT x.is_warning)""",
    "ANALYZE good_row",
)

_COUNT = """
SELECT count(*) FILTER (WHERE o.created), count(*) FILTER (WHERE NOT o.created),
       count(*) FILTER (WHERE o.number IS NULL)
FROM good_row g LEFT JOIN (SELECT number, bool_or(created) AS created FROM row_outcome GROUP BY number) o USING (number)
"""


@dataclass(frozen=True)
class Counts:
    created: int
    updated: int
    unchanged: int


def prepare(rows: str, parameters: dict[str, Any]) -> None:
    """Make the table of accepted rows (`good_row`) from the resolved ones."""
    with connection.cursor() as cursor:
        for statement in PREPARE:
            cursor.execute(statement.replace("{rows}", rows), parameters)


def mark(select: str, parameters: dict[str, Any], *, created: bool = False) -> None:
    """Mark the rows a SELECT of numbers gives."""
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO row_outcome SELECT n.number, {created} FROM ({select}) n(number)", parameters)


def count_rows() -> Counts:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT)
        return Counts(*cursor.fetchone())
