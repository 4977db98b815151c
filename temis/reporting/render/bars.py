"""The shares of a row as a stacked bar, the same in HTML, PDF and wherever else one is drawn."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from temis.reporting.formats import HIDDEN, NOT_APPLICABLE, NumberFormat, format_percent
from temis.reporting.render.palette import FILL, INK
from temis.reporting.tables import RowResult, TableResult
from temis.reporting.template import Chart, Column, Template

LETTER_FROM = 6
"""A part under so many per cent is too narrow for its letter; its figure stands in the table."""


@dataclass(frozen=True, slots=True)
class Segment:
    """`start` and `width` are per cent of the bar; `letter` is empty where it does not fit."""

    start: float
    width: float
    fill: str
    ink: str
    letter: str
    title: str


@dataclass(frozen=True, slots=True)
class Bar:
    """Without segments the row has no shares, because of what `sign` says: hidden numbers or nobody in it."""

    label: str
    block: str
    opens_block: bool
    sign: str
    segments: tuple[Segment, ...]


def bars(template: Template, result: TableResult, style: NumberFormat) -> Iterator[Bar]:
    chart = result.table.chart
    if chart is None:
        return
    first = result.rows[0].block
    for row in result.rows:
        if chart.first_block_only and row.block != first:
            return
        hidden = any(row.values[key] is HIDDEN for key in chart.columns)
        sign = HIDDEN.value if hidden else NOT_APPLICABLE
        segments = tuple(_segments(template, result, chart, row, style))
        yield Bar(row.label, row.block, row.opens_block, sign, segments)


def _segments(
    template: Template, result: TableResult, chart: Chart, row: RowResult, style: NumberFormat
) -> Iterator[Segment]:
    shares = [row.values[key] for key in chart.columns]
    numbers = [share for share in shares if isinstance(share, Decimal)]
    if len(numbers) < len(shares) or not sum(numbers):
        return
    columns: dict[str, Column] = {column.key: column for column in result.table.columns}
    start = 0.0
    for level, key, share in zip(template.levels, chart.columns, numbers, strict=True):
        width = float(share * 100 / sum(numbers))
        text = format_percent(share, columns[key].decimals, style)  # type: ignore[union-attr]
        letter = level.letter if width >= LETTER_FROM else ""
        if width:
            yield Segment(start, width, FILL[level.rank], INK[level.rank], letter, f"{level.label}: {text}%")
        start += width
