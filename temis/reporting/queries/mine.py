"""In which cells of a report one person is counted."""

from collections.abc import Iterator
from dataclasses import dataclass

from temis.access import P, Scope
from temis.reporting.enums import FROZEN_STATES, PUBLISHED_STATES
from temis.reporting.models import CountedPerson, ReportVersion
from temis.reporting.reference import parsed
from temis.reporting.template import CountColumn, Item, Line, Measure, Table, Template, Where


@dataclass(frozen=True)
class Cell:
    """A row of a table and the columns of it in which the person is one of the people."""

    block: str
    row: str
    columns: list[str]


@dataclass(frozen=True)
class CountedTable:
    table: Table
    cells: list[Cell]


@dataclass(frozen=True)
class Counted:
    """How the person is counted in one version: as a teacher, or as a manager."""

    version: ReportVersion
    row: CountedPerson
    tables: list[CountedTable]


def counted_in(scope: Scope) -> list[Counted]:
    """Of the last public report (or, where none is, the last frozen one) of each year that counts the person, the cells
    that do. The latest year first."""
    mine = CountedPerson.objects.permitted(scope, P.OWN_APPRAISAL).filter(
        version__state__in=FROZEN_STATES, version__report__province__isnull=False
    )
    rows = mine.select_related("version__report__province", "version__template").defer(
        "version__report_json", "version__public_json"
    )
    chosen: dict[tuple[int, str], CountedPerson] = {}
    for row in sorted(rows, key=_importance):
        chosen[row.version.report.year, row.subject] = row
    return [_counted(row) for _key, row in sorted(chosen.items(), reverse=True)]


def _importance(row: CountedPerson) -> tuple[bool, int]:
    return (row.version.state in PUBLISHED_STATES, row.version.number)


def _counted(row: CountedPerson) -> Counted:
    template = parsed(row.version.template.content)
    tables = [
        CountedTable(table, cells)
        for section in template.sections
        if section.subject == row.subject
        for table in section.tables
        if (cells := list(_cells(template, table, row)))
    ]
    return Counted(row.version, row, tables)


def _cells(template: Template, table: Table, row: CountedPerson) -> Iterator[Cell]:
    """Rows whose people the person belongs to, with the columns that count his state and level."""
    for block, line in template.row_set(table).rows():
        if not _is_among(block.where.joined(line.where), row):
            continue
        columns = [
            column.title
            for column in table.columns
            if isinstance(column, CountColumn) and _is_counted(template.measures[column.measure], line, row, template)
        ]
        if columns:
            yield Cell(block.label, line.label or block.label, columns)


def _is_among(where: Where, row: CountedPerson) -> bool:
    return all(getattr(row, name) == value for name, value in where.restrictions.items())


def _is_counted(measure: Measure, line: Line, row: CountedPerson, template: Template) -> bool:
    if row.status not in measure.status:
        return False
    if measure.fact == "overall":
        return measure.rank is None or measure.rank == row.overall
    rank = _item_rank(line.item, row, template)
    return rank is not None and measure.rank in (None, rank)


def _item_rank(item: Item | None, row: CountedPerson, template: Template) -> int | None:
    """RPT-02. The own level in a criterion, or in a standard: the lowest of its criteria."""
    if item is None or row.levels is None:
        return None
    numbers = (item.number,) if item.kind == "criterion" else template.standards[row.subject][item.number]
    ranks = [row.levels[number - 1] for number in map(int, numbers) if number <= len(row.levels)]
    known = [rank for rank in ranks if rank is not None]
    return min(known, default=None)
