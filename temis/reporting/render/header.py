"""The merged head of a table, from the heading paths of its columns; the same in every output."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from temis.reporting.tables import TableResult
from temis.reporting.template import Template


@dataclass(frozen=True, slots=True)
class HeaderCell:
    text: str
    row: int
    column: int
    rowspan: int
    colspan: int


def header_rows(result: TableResult) -> list[list[HeaderCell]]:
    """Rows of cells from top to bottom; column 0 is the row heading."""
    paths = [column.headings for column in result.table.columns]
    depth = max(map(len, paths))
    cells = [HeaderCell(result.heading, 0, 0, depth, 1), *_cells(paths, 0, 1, depth)]
    return [sorted((c for c in cells if c.row == row), key=lambda c: c.column) for row in range(depth)]


def _cells(paths: Sequence[Sequence[str]], row: int, first: int, depth: int) -> Iterator[HeaderCell]:
    column = first
    for text, group in groupby(paths, key=lambda path: path[0]):
        members = list(group)
        deeper = [path[1:] for path in members]
        if all(deeper):
            yield HeaderCell(text, row, column, 1, len(members))
            yield from _cells(deeper, row + 1, column, depth)
        else:
            yield HeaderCell(text, row, column, depth - row, len(members))
        column += len(members)


def with_letter(template: Template, text: str) -> str:
    """A level's name followed by its letter, so that no level is known by its colour alone."""
    for level in template.levels:
        if text == level.label:
            return f"{text} ({level.letter})"
    return text
