"""The rows of a file into the staging table of their kind by COPY, a chunk at a time: memory stays flat."""

import json
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from temis.exchange.columns import Layout
from temis.exchange.models import ImportBatch, ImportProblem
from temis.exchange.parsing import Problem, RowParser
from temis.exchange.readers import FileRefused, Table

CHUNK = 5_000
Progress = Callable[..., None]
_PROBLEM_COLUMNS = ("batch_id", "number", "column", "code", "value", "values", "by_comparison", "is_warning")


def stage_table(batch: ImportBatch, layout: Layout, table: Table, progress: Progress) -> int:
    """Read, parse and store all rows; the number of rows. Whatever was staged before is replaced."""
    clear(batch, layout)
    parser = RowParser(layout, table.columns)
    names = row_columns(layout)
    rows, staged = iter(table.rows), 0
    while chunk := list(islice(rows, CHUNK)):
        problems: list[Problem] = []
        copy(
            layout.model._meta.db_table,
            ("batch_id", "number", "cells", *names),
            (_typed(batch.pk, number, cells, parser, names, problems) for number, cells in chunk),
        )
        save_problems(batch.pk, problems)
        staged += len(chunk)
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
    return json.dumps(cells, ensure_ascii=False).replace("\\u0000", "")


def save_problems(batch_id: int, problems: Iterable[Problem], *, by_comparison: bool = False) -> None:
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
            for p in problems
        ),
    )


def copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor, cursor.cursor.copy(f"COPY {table} ({names}) FROM STDIN") as stream:
        for row in rows:
            stream.write_row(row)


def clear(batch: ImportBatch, layout: Layout) -> None:
    with connection.cursor() as cursor:
        for table in (layout.model._meta.db_table, ImportProblem._meta.db_table):
            cursor.execute(f"DELETE FROM {table} WHERE batch_id = %s", [batch.pk])
