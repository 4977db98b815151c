"""Checks of all rows at once, in SQL: rows with each other and with the database.

Each kind prepares a temporary table of its rows, resolved against the database, and lists its checks: SELECTs that give
(number, column, code, value, values). A row with a problem that is no warning is rejected.
"""

from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from temis.core import clock
from temis.exchange.checks import organizations, results, staff
from temis.exchange.checks.neighbours import neighbours_of, rejected_among
from temis.exchange.enums import Kind
from temis.exchange.models import ImportBatch
from temis.exchange.periods import find_period, reference_day
from temis.exchange.reach import ImportReach
from temis.people.enums import MANAGERS, TEACHERS
from temis.standards.enums import Subject

__all__ = ["count_rejected", "neighbours_of", "parameters_of", "rejected_among", "run_checks"]

_CHECKS = {Kind.ORGANIZATIONS: organizations, Kind.STAFF: staff, Kind.RESULTS: results}
_POSITIONS = {
    Subject.TEACHER: TEACHERS,
    Subject.PRESCHOOL_TEACHER: TEACHERS,
    Subject.MANAGER: MANAGERS,
    Subject.PRESCHOOL_MANAGER: MANAGERS,
}
WARNINGS = ("levels_not_for",)

_INSERT = """
INSERT INTO exchange_importproblem (batch_id, number, "column", code, value, "values", by_comparison, is_warning)
SELECT %(batch)s, f.number, f."column", f.code, coalesce(f.value, ''),
       jsonb_strip_nulls(coalesce(f.values, '{}')), true, f.code = ANY(%(warnings)s)
FROM ({select}) AS f(number, "column", code, value, "values")
"""
_FORGET = """
DELETE FROM exchange_importproblem
WHERE batch_id = %(batch)s AND by_comparison AND (%(only)s::int[] IS NULL OR number = ANY(%(only)s))
"""
_REJECTED = """
SELECT count(DISTINCT number) FROM exchange_importproblem WHERE batch_id = %(batch)s AND NOT is_warning
"""


def run_checks(batch: ImportBatch, reach: ImportReach, present: set[str], only: Collection[int] | None = None) -> None:
    """Find the problems of all staged rows anew, or of `only` these with all their neighbours. `present`: fields the
    file has."""
    parameters = parameters_of(batch, reach, present) | {"only": None if only is None else list(only)}
    module = _CHECKS[Kind(batch.kind)]
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, parameters)
        for statement in module.PREPARE:
            cursor.execute(statement, parameters)
        for select in module.CHECKS:
            cursor.execute(_INSERT.replace("{select}", select), parameters)
        for prepare, select in getattr(module, "REPEATED", ()):
            _repeat(cursor, prepare, select, parameters)


def count_rejected(batch: ImportBatch) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_REJECTED, {"batch": batch.pk})
        rejected: int = cursor.fetchone()[0]
    return rejected


def _repeat(cursor: CursorWrapper, prepare: Sequence[str], select: str, parameters: dict[str, Any]) -> None:
    """Find problems that depend on which rows are rejected, until no more are found."""
    found = 1
    while found:
        for statement in prepare:
            cursor.execute(statement, parameters)
        cursor.execute(_INSERT.replace("{select}", select), parameters)
        found = cursor.rowcount


def parameters_of(batch: ImportBatch, reach: ImportReach, present: set[str]) -> dict[str, Any]:
    """What the SQL of checks and loading may ask for."""
    return (
        reach.parameters()
        | {
            "batch": batch.pk,
            "warnings": list(WARNINGS),
            "today": clock.today(),
            "now": clock.now(),
            "has_disadvantaged": "disadvantaged" in present,
            "has_leader": "leads_group" in present,
        }
        | _of_results(batch)
    )


def _of_results(batch: ImportBatch) -> dict[str, Any]:
    if batch.year is None or batch.edition is None:
        return {}
    period = find_period(batch.year, batch.edition)
    return {
        "year": batch.year,
        "edition": batch.edition_id,
        "subject": batch.edition.subject,
        "positions": list(_POSITIONS[Subject(batch.edition.subject)]),
        "period": period.pk if period else None,
        "reference_on": period.reference_on if period else reference_day(batch.year),
    }
