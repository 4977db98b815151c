"""The report as HTML: accessible tables for the pages of the site, and a whole page that stands alone."""

from collections.abc import Iterable
from html import escape
from pathlib import Path
from string import Template as Page

from temis.reporting.document import ReportDocument
from temis.reporting.formats import HIDDEN
from temis.reporting.render.bars import Bar, bars
from temis.reporting.render.header import HeaderCell, header_rows
from temis.reporting.tables import RowResult, TableResult, formatted

PAGE = Path(__file__).parent / "page.html"


def render(document: ReportDocument) -> bytes:
    """A page that needs no other file."""
    head, facts = document.letterhead, document.facts()
    page = Page(PAGE.read_text(encoding="utf-8"))
    text = page.substitute(
        title=escape(document.title),
        area=escape(document.area),
        body=escape(head.issuing_body),
        report=render_report(document),
        source=escape(document.template.words.source),
        facts="".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts),
    )
    return text.encode()


def render_report(document: ReportDocument) -> str:
    """Narrative and tables, part by part, as a fragment for a page that has its own heading of level 1."""
    return "".join(_narrative(document)) + render_parts(document)


def render_parts(document: ReportDocument) -> str:
    """The tables alone, part by part."""
    return "".join(_parts(document))


def _narrative(document: ReportDocument) -> Iterable[str]:
    for passage in document.narrative:
        yield f"<h2>{escape(passage.heading)}</h2>"
        yield from (f"<p>{escape(paragraph)}</p>" for paragraph in passage.paragraphs)


def _parts(document: ReportDocument) -> Iterable[str]:
    for part in document.template.parts:
        yield f"<h2>{escape(part.title)}</h2>"
        for section in part.sections:
            yield f"<h3>{escape(section.id)}. {escape(section.title)}</h3>"
            yield from (render_table(document, result) for result in document.tables_of(section))


def render_table(document: ReportDocument, result: TableResult) -> str:
    """One table with its definitions, notes and chart; its id is `table-<id>`."""
    table = result.table
    notes = "".join(f"<li>{escape(note)}</li>" for note in document.notes(result))
    return (
        f'<section class="report-table" id="table-{escape(table.id)}">'
        f'<div class="report-table__scroll" tabindex="0" role="region" aria-label="{escape(table.title)}">'
        f'<table class="table table-sm table-bordered">{_caption(document, result)}'
        f"<thead>{_head(document, result)}</thead>{_body(document, result)}</table></div>"
        + (f'<ul class="report-table__notes">{notes}</ul>' if notes else "")
        + render_chart(document, result)
        + _definitions(document, result)
        + "</section>"
    )


def _caption(document: ReportDocument, result: TableResult) -> str:
    mark = ""
    if not result.table.verified:
        mark = f' <span class="report-table__mark">({escape(document.template.words.unverified)})</span>'
    return f"<caption><strong>{escape(result.table.id)}.</strong> {escape(result.table.title)}{mark}</caption>"


def _head(document: ReportDocument, result: TableResult) -> str:
    rows = header_rows(result)
    return "".join(f"<tr>{''.join(_head_cell(document, cell) for cell in row)}</tr>" for row in rows)


def _head_cell(document: ReportDocument, cell: HeaderCell) -> str:
    scope = "colgroup" if cell.colspan > 1 else "col"
    spans = f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
    spans += f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else ""
    text = escape(cell.text)
    for level in document.template.levels:
        if cell.text == level.label:
            text = f'{text} <span class="level level-{level.code}">{escape(level.letter)}</span>'
    return f'<th scope="{scope}"{spans}>{text}</th>'


def _body(document: ReportDocument, result: TableResult) -> str:
    parts: list[str] = []
    for row, cells in formatted(result, document.number_format(result)):
        if row.opens_block:
            parts.append(f"{'</tbody>' if parts else ''}<tbody>")
            parts.append(_block_heading(result, row))
        parts.append(_row(result, row, cells))
    return "".join(parts) + "</tbody>"


def _block_heading(result: TableResult, row: RowResult) -> str:
    if not result.block_headings:
        return ""
    span = len(result.table.columns) + 1
    return f'<tr class="report-table__block"><th scope="rowgroup" colspan="{span}">{escape(row.block)}</th></tr>'


def _row(result: TableResult, row: RowResult, cells: list[str]) -> str:
    kind = ' class="report-table__total"' if row.opens_block and not result.block_headings else ""
    values = "".join(
        f'<td class="{"report-table__hidden" if text == HIDDEN.value else "num"}">{escape(text)}</td>' for text in cells
    )
    return f'<tr{kind}><th scope="row">{escape(row.label)}</th>{values}</tr>'


def _definitions(document: ReportDocument, result: TableResult) -> str:
    items = "".join(
        f"<dt>{escape(column.title)}</dt><dd>{escape(column.definition)}</dd>" for column in result.table.columns
    )
    summary = escape(document.template.words.definitions)
    return (
        f'<details class="report-table__definitions"><summary>{summary}</summary>'
        f"<p>{escape(result.table.definition)}</p><dl>{items}</dl></details>"
    )


def render_chart(document: ReportDocument, result: TableResult) -> str:
    """The shares as stacked bars; every figure also stands in the table beside it."""
    chart = result.table.chart
    if chart is None:
        return ""
    drawn = [bar for bar in bars(document.template, result, document.number_format(result)) if bar.segments]
    rows = "".join(_bar(result, bar) for bar in drawn)
    legend = escape(document.template.words.levels_note)
    return (
        f'<figure class="report-chart"><figcaption>{escape(chart.title)}</figcaption>{rows}'
        f'<p class="report-chart__legend">{legend}</p></figure>'
    )


def _bar(result: TableResult, bar: Bar) -> str:
    label = bar.label if bar.label == bar.block else f"{bar.block} - {bar.label}"
    spoken = "; ".join(segment.title for segment in bar.segments)
    boxes = "".join(
        f'<rect x="{s.start:.2f}%" y="0" width="{s.width:.2f}%" height="20" fill="{s.fill}">'
        f"<title>{escape(s.title)}</title></rect>"
        f'<text x="{s.start + s.width / 2:.2f}%" y="14.5" text-anchor="middle" font-size="12" fill="{s.ink}">'
        f"{escape(s.letter)}</text>"
        for s in bar.segments
    )
    return (
        f'<div class="report-chart__row"><span class="report-chart__label">{escape(label)}</span>'
        f'<svg class="report-chart__bar" role="img" aria-label="{escape(f"{label}: {spoken}")}" width="100%" '
        f'height="20">{boxes}</svg></div>'
    )
