"""The files of a document, one function for each format; missing fonts are told in words."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from temis.core.errors import RuleViolation
from temis.reporting.document import ReportDocument
from temis.reporting.render import csv, docx, html, json, pdf, xlsx
from temis.reporting.render.fonts import FontsMissing

DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: its name in a folder, its media type, how it is made."""

    name: str
    media_type: str
    render: Callable[[ReportDocument], bytes]


def render_pdf(document: ReportDocument) -> bytes:
    return print_report(document).content


def print_report(document: ReportDocument, signature: tuple[str, ...] = ()) -> pdf.PrintedReport:
    """RuleViolation RPT-12 where the fonts of documents are not installed."""
    try:
        return pdf.render(document, signature)
    except FontsMissing as error:
        message = _(
            "Chưa có phông chữ Tinos để in báo cáo. Đề nghị quản trị hệ thống cài giao diện (make frontend) hoặc đặt "
            "TEMIS_FONT_DIR."
        )
        raise RuleViolation("RPT-12", message) from error


FORMATS: dict[str, Format] = {
    "json": Format("report.json", "application/json", json.render),
    "html": Format("report.html", "text/html; charset=utf-8", html.render),
    "xlsx": Format("report.xlsx", XLSX_TYPE, xlsx.render),
    "docx": Format("report.docx", DOCX_TYPE, docx.render),
    "pdf": Format("report.pdf", "application/pdf", render_pdf),
    "csv": Format("report.csv.zip", "application/zip", csv.render),
}
