"""The report as a Word document in the layout of NĐ 30/2020, to be edited by the officer."""

import io
from collections.abc import Iterable, Iterator
from copy import deepcopy
from functools import cache
from xml.sax.saxutils import escape

from docx import Document
from docx.document import Document as Docx
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.text.paragraph import CT_P
from docx.shared import Length, Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from lxml import etree

from temis.reporting.document import ReportDocument
from temis.reporting.render.header import HeaderCell, header_rows, with_letter
from temis.reporting.render.pdf import place_date, recipient_lines
from temis.reporting.tables import TableResult, formatted

FONT = "Times New Roman"
CENTER, RIGHT, LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT


def render(document: ReportDocument) -> bytes:
    book = Document()
    _set_styles(book)
    _set_page(book)
    book.core_properties.title = document.title
    book.core_properties.author = document.letterhead.issuing_body
    book.core_properties.created = document.meta.extracted_at.replace(tzinfo=None)
    _letterhead(book, document)
    _title(book, document)
    _narrative(book, document)
    _parts(book, document)
    _signature(book, document)
    _definitions(book, document)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _set_styles(book: Docx) -> None:
    for name, size in (("Normal", 13), ("Heading 1", 13), ("Heading 2", 13), ("Heading 3", 12)):
        style = book.styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
            fonts.set(qn(script), FONT)
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(theme), None)
        style.font.color.rgb = None
        if name != "Normal":
            style.font.bold = True
            style.element.rPr.remove_all("w:color")
    book.styles["Normal"].paragraph_format.space_after = Pt(3)


def _set_page(book: Docx) -> None:
    section = book.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(30), Mm(17)
    section.top_margin = section.bottom_margin = Mm(20)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = CENTER
    _field(number, "PAGE")


def _field(paragraph: Paragraph, code: str) -> None:
    for kind, text in (("begin", None), (None, code), ("end", None)):
        run = paragraph.add_run()
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)


def _write(
    cell: _Cell | Docx,
    text: str,
    align: WD_ALIGN_PARAGRAPH = LEFT,
    *,
    size: float = 13,
    bold: bool = False,
    italic: bool = False,
) -> Paragraph:
    """A paragraph; a fresh cell's own empty one is used first."""
    paragraphs = cell.paragraphs
    empty = isinstance(cell, _Cell) and len(paragraphs) == 1 and not paragraphs[0].text
    place = paragraphs[0]._p if empty else cell.add_paragraph()._p
    element = deepcopy(_pattern(align, size, bold, italic))
    place.getparent().replace(place, element)
    paragraph = Paragraph(element, cell)
    paragraph.runs[0].text = text
    return paragraph


@cache
def _pattern(align: WD_ALIGN_PARAGRAPH, size: float, bold: bool, italic: bool) -> CT_P:
    """An empty paragraph of this look; to copy one is four times as fast as to set each property anew."""
    paragraph = Paragraph(OxmlElement("w:p"), None)  # type: ignore[arg-type]
    paragraph.alignment = align
    paragraph.paragraph_format.space_after = Pt(0)
    run = paragraph.add_run()
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    return paragraph._p


def _letterhead(book: Docx, document: ReportDocument) -> None:
    head, words = document.letterhead, document.template.words
    left, right = _columns(book, Mm(67), Mm(96))
    if head.parent_body:
        _write(left, head.parent_body.upper(), CENTER, size=12)
    if head.issuing_body:
        _write(left, head.issuing_body.upper(), CENTER, size=12.5, bold=True)
        _rule(left, Mm(22))
    if head.number:
        _write(left, f"{words.number} {head.number}", CENTER)
    _write(right, words.state, CENTER, size=12.5, bold=True)
    _write(right, words.motto, CENTER, bold=True)
    _rule(right, Mm(57))
    if head.issued_on:
        _write(right, place_date(document), CENTER, italic=True)


def _rule(cell: _Cell, length: Mm) -> None:
    """A line in the middle of the cell, under what was written last."""
    paragraph = cell.add_paragraph()
    layout = paragraph.paragraph_format
    layout.left_indent = layout.right_indent = Length(((cell.width or Mm(80)) - length) // 2 - Mm(2))
    layout.space_after, layout.line_spacing = Pt(3), Pt(3)
    border = OxmlElement("w:pBdr")
    line = OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "auto")):
        line.set(qn(f"w:{name}"), value)
    border.append(line)
    paragraph._p.get_or_add_pPr().append(border)


def _columns(book: Docx, *widths: Mm) -> tuple[_Cell, ...]:
    table = book.add_table(rows=1, cols=len(widths))
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = column.cells[0].width = width
    return table.rows[0].cells


def _title(book: Docx, document: ReportDocument) -> None:
    _write(book, "")
    _write(book, document.title, CENTER, size=14, bold=True)
    _write(book, document.area, CENTER, bold=True)


def _narrative(book: Docx, document: ReportDocument) -> None:
    for passage in document.narrative:
        book.add_heading(passage.heading, 2)
        for text in passage.paragraphs:
            paragraph = book.add_paragraph(text)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
            paragraph.paragraph_format.first_line_indent = Mm(10)


def _parts(book: Docx, document: ReportDocument) -> None:
    for part in document.template.parts:
        book.add_heading(part.title, 1).alignment = CENTER
        for section in part.sections:
            book.add_heading(f"{section.id}. {section.title}", 2)
            for result in document.tables_of(section):
                _report_table(book, document, result)


def _report_table(book: Docx, document: ReportDocument, result: TableResult) -> None:
    book.add_heading(f"{result.table.id}. {result.table.title}", 3)
    if not result.table.verified:
        _write(book, f"({document.template.words.unverified})", size=10.5, italic=True)
    _write(book, result.table.definition, size=10.5, italic=True).paragraph_format.keep_with_next = True
    table = book.add_table(rows=0, cols=len(result.table.columns) + 1, style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    _Grid(table, document, result).fill()
    for note in document.notes(result):
        _write(book, note, size=10, italic=True)


class _Grid:
    """The rows of one table as text: to read a thousand cells at once is ten times as fast as to add each."""

    def __init__(self, table: Table, document: ReportDocument, result: TableResult) -> None:
        self.table, self.document, self.result = table, document, result
        self.width = len(result.table.columns) + 1
        self.size = 8.5 if self.width > 7 else 10.5
        self.number = Mm(12.5 if self.width > 9 else 14.5 if self.width > 7 else 20)
        self.label = Length(Mm(163) - self.number * (self.width - 1))

    def fill(self) -> None:
        properties = self.table._tbl.tblPr
        properties.insert_element_before(parse_xml(_MARGINS), "w:tblLook")
        for index, column in enumerate(self.table.columns):
            column.width = self.number if index else self.label
        rows = "".join((*self._head(), *self._rows()))
        self.table._tbl.extend(list(parse_xml(f"<w:tbl {nsdecls('w')}>{rows}</w:tbl>")))

    def _span(self, column: int, columns: int) -> Length:
        """How wide so many columns are, from one on."""
        return Length(self.number * columns + (self.label - self.number if column == 0 else 0))

    def _head(self) -> Iterator[str]:
        """The merged head, repeated on every page. A cell over several rows goes on in each, empty."""
        cells = [cell for row in header_rows(self.result) for cell in row]
        for line in range(max(cell.row + cell.rowspan for cell in cells)):
            here = sorted(
                (cell for cell in cells if cell.row <= line < cell.row + cell.rowspan), key=lambda cell: cell.column
            )
            yield _row_text((self._head_cell(cell, line) for cell in here), repeated=True)

    def _head_cell(self, cell: HeaderCell, line: int) -> str:
        begins = cell.row == line
        text = with_letter(self.document.template, cell.text) if begins else ""
        merged = ("restart" if begins else "continue") if cell.rowspan > 1 else ""
        width = self._span(cell.column, cell.colspan)
        return _cell_text(text, width, CENTER, self.size, bold=True, span=cell.colspan, merged=merged)

    def _rows(self) -> Iterator[str]:
        for row, cells in formatted(self.result, self.document.number_format(self.result)):
            if self.result.block_headings and row.opens_block:
                whole = self._span(0, self.width)
                yield _row_text([_cell_text(row.block, whole, LEFT, self.size, bold=True, span=self.width, keep=True)])
            total = row.opens_block and not self.result.block_headings
            label = _cell_text(row.label, self.label, LEFT, self.size, bold=total)
            figures = (_cell_text(text, self.number, RIGHT, self.size, bold=total) for text in cells)
            yield _row_text([label, *figures])


# 0.8 mm beside the figures instead of Word's 1.9: those of the whole country have to fit on one line.
_MARGINS = f"""<w:tblCellMar {nsdecls("w")}>
<w:left w:w="45" w:type="dxa"/><w:right w:w="45" w:type="dxa"/></w:tblCellMar>"""


def _row_text(cells: Iterable[str], *, repeated: bool = False) -> str:
    repeat = "<w:tblHeader/>" if repeated else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeat}</w:trPr>{''.join(cells)}</w:tr>"


def _cell_text(
    text: str,
    width: Length,
    align: WD_ALIGN_PARAGRAPH,
    size: float,
    *,
    bold: bool,
    span: int = 1,
    merged: str = "",
    keep: bool = False,
) -> str:
    """A cell with one paragraph, over `span` columns; `merged` over rows ("restart", then "continue"); `keep` with the
    row below."""
    over = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    over += f'<w:vMerge w:val="{merged}"/>' if merged else ""
    paragraph = _pattern_text(align, size, bold, keep).replace(_TEXT, escape(text))
    return f'<w:tc><w:tcPr><w:tcW w:type="dxa" w:w="{width.twips}"/>{over}</w:tcPr>{paragraph}</w:tc>'


_TEXT = "{text}"  # where the text goes


@cache
def _pattern_text(align: WD_ALIGN_PARAGRAPH, size: float, bold: bool, keep: bool) -> str:
    element = deepcopy(_pattern(align, size, bold, False))
    paragraph = Paragraph(element, None)  # type: ignore[arg-type]
    paragraph.paragraph_format.keep_with_next = keep or None
    paragraph.runs[0].text = _TEXT
    return str(etree.tostring(element, encoding="unicode"))


def _signature(book: Docx, document: ReportDocument) -> None:
    head, words = document.letterhead, document.template.words
    _write(book, "")
    left, right = _columns(book, Mm(82), Mm(81))
    if head.recipients:
        _write(left, words.recipients, size=12, bold=True, italic=True)
    for line in recipient_lines(head):
        _write(left, line, size=11)
    for line in filter(None, (head.authority, head.signer_title)):
        _write(right, line.upper(), CENTER, bold=True)
    for _ in range(4):
        right.add_paragraph()
    _write(right, head.signer_name, CENTER, bold=True)


def _definitions(book: Docx, document: ReportDocument) -> None:
    words = document.template.words
    book.add_page_break()
    book.add_heading(f"{words.definitions} - {words.source}".upper(), 1).alignment = CENTER
    for name, value in document.facts():
        _write(book, f"{name}: {value}", size=10.5)
    for result in document.tables:
        _write(book, f"{words.table} {result.table.id}", size=10.5, bold=True)
        for column in result.table.columns:
            _write(book, f"{column.title}: {column.definition}", size=10.5)
