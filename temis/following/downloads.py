"""A list as a file, exactly as it is seen: CSV or a workbook."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter
from django.http import HttpResponse
from django.utils.timezone import localtime

from temis.core import clock

FORMATS = ("csv", "xlsx")
Cells = Sequence[str | int | float | None]
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_file(kind: str, name: str, head: Sequence[str], rows: Iterable[Cells]) -> HttpResponse:
    """`kind` is one of FORMATS. The moment stands in the file's name: figures are of that moment."""
    content = _csv(head, rows) if kind == "csv" else _xlsx(head, rows)
    media_type = "text/csv; charset=utf-8" if kind == "csv" else _XLSX
    stamp = localtime(clock.now()).strftime("%Y%m%d-%H%M")
    headers = {"Content-Disposition": f'attachment; filename="{name}-{stamp}.{kind}"'}
    return HttpResponse(content, content_type=media_type, headers=headers)


def _csv(head: Sequence[str], rows: Iterable[Cells]) -> bytes:
    """With a byte-order mark, so that spreadsheets read the letters right."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _harmless(cell: Any) -> Any:
    """A text that a spreadsheet would take for a formula is marked as text."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t") else cell


def _xlsx(head: Sequence[str], rows: Iterable[Cells]) -> bytes:
    out = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, 44)
        sheet.set_column(1, len(head), 16)
        sheet.write_row(0, 0, head, book.add_format({"bold": True, "text_wrap": True, "valign": "top"}))
        for number, row in enumerate(rows, 1):
            sheet.write_row(number, 0, row)
    return out.getvalue()
