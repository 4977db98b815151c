"""`temis import …`: reads, checks and loads a file in one transaction, as the system itself."""

import hashlib
import time
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from temis.core import audit, clock
from temis.core.errors import RuleViolation
from temis.exchange import engine, problems
from temis.exchange.copies import write_errors
from temis.exchange.engine import Progress
from temis.exchange.enums import Kind
from temis.exchange.models import ImportBatch
from temis.exchange.reach import SYSTEM
from temis.exchange.readers import read_kind
from temis.exchange.summary import ImportSummary, collect_problems
from temis.organizations.models import Organization
from temis.standards.models import Edition

PIECE = 1024 * 1024


def run_import(
    kind: str,
    path: Path,
    *,
    year: int | None = None,
    standard: str | None = None,
    partial: bool = False,
    errors: Path | None = None,
    progress: Progress | None = None,
) -> ImportSummary:
    """Import a file; all or nothing, or with `partial` its good rows.

    `errors` gets a copy of the file with what is wrong, where something is. FileRefused (a TemisError) where the file
    cannot be read, RuleViolation where the year or the standard cannot be used.
    """
    began = time.monotonic()
    progress = progress or engine.quiet
    read_kind(path)
    with audit.context(None), transaction.atomic():
        engine.wait_for_turn()
        batch = _new_batch(Kind(kind), path, year, standard)
        layout = engine.layout_for(batch)
        engine.read_and_check(batch, path, SYSTEM, progress)
        # Warnings are told too, yet reject nothing.
        found = collect_problems(batch, layout)
        if batch.rejected_count and errors:
            write_errors(batch, layout, errors)
        ok = not batch.rejected_count or (partial and batch.rejected_count < batch.row_count)
        if ok:
            engine.load(batch, SYSTEM, scope=None, progress=progress)
        else:
            transaction.set_rollback(True)
    return ImportSummary(
        ok=ok,
        kind=str(kind),
        file=path.name,
        batch=batch.pk if ok else None,
        rows=batch.row_count,
        created=batch.created_count,
        updated=batch.updated_count,
        unchanged=batch.unchanged_count,
        rejected=batch.rejected_count,
        seconds=round(time.monotonic() - began, 2),
        errors_file=str(errors) if errors and batch.rejected_count else "",
        notes=[problems.note(code, values) for code, values in batch.notes],
        problems=found,
    )


def _new_batch(kind: Kind, path: Path, year: int | None, standard: str | None) -> ImportBatch:
    """A batch of the topmost body, whose administrators see it."""
    edition = _edition(standard) if kind == Kind.RESULTS else None
    if kind == Kind.RESULTS and (year is None or not 2000 <= year <= clock.today().year + 1):
        raise RuleViolation("IMP-02", _("Năm đánh giá không hợp lệ: %(year)s.") % {"year": year})
    root = Organization.objects.filter(parent=None).order_by("pk").first()
    return ImportBatch.objects.create(
        kind=kind,
        organization=root,
        year=year if kind == Kind.RESULTS else None,
        edition=edition,
        file_name=path.name[:200],
        file_size=path.stat().st_size,
        sha256=digest(path),
        created_at=clock.now(),
    )


def _edition(standard: str | None) -> Edition:
    found = Edition.objects.filter(code__iexact=standard or "").first()
    if found is None:
        known = ", ".join(Edition.objects.order_by("code").values_list("code", flat=True))
        message = _("Không có bộ chuẩn “%(code)s”. Các bộ chuẩn: %(known)s.")
        raise RuleViolation("IMP-02", message % {"code": standard or "", "known": known})
    return found


def digest(path: Path) -> str:
    sha = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            sha.update(piece)
    return sha.hexdigest()
