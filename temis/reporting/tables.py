"""From the cube to the tables: counts, and percentages rounded half up, each on its own."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from temis.reporting.cube import Cube, Outcomes
from temis.reporting.formats import HIDDEN, NumberFormat, Value, format_count, format_percent
from temis.reporting.template import MOST_DECIMALS, Block, Column, CountColumn, Line, Table, Template

ValueOf = Callable[[Block, Line, Column], Value]


@dataclass(frozen=True, slots=True)
class RowResult:
    """`codes` are the row's keys in the JSON (level, group, …); `block` is the name of its block."""

    codes: Mapping[str, str]
    label: str
    block: str
    opens_block: bool
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class TableResult:
    table: Table
    heading: str
    block_headings: bool
    rows: tuple[RowResult, ...]

    @property
    def has_hidden(self) -> bool:
        return any(value is HIDDEN for row in self.rows for value in row.values.values())

    @property
    def has_not_applicable(self) -> bool:
        return any(value is None for row in self.rows for value in row.values.values())

    def row(self, **codes: str) -> RowResult:
        """The row with exactly these values of the named codes."""
        (found,) = [row for row in self.rows if all(row.codes.get(name) == value for name, value in codes.items())]
        return found


def percentage(numerator: int, denominator: int, decimals: int) -> Decimal | None:
    """RPT-02: half up to the given decimals; no percentage of nobody."""
    if denominator == 0:
        return None
    return (Decimal(100 * numerator) / denominator).quantize(_STEPS[decimals], ROUND_HALF_UP)


_STEPS = [Decimal(1).scaleb(-decimals) for decimals in range(MOST_DECIMALS + 1)]


def compute(template: Template, cube: Cube) -> list[TableResult]:
    """Every table of the template, in its order."""
    return [build_table(template, table, _Counter(template, table, cube)) for table in template.tables]


def build_table(template: Template, table: Table, value_of: ValueOf) -> TableResult:
    """A table whose cells are `value_of(block, line, column)`."""
    rows = template.row_set(table)
    results = tuple(_row(table, block, line, value_of, opens=line is rows.lines[0]) for block, line in rows.rows())
    return TableResult(table, rows.heading, rows.block_headings, results)


def _row(table: Table, block: Block, line: Line, value_of: ValueOf, *, opens: bool) -> RowResult:
    values = {column.key: value_of(block, line, column) for column in table.columns}
    return RowResult(block.codes | line.codes, line.label or block.label, block.label, opens, values)


class _Counter:
    """The values of one table's cells from the cube; the people of a row are added up once for all its columns."""

    def __init__(self, template: Template, table: Table, cube: Cube) -> None:
        self.cube, self.subject = cube, template.subject_of(table.id)
        names = {name for column in table.columns for name in column.measures}
        self.measures = {name: template.measures[name] for name in names}
        self.rows: dict[tuple[int, int], dict[str, int]] = {}

    def __call__(self, block: Block, line: Line, column: Column) -> Value:
        row = (id(block), id(line))
        if row not in self.rows:
            self.rows[row] = self._count(block, line)
        counts = self.rows[row]
        if isinstance(column, CountColumn):
            return counts[column.measure]
        return percentage(counts[column.numerator], counts[column.denominator], column.decimals)

    def _count(self, block: Block, line: Line) -> dict[str, int]:
        """Each measure of the table for the people of a row."""
        where = block.where.joined(line.where)
        found: dict[bool, Outcomes] = {
            of_item: self.cube.outcomes(self.subject, where, item=line.item if of_item else None)
            for of_item in {measure.fact == "item" for measure in self.measures.values()}
        }
        counts = {}
        for name, measure in self.measures.items():
            outcomes = found[measure.fact == "item"]
            counts[name] = sum([outcomes[one] for one in measure.outcomes if one in outcomes])
        return counts


def format_cell(column: Column, value: Value, style: NumberFormat) -> str:
    if isinstance(column, CountColumn):
        return format_count(value, style)
    return format_percent(value, column.decimals, style)


def formatted(result: TableResult, style: NumberFormat) -> Iterator[tuple[RowResult, list[str]]]:
    """Each row with its cells as they are printed, in the order of the columns."""
    for row in result.rows:
        yield row, [format_cell(column, row.values[column.key], style) for column in result.table.columns]
