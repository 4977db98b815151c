"""`temis report`: extracts one report or all of them at once and writes their files; proves the figures kept."""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from django.db import connections, transaction
from django.utils.translation import gettext as _

from temis.core import audit
from temis.core.errors import RuleViolation
from temis.reporting import proof
from temis.reporting.actions import extraction
from temis.reporting.actions.extraction import quiet
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
        report = extraction.ensure_report(province, year, scope=None)
        version = extraction.extract_report(report.pk, scope=None, progress=progress)
    version = _full(version.pk)
    summary = _summary(version, out)
    summary.files = _write_files(document_of(version), out, formats, progress)
    return summary


@dataclass
class ExtractAllSummary:
    """The reports of one moment, each with its files in a folder of its own (`vn` for the country)."""

    year: int
    out: str
    reports: dict[str, ExtractSummary]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def extract_all(
    *,
    year: int,
    out: Path,
    formats: Sequence[str] = tuple(FORMATS),
    processes: int | None = None,
    progress: Progress = quiet,
) -> ExtractAllSummary:
    """Every province and the country, counted at one moment; files are made by as many processes as there are CPUs."""
    with audit.context(None):
        versions = extraction.extract_all(year, scope=None, progress=progress)
    made: dict[str, ExtractSummary] = {}
    work = [(version.pk, out / version.report.slug, tuple(formats)) for version in versions]
    for slug, summary in _each(work, processes or os.cpu_count() or 1):
        made[slug] = summary
        progress(len(made), len(work), _("Ghi %(file)s") % {"file": slug})
    return ExtractAllSummary(year, str(out), made)


def _each(work: list[tuple[int, Path, tuple[str, ...]]], processes: int) -> Iterator[tuple[str, ExtractSummary]]:
    if processes == 1:
        yield from map(_write_version, work)
        return
    connections.close_all()  # a child must not speak on its parent's connection
    with get_context("fork").Pool(processes) as pool:
        yield from pool.imap_unordered(_write_version, work)


def _write_version(task: tuple[int, Path, tuple[str, ...]]) -> tuple[str, ExtractSummary]:
    pk, out, formats = task
    version = _full(pk)
    summary = _summary(version, out)
    summary.files = _write_files(document_of(version), out, formats, quiet)
    return version.report.slug, summary


def _full(pk: int) -> ReportVersion:
    rows = ReportVersion.objects.select_related(
        "report__province", "report__organization", "report__period", "template"
    )
    return rows.get(pk=pk)


@dataclass
class ProofSummary:
    """Whether the figures kept are those that counting everything anew gives; `different` says which are not."""

    year: int
    rollup: bool
    versions: int
    different: list[str]

    def as_dict(self) -> dict[str, Any]:
        return {"ok": self.ok, **asdict(self)}

    @property
    def ok(self) -> bool:
        return self.rollup and not self.different


def prove(*, year: int, progress: Progress = quiet) -> ProofSummary:
    """Count the year's period in full and compare with the roll-up; count the people of every frozen version again and
    compare figures and fingerprint."""
    period = extraction.period_of(year)
    rollup = not proof.check_rollup(period)
    versions = ReportVersion.objects.filter(report__year=year, frozen_at__isnull=False).order_by("report_id", "number")
    keys = list(versions.values_list("pk", flat=True))
    different = []
    for done, pk in enumerate(keys):
        version = _full(pk)
        progress(done, len(keys), str(version.report.area))
        if proof.check_version(version):
            different.append(f"{version.report.slug}/{year}/v{version.number}")
    progress(len(keys), len(keys))
    return ProofSummary(year, rollup, len(keys), different)


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
