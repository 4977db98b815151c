"""The rows of a file into the staging table of their kind by COPY, a chunk at a time: memory stays flat."""

import json
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, islice
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from temis.exchange.columns import Layout
from temis.exchange.models import ImportBatch, ImportProblem
from temis.exchange.parsing import Problem, RowParser
from temis.exchange.readers import FileRefused, Table

CHUNK = 5_000  # rows between two reports of progress
PIECE = 500
Progress = Callable[..., None]
_PROBLEM_COLUMNS = ("batch_id", "number", "column", "code", "value", "values", "by_comparison", "is_warning")


def stage_table(batch: ImportBatch, layout: Layout, table: Table, progress: Progress) -> int:
    """Read, parse and store all rows; the number of rows. Whatever was staged before is replaced."""
    clear(batch, layout)
    parser = RowParser(layout, table.columns)
    names = row_columns(layout)
    rows, staged = iter(table.rows), 0
    for first in rows:
        problems: list[Problem] = []
        chunk = chain([first], islice(rows, CHUNK - 1))
        staged += copy(
            layout.model._meta.db_table,
            ("batch_id", "number", "cells", *names),
            (_typed(batch.pk, number, cells, parser, names, problems) for number, cells in chunk),
        )
        save_problems(batch.pk, problems)
        progress(staged, table.total, _("Đọc tệp"))
    if not staged:
        raise FileRefused(_("Tệp không có dòng dữ liệu nào dưới dòng tiêu đề. Hãy điền dữ liệu rồi nạp lại."))
    with connection.cursor() as cursor:  # the plans of the checks depend on how many rows there are
        cursor.execute(f"ANALYZE {layout.model._meta.db_table}")
        cursor.execute("ANALYZE exchange_importproblem")
    return staged


def row_columns(layout: Layout) -> tuple[str, ...]:
    """The typed columns of the staging table, without the criteria, which are one array."""
    return (*(c.field for c in layout.columns if not c.field.startswith("tc")), *layout.extra)


def _typed(
    batch_id: int,
    number: int,
    cells: Sequence[str],
    parser: RowParser,
    names: Sequence[str],
    problems: list[Problem],
) -> list[Any]:
    values, found = parser.parse(number, cells)
    problems += found
    return [batch_id, number, as_json(cells), *[values[name] for name in names]]


def as_json(cells: Sequence[str]) -> str:
    """The cells as JSON; PostgreSQL's text knows no zero character."""
    text = json.dumps(cells, ensure_ascii=False)
    if "\\u0000" in text:
        text = json.dumps([cell.replace("\0", "") for cell in cells], ensure_ascii=False)
    return text


def save_problems(batch_id: int, problems: Iterable[Problem], *, by_comparison: bool = False) -> None:
    found = list(problems)
    if not found:
        return
    copy(
        ImportProblem._meta.db_table,
        _PROBLEM_COLUMNS,
        (
            (
                batch_id,
                p.number,
                p.column,
                p.code,
                p.value.replace("\0", ""),
                json.dumps(p.values, ensure_ascii=False),
                by_comparison,
                False,
            )
            for p in found
        ),
    )


def copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """COPY in PostgreSQL's text format, written here: three times as fast as a cell at a time through the adapters.

    Sent in pieces, so that PostgreSQL stores one while the next is being read. Returns the number of rows.
    """
    names = ", ".join(f'"{name}"' for name in columns)
    lines, copied = ("\t".join(map(_copied, row)) for row in rows), 0
    with connection.cursor() as cursor, cursor.cursor.copy(f"COPY {table} ({names}) FROM STDIN") as stream:
        while piece := list(islice(lines, PIECE)):
            stream.write("\n".join(piece) + "\n")
            copied += len(piece)
    return copied


def _copied(value: Any) -> str:
    if value is None:
        return "\\N"
    if type(value) is not str:
        return str(value)  # whole numbers, ISO dates, True and False
    if "\\" in value or "\t" in value or "\n" in value or "\r" in value:
        value = value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return value


def clear(batch: ImportBatch, layout: Layout) -> None:
    with connection.cursor() as cursor:
        for table in (layout.model._meta.db_table, ImportProblem._meta.db_table):
            cursor.execute(f"DELETE FROM {table} WHERE batch_id = %s", [batch.pk])
