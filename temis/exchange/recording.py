"""How an import writes: one statement for a set of records, with what an undo needs recorded beside it."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

_CREATED = """
WITH made AS ({insert} RETURNING id)
INSERT INTO exchange_createdrecords AS c (batch_id, "table", ids)
SELECT %(batch)s, %(table)s, array_agg(id ORDER BY id) FROM made HAVING count(*) > 0
ON CONFLICT (batch_id, "table") DO UPDATE SET ids = c.ids || excluded.ids
RETURNING cardinality(ids)
"""

_CHANGE = """
CREATE TEMP TABLE change ON COMMIT DROP AS
SELECT t.id, {new} FROM {table} t JOIN ({source}) s ON s.id = t.id
WHERE ({old_list}) IS DISTINCT FROM ({new_list})
"""

_REMEMBER = """
INSERT INTO exchange_changedrecord AS c (batch_id, "table", object_id, before, after)
SELECT %(batch)s, %(table)s, t.id, jsonb_build_object({before}), jsonb_build_object({after})
FROM {table} t JOIN change USING (id)
ON CONFLICT (batch_id, "table", object_id)
DO UPDATE SET before = excluded.before || c.before, after = c.after || excluded.after
"""

_APPLY = "UPDATE {table} t SET {assignments} FROM change WHERE change.id = t.id"


def insert(table: str, statement: str, parameters: dict[str, Any]) -> None:
    """Run an INSERT without RETURNING and remember the ids it made."""
    with connection.cursor() as cursor:
        cursor.execute(_CREATED.replace("{insert}", statement), parameters | {"table": table})


def update(table: str, columns: Sequence[str], source: str, parameters: dict[str, Any]) -> int:
    """Bring columns of records to what `source` (a SELECT of id and the columns) says, where they differ.

    Remembers the columns before and after; returns how many records changed. Their ids stay in the temporary table
    `change` until the next call.
    """
    names = {
        "table": table,
        "source": source,
        "new": ", ".join(f"s.{c}" for c in columns),
        "old_list": ", ".join(f"t.{c}" for c in columns),
        "new_list": ", ".join(f"s.{c}" for c in columns),
        "before": ", ".join(f"'{c}', t.{c}" for c in columns),
        "after": ", ".join(f"'{c}', change.{c}" for c in columns),
        "assignments": ", ".join(f"{c} = change.{c}" for c in columns),
    }
    parameters = parameters | {"table": table}
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS change")
        cursor.execute(_fill(_CHANGE, names), parameters)
        cursor.execute(_fill(_REMEMBER, names), parameters)
        cursor.execute(_fill(_APPLY, names), parameters)
        return cursor.rowcount


def run(statement: str, parameters: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.rowcount


def _fill(statement: str, names: dict[str, str]) -> str:
    for name, text in names.items():
        statement = statement.replace("{" + name + "}", text)
    return statement
