"""The report as a workbook: a sheet per table with real numbers, and one with definitions and origin."""

import io
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from temis.reporting.document import ReportDocument
from temis.reporting.formats import HIDDEN, NOT_APPLICABLE, Value
from temis.reporting.render.header import header_rows, with_letter
from temis.reporting.tables import RowResult, TableResult
from temis.reporting.template import Column, CountColumn

# Text stays text: a label that begins with "=" is no formula, an address no link. Merged heads need cells of
# earlier rows again, so the memory-saving mode, which forgets them, does not serve; a report is small.
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


def render(document: ReportDocument) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        # the moment of extraction, not of rendering: the same data give the same file
        book.set_properties({"title": document.title, "created": document.meta.extracted_at.replace(tzinfo=None)})
        styles = _Styles(book)
        for result in document.tables:
            _Sheet(document, result, book.add_worksheet(result.table.id), styles).write()
        _write_definitions(document, book.add_worksheet(document.template.words.definitions), styles)
    return buffer.getvalue()


class _Styles:
    def __init__(self, book: xlsxwriter.Workbook) -> None:
        font = {"font_name": "Times New Roman", "font_size": 12}
        self.title = book.add_format(font | {"bold": True, "text_wrap": True, "valign": "top"})
        self.text = book.add_format(font | {"text_wrap": True, "valign": "top"})
        self.note = book.add_format(font | {"italic": True, "text_wrap": True, "valign": "top"})
        grid = font | {"border": 1, "valign": "vcenter"}
        self.head = book.add_format(grid | {"bold": True, "align": "center", "text_wrap": True, "bg_color": "#E8EDF4"})
        self.block = book.add_format(grid | {"bold": True, "bg_color": "#F4F6FA"})
        self.label = book.add_format(grid | {"text_wrap": True, "indent": 1})
        self.total = book.add_format(grid | {"text_wrap": True, "bold": True})
        self.sign = book.add_format(grid | {"align": "right"})
        self._numbers = {mask: book.add_format(grid | {"num_format": mask}) for mask in _MASKS}

    def number(self, mask: str) -> Format:
        return self._numbers[mask]


_MASKS = ("#,##0", "0", "0.0", "0.00", "General")


class _Sheet:
    """One table: title, head, rows, notes, from top to bottom."""

    def __init__(self, document: ReportDocument, result: TableResult, sheet: Worksheet, styles: _Styles) -> None:
        self.document, self.result, self.sheet, self.styles = document, result, sheet, styles
        self.columns = result.table.columns
        self.style = document.number_format(result)

    def write(self) -> None:
        self._set_page()
        title = f"{self.result.table.id}. {self.result.table.title}"
        last = len(self.columns)
        self.sheet.merge_range(0, 0, 0, last, title, self.styles.title)
        self.sheet.set_row(0, 36)
        if not self.result.table.verified:
            unverified = self.document.template.words.unverified
            self.sheet.merge_range(1, 0, 1, last, f"({unverified})", self.styles.note)
        line = self._write_rows(self._write_head(2))
        for note in self.document.notes(self.result):
            line += 1
            self.sheet.merge_range(line, 0, line, last, note, self.styles.note)
            self.sheet.set_row(line, 34)

    def _set_page(self) -> None:
        self.sheet.set_landscape()
        self.sheet.set_paper(9)  # A4
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_column(0, 0, 62 if self.result.block_headings else 26)
        self.sheet.set_column(1, len(self.columns), 13)

    def _write_head(self, top: int) -> int:
        rows = header_rows(self.result)
        for cell in (cell for row in rows for cell in row):
            text = with_letter(self.document.template, cell.text)
            first = (top + cell.row, cell.column)
            end = (first[0] + cell.rowspan - 1, cell.column + cell.colspan - 1)
            if first == end:
                self.sheet.write_string(*first, text, self.styles.head)
            else:
                self.sheet.merge_range(*first, *end, text, self.styles.head)
        below = top + len(rows)
        self.sheet.freeze_panes(below, 1)
        self.sheet.repeat_rows(top, below - 1)
        return below

    def _write_rows(self, line: int) -> int:
        for row in self.result.rows:
            if self.result.block_headings and row.opens_block:
                self.sheet.merge_range(line, 0, line, len(self.columns), row.block, self.styles.block)
                line += 1
            self._write_row(line, row)
            line += 1
        return line

    def _write_row(self, line: int, row: RowResult) -> None:
        is_total = row.opens_block and not self.result.block_headings
        self.sheet.write_string(line, 0, row.label, self.styles.total if is_total else self.styles.label)
        for number, column in enumerate(self.columns, 1):
            self._write_value(line, number, column, row.values[column.key])

    def _write_value(self, line: int, number: int, column: Column, value: Value) -> None:
        if isinstance(value, int | Decimal):
            self.sheet.write_number(line, number, float(value), self.styles.number(self._mask(column)))
        else:
            sign = HIDDEN.value if value is HIDDEN else NOT_APPLICABLE
            self.sheet.write_string(line, number, sign, self.styles.sign)

    def _mask(self, column: Column) -> str:
        """Excel prints separators after the reader's own country; the mask says which digits."""
        if isinstance(column, CountColumn):
            return "#,##0" if self.style.thousands else "0"
        return "0." + "0" * column.decimals if self.style.trailing_zeros else "General"


def _write_definitions(document: ReportDocument, sheet: Worksheet, styles: _Styles) -> None:
    words = document.template.words
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 48)
    sheet.set_column(2, 2, 90)
    lines: list[tuple[Any, ...]] = [(document.title, document.area, "")]
    lines += [("", name, value) for name, value in document.facts()]
    lines += [("", "", ""), (words.table, words.column, words.definitions)]
    for result in document.tables:
        lines.append((result.table.id, result.table.title, result.table.definition))
        lines += [("", column.title, column.definition) for column in result.table.columns]
    for number, line in enumerate(lines):
        for column, text in enumerate(line):
            sheet.write_string(number, column, text, styles.title if column == 0 else styles.text)
