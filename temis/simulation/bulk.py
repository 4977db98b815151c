"""Filling large empty tables: what costs time on each row is put aside and made anew when all rows are there.

Put aside are foreign keys, unique and exclusion constraints, indexes, row triggers, and room left for changes in pages.
All of it happens in the caller's transaction: if anything fails, even the machine, the database is as it was, empty and
with every constraint. Nothing is taken on trust: making a constraint again checks all rows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.db.backends.utils import CursorWrapper

# What no other table refers to, so that even its primary key may be made at the end.
_CONSTRAINTS = """
SELECT c.conrelid::regclass::text, quote_ident(c.conname), pg_get_constraintdef(c.oid), c.contype = 'f'
FROM pg_constraint c
WHERE c.conrelid = %(table)s::regclass AND c.contype IN ('f', 'u', 'x', 'p')
  AND NOT EXISTS (SELECT FROM pg_constraint other
                  WHERE other.contype = 'f' AND other.conindid = c.conindid AND c.contype <> 'f')
ORDER BY c.contype = 'f' DESC, c.conname
"""
_INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
FROM pg_index i
WHERE i.indrelid = %(table)s::regclass AND NOT i.indisprimary
  AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype <> 'f')
ORDER BY 1
"""
_TRIGGERS = """
SELECT quote_ident(tgname) FROM pg_trigger
WHERE tgrelid = %(table)s::regclass AND NOT tgisinternal AND tgenabled = 'O' ORDER BY tgname
"""
_FILL = """
SELECT option_value FROM pg_class, pg_options_to_table(reloptions)
WHERE oid = %(table)s::regclass AND option_name = 'fillfactor'
"""
_SETTINGS = ("maintenance_work_mem = '512MB'", "work_mem = '192MB'", "synchronous_commit = off", "jit = off")


@dataclass(slots=True)
class PutAside:
    """Statements that make again what was put aside, in their order."""

    keys: list[str] = field(default_factory=list)
    indexes: list[str] = field(default_factory=list)
    foreign_keys: list[str] = field(default_factory=list)
    triggers: list[str] = field(default_factory=list)
    tables: Sequence[str] = ()

    def statements(self) -> list[str]:
        """Foreign keys need to know how many rows there are."""
        analyze = [f"ANALYZE {table}" for table in self.tables]
        return [*self.keys, *self.indexes, *analyze, *self.foreign_keys, *self.triggers]


def settle() -> None:
    """Memory for large sorts, in this transaction only."""
    with connection.cursor() as cursor:
        for setting in _SETTINGS:
            cursor.execute(f"SET LOCAL {setting}")


def put_aside(tables: Sequence[str]) -> PutAside:
    """Take what is slow off these tables; they stay locked until the transaction ends."""
    aside = PutAside(tables=tables)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks still to come cannot be altered
        for table in tables:
            _constraints(cursor, table, aside)
            _indexes(cursor, table, aside)
            _triggers(cursor, table, aside)
            _fill(cursor, table, aside)
    return aside


def make_again(aside: PutAside, progress: Callable[[int, int], None]) -> None:
    """Everything back, checked against all rows."""
    statements = aside.statements()
    with connection.cursor() as cursor:
        for number, statement in enumerate(statements, 1):
            cursor.execute(statement)
            progress(number, len(statements))
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _constraints(cursor: CursorWrapper, table: str, aside: PutAside) -> None:
    cursor.execute(_CONSTRAINTS, {"table": table})
    for owner, name, definition, is_foreign in cursor.fetchall():
        cursor.execute(f"ALTER TABLE {owner} DROP CONSTRAINT {name}")
        made = f"ALTER TABLE {owner} ADD CONSTRAINT {name} {definition}"
        (aside.foreign_keys if is_foreign else aside.keys).append(made)


def _indexes(cursor: CursorWrapper, table: str, aside: PutAside) -> None:
    cursor.execute(_INDEXES, {"table": table})
    for name, definition in cursor.fetchall():
        cursor.execute(f"DROP INDEX {name}")
        aside.indexes.append(definition)


def _triggers(cursor: CursorWrapper, table: str, aside: PutAside) -> None:
    cursor.execute(_TRIGGERS, {"table": table})
    for (name,) in cursor.fetchall():
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
        aside.triggers.append(f"ALTER TABLE {table} ENABLE TRIGGER {name}")


def _fill(cursor: CursorWrapper, table: str, aside: PutAside) -> None:
    """Records of closed periods do not change: their pages are filled."""
    cursor.execute(_FILL, {"table": table})
    if found := cursor.fetchone():
        cursor.execute(f"ALTER TABLE {table} SET (fillfactor = 100)")
        aside.triggers.append(f"ALTER TABLE {table} SET (fillfactor = {int(found[0])})")
