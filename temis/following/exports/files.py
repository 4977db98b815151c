"""Rows as a file: CSV or a workbook."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import IO, Any

import xlsxwriter
from django.utils.timezone import localtime

from temis.core import clock

FORMATS = ("csv", "xlsx")
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def file_name(name: str, kind: str) -> str:
    """The moment stands in it: figures are of that moment."""
    return f"{name}-{localtime(clock.now()):%Y%m%d-%H%M}.{kind}"


def write(kind: str, out: IO[bytes], head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """`kind` is one of FORMATS. Rows are taken one after the other and not kept in memory."""
    (_csv if kind == "csv" else _xlsx)(out, head, rows)


def _csv(out: IO[bytes], head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """With a byte-order mark, so that spreadsheets read the letters right."""
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    text.detach()


def _harmless(cell: Any) -> Any:
    """A text that a spreadsheet would take for a formula is marked as text."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t") else cell


def _xlsx(out: IO[bytes], head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, 44)
        sheet.set_column(1, len(head), 16)
        sheet.write_row(0, 0, head, book.add_format({"bold": True, "text_wrap": True, "valign": "top"}))
        for number, row in enumerate(rows, 1):
            sheet.write_row(number, 0, row)
