"""What changed between two versions of a report, cell by cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from temis.reporting.formats import Value
from temis.reporting.tables import RowResult, TableResult
from temis.reporting.template import Column

RowKey = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """`old` or `new` is None where the cell is missing in that version or has no percentage."""

    table_id: str
    row: RowResult
    column: Column
    old: Value
    new: Value


def differences(old: Sequence[TableResult], new: Sequence[TableResult]) -> list[Difference]:
    """Cells of `new` that differ from `old`, in the order of the new report, then cells that are no more."""
    before = {result.table.id: result for result in old}
    after = {result.table.id: result for result in new}
    found = [cell for key, result in after.items() for cell in _changed(before.get(key), result)]
    gone = [cell for key, result in before.items() for cell in _vanished(result, after.get(key))]
    return found + gone


def _changed(old: TableResult | None, new: TableResult) -> list[Difference]:
    before = _by_key(old)
    return [
        Difference(new.table.id, row, column, _value(before.get(_key(row)), column.key), row.values[column.key])
        for row in new.rows
        for column in new.table.columns
        if _value(before.get(_key(row)), column.key) != row.values[column.key]
    ]


def _vanished(old: TableResult, new: TableResult | None) -> list[Difference]:
    after = _by_key(new)
    return [
        Difference(old.table.id, row, column, row.values[column.key], None)
        for row in old.rows
        for column in old.table.columns
        if _key(row) not in after or column.key not in after[_key(row)].values
    ]


def _by_key(result: TableResult | None) -> Mapping[RowKey, RowResult]:
    return {_key(row): row for row in result.rows} if result else {}


def _key(row: RowResult) -> RowKey:
    return tuple(sorted(row.codes.items()))


def _value(row: RowResult | None, column: str) -> Value:
    return row.values.get(column) if row else None
