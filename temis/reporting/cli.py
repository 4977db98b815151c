"""`temis report extract`: extracts the report of a province (or the country) and writes its files into a folder."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from temis.core import audit
from temis.core.errors import RuleViolation
from temis.reporting.actions.extraction import ensure_report, extract_report, quiet
from temis.reporting.document import ReportDocument
from temis.reporting.documents import document_of
from temis.reporting.models import ReportVersion
from temis.reporting.render import json
from temis.reporting.rendering import FORMATS

Progress = Callable[..., None]


@dataclass
class ExtractSummary:
    """What was extracted and which files were written, each with its SHA-256."""

    province: str | None
    year: int
    version: int
    extracted_at: str
    data_hash: str
    teachers: int
    teachers_completed: int
    managers: int
    managers_completed: int
    out: str
    files: dict[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def extract(
    *, province: str | None, year: int, out: Path, formats: Sequence[str] = tuple(FORMATS), progress: Progress = quiet
) -> ExtractSummary:
    """Extract as the system and write `report.*` into `out`. RuleViolation where there is nothing to extract.

    The extraction is kept like one of the page: the officer finds it there. `progress(done, total, doing)`.
    """
    with audit.context(None), transaction.atomic():
        report = ensure_report(province, year, scope=None)
        version = extract_report(report.pk, scope=None, progress=progress)
    version = ReportVersion.objects.select_related("report__province", "report__organization", "template").get(
        pk=version.pk
    )
    summary = _summary(version, out)
    summary.files = _write_files(document_of(version), out, formats, progress)
    return summary


def _write_files(document: ReportDocument, out: Path, formats: Sequence[str], progress: Progress) -> dict[str, str]:
    _make_folder(out)
    written: dict[str, str] = {}
    for number, name in enumerate(formats):
        progress(number, len(formats), _("Ghi %(file)s") % {"file": FORMATS[name].name})
        content = FORMATS[name].render(document)
        written |= _write(out / FORMATS[name].name, content)
        if name == "json":
            written |= _write(out / "report.meta.json", json.render_meta(document, content))
    progress(len(formats), len(formats))
    return written


def _make_folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RuleViolation("RPT-13", _("Không ghi được vào thư mục %(folder)s.") % {"folder": out}) from error


def _write(path: Path, content: bytes) -> dict[str, str]:
    """Whole or not at all: another program never reads half a file."""
    beside = path.with_name(f".{path.name}.part")
    beside.write_bytes(content)
    beside.replace(path)
    return {path.name: hashlib.sha256(content).hexdigest()}


def _summary(version: ReportVersion, out: Path) -> ExtractSummary:
    return ExtractSummary(
        province=version.report.province_id,
        year=version.report.year,
        version=version.number,
        extracted_at=version.extracted_at.isoformat(),
        data_hash=version.data_hash,
        teachers=version.teachers,
        teachers_completed=version.teachers_completed,
        managers=version.managers,
        managers_completed=version.managers_completed,
        out=str(out),
    )
