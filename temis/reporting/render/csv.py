"""The report as CSV: one file per table in a ZIP, UTF-8 with a byte-order mark for the spreadsheets."""

import csv
import io
import zipfile
from collections.abc import Mapping

from temis.reporting.document import ReportDocument
from temis.reporting.formats import NumberFormat, Value
from temis.reporting.tables import TableResult, format_cell

SAME_BYTES = (1980, 1, 1, 0, 0, 0)
"""The date of every file in the ZIP, so that the same data give the same bytes."""


def render(document: ReportDocument) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for result in document.tables:
            entry = zipfile.ZipInfo(f"{result.table.id}.csv", SAME_BYTES)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, render_table(document, result))
    return buffer.getvalue()


def render_table(document: ReportDocument, result: TableResult) -> bytes:
    """Numbers without thousands sign; a decimal comma goes with semicolons between the cells."""
    style = document.number_format(result).model_copy(update={"thousands": ""})
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, delimiter=";" if style.decimal == "," else ",")
    names = list(result.rows[0].codes)
    writer.writerow([*names, result.heading, *(column.title for column in result.table.columns)])
    for row in result.rows:
        codes = [row.codes[name] for name in names]
        writer.writerow([*codes, _label(result, row.block, row.label), *_cells(result, row.values, style)])
    return b"\xef\xbb\xbf" + lines.getvalue().encode()


def _label(result: TableResult, block: str, label: str) -> str:
    return f"{block} - {label}" if result.block_headings else label


def _cells(result: TableResult, values: Mapping[str, Value], style: NumberFormat) -> list[str]:
    """A missing percentage is an empty cell; a hidden number bears its sign."""
    cells = [(column, values[column.key]) for column in result.table.columns]
    return ["" if value is None else format_cell(column, value, style) for column, value in cells]
