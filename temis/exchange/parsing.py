"""A row of cells to typed values and problems. What needs other rows or the database is checked in SQL (`checks`)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from temis.core import clock
from temis.core.text import sort_key
from temis.exchange.cells import Bad, tidy
from temis.exchange.columns import Column, Layout
from temis.exchange.enums import Kind

CACHE = 20_000
YOUNGEST, OLDEST = 15, 100


@dataclass(frozen=True, slots=True)
class Problem:
    number: int
    column: str
    code: str
    value: str = ""
    values: dict[str, Any] = field(default_factory=dict)


class RowParser:
    """Reads rows of one file; remembers what recurring cells mean."""

    def __init__(self, layout: Layout, columns: Sequence[Column | None]) -> None:
        self.layout = layout
        self.width = len(columns)
        self.fields = [column.field for column in layout.columns]
        place = {column.field: i for i, column in enumerate(columns) if column}
        self._plan: list[tuple[int | None, Column, dict[str, Any]]] = [
            (place.get(column.field), column, {}) for column in layout.columns
        ]
        self._finish = _FINISH[layout.kind]
        self._year = clock.today().year

    def parse(self, number: int, cells: Sequence[str]) -> tuple[dict[str, Any], list[Problem]]:
        """Values by field (None where empty or unreadable) and what is wrong."""
        problems: list[Problem] = []
        values: dict[str, Any] = {}
        for place, column, cache in self._plan:
            cell = cells[place] if place is not None else ""
            if not cell:
                value = None
                if column.filled:
                    problems.append(Problem(number, column.field, "required"))
            else:
                value = cache.get(cell)
                if value is None:
                    value = self._read(column, cell, cache)
                if type(value) is Bad:
                    problems.append(Problem(number, column.field, value.code, tidy(cell), value.values))
                    value = None
            values[column.field] = value
        if len(cells) > self.width and any(cells[self.width :]):
            problems.append(Problem(number, self.fields[0], "extra_cells", cells[0]))
        self._finish(number, values, problems, self._year)
        return values, problems

    def _read(self, column: Column, cell: str, cache: dict[str, Any]) -> Any:
        text = tidy(cell)
        if not text:
            return Bad("required") if column.filled else None
        try:
            value = column.parse(text)
        except Bad as bad:
            value = bad
        if column.cached:
            if len(cache) >= CACHE:
                cache.clear()
            cache[cell] = value
        return value


def _finish_organization(number: int, row: dict[str, Any], problems: list[Problem], year: int) -> None:
    _check_order(number, row, problems)


def _finish_person(number: int, row: dict[str, Any], problems: list[Problem], year: int) -> None:
    _check_order(number, row, problems)
    row["sort_key"] = sort_key(row["full_name"]) if row["full_name"] else None
    born, start = row["birth_date"], row["valid_from"]
    if born is not None:
        age = year - born.year
        if not YOUNGEST <= age <= OLDEST:
            problems.append(Problem(number, "birth_date", "birth_date", f"{born:%d/%m/%Y}", {"age": age}))
        elif start is not None and start <= born:
            spoken = {"birth": f"{born:%d/%m/%Y}"}
            problems.append(Problem(number, "valid_from", "start_before_birth", f"{start:%d/%m/%Y}", spoken))
    if row["leads_group"] and not row["group_name"]:
        problems.append(Problem(number, "group_name", "leader_without_group"))


def _finish_result(number: int, row: dict[str, Any], problems: list[Problem], year: int) -> None:
    """All criteria or none; without criteria the overall level must be given."""
    criteria = [name for name in row if name.startswith("tc")]
    given = [name for name in criteria if row[name] is not None]
    unreadable = {problem.column for problem in problems}
    if given or unreadable & set(criteria):
        problems.extend(
            Problem(number, name, "criteria_incomplete")
            for name in criteria
            if row[name] is None and name not in unreadable
        )
    elif row["overall"] is None and "overall" not in unreadable:
        problems.append(Problem(number, "overall", "required"))
    complete = given and len(given) == len(criteria)
    row["levels"] = "{" + ",".join(str(row[name]) for name in criteria) + "}" if complete else None
    for name in criteria:
        del row[name]


def _check_order(number: int, row: dict[str, Any], problems: list[Problem]) -> None:
    start, end = row["valid_from"], row["valid_to"]
    if start is not None and end is not None and end < start:
        spoken = {"start": f"{start:%d/%m/%Y}"}
        problems.append(Problem(number, "valid_to", "end_before_start", f"{end:%d/%m/%Y}", spoken))


_FINISH: dict[str, Callable[[int, dict[str, Any], list[Problem], int], None]] = {
    Kind.ORGANIZATIONS: _finish_organization,
    Kind.STAFF: _finish_person,
    Kind.RESULTS: _finish_result,
}
