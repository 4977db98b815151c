"""The report as PDF/A in the layout of NĐ 30/2020, set by typst; the place of the signature comes with it."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import typst

from temis.reporting.document import Letterhead, ReportDocument
from temis.reporting.render.bars import Bar, bars
from temis.reporting.render.fonts import font_dir
from temis.reporting.render.header import header_rows, with_letter
from temis.reporting.render.palette import FILL, INK
from temis.reporting.tables import TableResult, formatted

SOURCE = Path(__file__).parent / "report.typ"
STANDARD: Final = "a-2a"
PAGE_HEIGHT = 841.89  # points, A4
BOX = (62 / 25.4 * 72, 24 / 25.4 * 72)  # width and height of the signature box in report.typ


@dataclass(frozen=True, slots=True)
class SignatureBox:
    """Where the signature belongs: page from 0, corners in points from the lower left of the page."""

    page: int
    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True, slots=True)
class PrintedReport:
    content: bytes
    signature_box: SignatureBox


def render(document: ReportDocument, signature: tuple[str, ...] = ()) -> PrintedReport:
    """`signature` are the lines shown where the digital signature is laid; none for an unsigned copy."""
    compiler = typst.Compiler(
        str(SOURCE),
        font_paths=[str(font_dir())],
        ignore_system_fonts=True,
        sys_inputs={"data": _sys_inputs(document, signature)},
    )
    made_at = document.meta.extracted_at.astimezone(UTC).replace(microsecond=0)  # as typst wants it
    content = compiler.compile(format="pdf", pdf_standards=[STANDARD], timestamp=made_at)
    place = json.loads(compiler.query("<signature-place>", field="value", one=True))
    assert isinstance(content, bytes)
    return PrintedReport(content, _signature_box(place))


def _sys_inputs(document: ReportDocument, signature: tuple[str, ...]) -> str:
    return json.dumps(page_data(document) | {"signature": signature}, ensure_ascii=False)


def signature_lines(document: ReportDocument, signed_by: str, signed_at: datetime) -> tuple[str, ...]:
    """What a reader of the page sees of the digital signature."""
    words = document.template.words
    return (words.signed_by, signed_by, f"{words.signed_at} {signed_at:%d/%m/%Y %H:%M:%S %z}".strip())


def _signature_box(place: dict[str, float]) -> SignatureBox:
    """typst counts pages from 1 and points from the upper edge."""
    top = PAGE_HEIGHT - place["y"]
    left, (width, height) = place["x"], BOX
    return SignatureBox(int(place["page"]) - 1, left, top - height, left + width, top)


def page_data(document: ReportDocument) -> dict[str, Any]:
    """Everything the typst template prints, as plain data."""
    template = document.template
    return {
        "title": document.title,
        "area": document.area,
        "words": template.words.model_dump(),
        "letterhead": _letterhead(document, document.letterhead),
        "narrative": [asdict(passage) for passage in document.narrative],
        "levels": [
            {"letter": level.letter, "label": level.label, "fill": FILL[level.rank], "ink": INK[level.rank]}
            for level in template.levels
        ],
        "parts": [_part(document, part) for part in template.parts],
        "facts": document.facts(),
    }


def _letterhead(document: ReportDocument, head: Letterhead) -> dict[str, Any]:
    return asdict(head) | {
        "issued_on": "",
        "place_date": place_date(document),
        "recipients": recipient_lines(head),
    }


def place_date(document: ReportDocument) -> str:
    """`Hậu Giang, ngày 05 tháng 01 năm 2021`; a zero before days under 10 and months under 3."""
    head, day = document.letterhead, document.letterhead.issued_on
    if day is None:
        return ""
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    words = document.template.words.place_date
    return words.format(place=head.place, day=f"{day.day:02}", month=month, year=day.year)


def recipient_lines(head: Letterhead) -> list[str]:
    """Each with a dash, a semicolon after each and a full stop after the last."""
    last = len(head.recipients) - 1
    return [f"- {name}{'.' if index == last else ';'}" for index, name in enumerate(head.recipients)]


def _part(document: ReportDocument, part: Any) -> dict[str, Any]:
    sections = [
        {
            "title": f"{section.id}. {section.title}",
            "tables": [_table(document, result) for result in document.tables_of(section)],
        }
        for section in part.sections
    ]
    return {"title": part.title, "sections": sections}


def _table(document: ReportDocument, result: TableResult) -> dict[str, Any]:
    table, template = result.table, document.template
    drawn = list(bars(template, result, document.number_format(result)))
    if not any(bar.segments for bar in drawn):
        drawn = []
    return {
        "id": table.id,
        "title": f"{table.id}. {table.title}",
        "verified": table.verified,
        "definition": table.definition,
        "columns": len(table.columns),
        "head": [
            {"text": with_letter(template, cell.text), "rowspan": cell.rowspan, "colspan": cell.colspan}
            for row in header_rows(result)
            for cell in row
        ],
        "rows": _rows(document, result),
        "notes": document.notes(result),
        "chart": table.chart.title if table.chart else "",
        "chart_alt": "; ".join(_spoken(bar) for bar in drawn if bar.segments),
        "bar_gap": 2 if result.block_headings else 1,
        "bars": [_bar(result, bar) for bar in drawn],
        "definitions": [(column.title, column.definition) for column in table.columns],
    }


def _rows(document: ReportDocument, result: TableResult) -> list[dict[str, Any]]:
    return [
        {
            "block": row.block if result.block_headings and row.opens_block else "",
            "total": row.opens_block and not result.block_headings,
            "indent": not (row.opens_block and not result.block_headings),
            "label": row.label,
            "cells": cells,
        }
        for row, cells in formatted(result, document.number_format(result))
    ]


def _bar(result: TableResult, bar: Bar) -> dict[str, Any]:
    alone = not result.block_headings or (result.table.chart and result.table.chart.first_block_only)
    label = bar.label if alone else f"{bar.block} - {bar.label}"
    bold = bar.opens_block and not result.block_headings
    segments = [asdict(segment) for segment in bar.segments]
    return {"label": label, "bold": bold, "sign": bar.sign, "segments": segments}


def _spoken(bar: Bar) -> str:
    return f"{bar.block} - {bar.label}: {', '.join(segment.title for segment in bar.segments)}"
