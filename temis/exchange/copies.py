"""Copies of a file with a column that says what is wrong, to be mended and imported again; and empty templates."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import xlsxwriter
from django.db import connection
from django.utils.translation import gettext as _

from temis.exchange import problems
from temis.exchange.cells import key
from temis.exchange.columns import ERROR_HEADING, Layout
from temis.exchange.models import ImportBatch

FETCH = 2_000
_ROWS = """
SELECT r.number, r.cells::text, x.problems
FROM {rows} r
LEFT JOIN (SELECT number, jsonb_agg(jsonb_build_array("column", code, value, "values") ORDER BY id) AS problems
           FROM exchange_importproblem WHERE batch_id = %(batch)s AND (%(all)s OR NOT is_warning) GROUP BY number) x
  USING (number)
WHERE r.batch_id = %(batch)s ORDER BY r.number
"""


def write_errors(batch: ImportBatch, layout: Layout, path: Path) -> None:
    """All staged rows with their problems, as .xlsx or .csv by the name of the file."""
    headings, place = _without_error_column(batch.headings)
    rows = ((cells[:place] + cells[place + 1 :], errors) for cells, errors in _rows(batch, layout))
    if path.suffix.lower() == ".csv":
        _write_csv(path, headings, rows)
    else:
        _write_xlsx(path, headings, rows)


def _without_error_column(headings: Sequence[str]) -> tuple[list[str], int]:
    """Headings without the error column of an earlier copy, and where it stood (past the end where there was none)."""
    place = next((i for i, text in enumerate(headings) if key(text) == key(ERROR_HEADING)), len(headings))
    return [*headings[:place], *headings[place + 1 :]], place


def _rows(batch: ImportBatch, layout: Layout) -> Iterator[tuple[list[str], str]]:
    """Cells and what is wrong with them, fetched in portions by a cursor in the server."""
    import json

    statement = _ROWS.format(rows=layout.model._meta.db_table)
    with closing(connection.cursor()) as outer:
        raw = outer.connection
        with raw.cursor(name="rows_of_batch") as cursor:
            cursor.itersize = FETCH
            cursor.execute(statement, {"batch": batch.pk, "all": False})
            for _number, cells, found in cursor:
                told = found if isinstance(found, list) else json.loads(found) if found else []
                yield json.loads(cells), "; ".join(_told(problem, layout) for problem in told)


def _told(problem: Sequence[Any], layout: Layout) -> str:
    column, code, value, values = problem
    return f"{layout.heading(column)}: {problems.message(code, value, values)}"


def _write_csv(path: Path, headings: Sequence[str], rows: Iterator[tuple[list[str], str]]) -> None:
    # The mark at the beginning lets spreadsheet programs read the Vietnamese letters.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*headings, ERROR_HEADING])
        writer.writerows([*cells, errors] for cells, errors in rows)


def _write_xlsx(path: Path, headings: Sequence[str], rows: Iterator[tuple[list[str], str]]) -> None:
    """Everything as text: codes keep their digits, nothing becomes a formula or a link."""
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet(_("Dữ liệu"))
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        wrong = book.add_format({"font_color": "#9a1c1c", "num_format": "@"})
        sheet.set_column(0, len(headings) - 1, 16, text)
        sheet.set_column(len(headings), len(headings), 80, wrong)
        sheet.freeze_panes(1, 0)
        for column, heading in enumerate([*headings, ERROR_HEADING]):
            sheet.write_string(0, column, heading, bold)
        last = 0
        for last, (cells, errors) in enumerate(rows, start=1):
            for column, cell in enumerate(cells):
                if cell:
                    sheet.write_string(last, column, cell, text)
            if errors:
                sheet.write_string(last, len(cells), errors, wrong)
        sheet.autofilter(0, 0, last, len(headings))
