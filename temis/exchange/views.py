"""Import pages. Each exists once per kind, under the permission of that kind (`urls.py`)."""

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from temis.access import NotPermitted, P
from temis.core.asked import whole_number
from temis.core.errors import RuleViolation
from temis.core.http import ScopedRequest, reads
from temis.exchange import actions, queries, rules, running
from temis.exchange.blank import empty_file
from temis.exchange.columns import PERMISSIONS
from temis.exchange.columns import layout_of as layout
from temis.exchange.copies import write_errors
from temis.exchange.engine import layout_for
from temis.exchange.enums import Kind
from temis.exchange.forms import CellForm, ReplaceForm, upload_form
from temis.exchange.models import ImportBatch
from temis.exchange.readers import MAX_FILE, FileRefused
from temis.standards.models import Edition

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
RECENT = 20


@reads(P.HOME)
def index(request: ScopedRequest) -> HttpResponse:
    """What can be imported, and what was."""
    kinds = queries.kinds_of(request.scope)
    if not kinds:
        raise NotPermitted(P.IMPORT_STAFF)
    batches = queries.batches_of(request.scope).order_by("-id")[:RECENT]
    context = {"kinds": [(kind, reverse(f"exchange:{kind}:new")) for kind in kinds], "batches": batches}
    return render(request, "exchange/index.html", context)


def new(request: ScopedRequest, *, kind: Kind) -> HttpResponse:
    return _form_page(request, kind, upload_form(kind)())


def upload(request: ScopedRequest, *, kind: Kind) -> HttpResponse:
    """Take the file; what is wrong with it as a whole is said at the field."""
    form = upload_form(kind)(request.POST, request.FILES)
    if form.is_valid():
        data = form.cleaned_data
        try:
            batch = actions.upload_file(
                kind, data["file"], scope=request.scope, year=data.get("year"), edition=data.get("edition")
            )
        except (FileRefused, RuleViolation) as refusal:
            form.add_error("file", str(refusal))
        else:
            return _to(batch)
    return _form_page(request, kind, form, status=422)


def _form_page(request: ScopedRequest, kind: Kind, form: Any, status: int = 200) -> HttpResponse:
    context = {"kind": kind, "form": form, "max_mb": MAX_FILE // 2**20, "columns": _columns(kind)}
    return render(request, "exchange/new.html", context, status=status)


def _columns(kind: Kind) -> list[tuple[str, bool]]:
    """Headings and whether their cells must be filled."""
    if kind == Kind.RESULTS:
        return []
    return [(column.heading, column.filled) for column in layout(kind).columns]


def blank(request: ScopedRequest, *, kind: Kind) -> HttpResponse:
    """An empty file to fill in."""
    edition = None
    if kind == Kind.RESULTS:
        edition = Edition.objects.filter(code=request.GET.get("edition", "")).first()
        edition = edition or Edition.objects.order_by("subject", "-effective_from").first()
    return _download(empty_file(layout(kind, edition)), f"temis-{kind}.xlsx")


def batch(request: ScopedRequest, pk: int, *, kind: Kind) -> HttpResponse:
    """Where an import stands; what is wrong with its rows, to be mended in place."""
    found = _fetch(request, pk, kind)
    return render(request, "exchange/batch.html", _state(found, request.GET))


def _state(found: ImportBatch, asked: Any) -> dict[str, Any]:
    kind_layout = layout_for(found)
    busy, steps = running.is_busy(found), rules.allowed_steps(found.state)
    context: dict[str, Any] = {
        "batch": found,
        "kind": Kind(found.kind),
        "busy": busy,
        "interrupted": running.is_interrupted(found),
        "failed": running.has_failed(found),
        "can_restart": running.can_restart(found),
        "steps": set() if busy else steps,
        "notes": queries.notes_of(found),
        "good_count": found.row_count - found.rejected_count,
    }
    if "load" in context["steps"] and found.rejected_count:
        context |= _problems(found, kind_layout, asked)
    if "undo" in context["steps"]:
        context["records"] = queries.records_of(found)
    return context


def _problems(found: ImportBatch, kind_layout: Any, asked: Any) -> dict[str, Any]:
    only, whole = asked.get("only", ""), asked.get("columns") == "all"
    return {
        "problem_kinds": queries.problem_kinds(found, kind_layout),
        "repeated": queries.repeated_values(found, kind_layout),
        "only": only,
        "whole": whole,
        "grid": queries.grid(
            found,
            kind_layout,
            only=only,
            after=whole_number(asked.get("after")) or 0,
            before=whole_number(asked.get("before")) or 0,
            whole=whole,
        ),
    }


def state(request: ScopedRequest, pk: int, *, kind: Kind) -> HttpResponse:
    """Asked by the page while a job runs, or waits to be taken up again: nothing to say, or "load the page anew"."""
    found = _fetch(request, pk, kind)
    response = HttpResponse(status=204)
    is_as_shown = running.is_interrupted if request.GET.get("interrupted") else running.is_busy
    if not is_as_shown(found):
        response["HX-Refresh"] = "true"
    return response


def cell(request: ScopedRequest, pk: int, *, kind: Kind) -> HttpResponse:
    """One cell mended: the row as it is now, and the counts above."""
    form = CellForm(request.POST)
    if not form.is_valid():
        raise RuleViolation("IMP-04", _("Không còn ô này. Hãy tải lại trang."))
    data = form.cleaned_data
    found = actions.mend_cell(pk, kind, data["number"], data["place"], data["value"], scope=request.scope)
    places = [place for place in form.places() if place < len(found.headings)]
    [row] = queries.grid_rows(found, layout_for(found), [data["number"]], places)
    context = {"batch": found, "row": row, "shown": data["shown"], "kind": kind}
    context["good_count"] = found.row_count - found.rejected_count
    return render(request, "exchange/_mended.html", context)


def replace(request: ScopedRequest, pk: int, *, kind: Kind) -> HttpResponse:
    """One value mended in all rows."""
    form = ReplaceForm(request.POST)
    if not form.is_valid():
        raise RuleViolation("IMP-04", _("Không còn ô này. Hãy tải lại trang."))
    data = form.cleaned_data
    count = actions.mend_all(pk, kind, data["column"], data["code"], data["value"], data["new"], scope=request.scope)
    messages.success(request, _("Đã sửa %(count)d dòng.") % {"count": count})
    return redirect(f"exchange:{kind}:batch", pk)


def load(request: ScopedRequest, pk: int, *, kind: Kind) -> HttpResponse:
    return _to(actions.request_load(pk, kind, partial="partial" in request.POST, scope=request.scope))


def evidence(request: ScopedRequest, pk: int, *, kind: Kind) -> HttpResponse:
    """A ZIP with evidence for the loaded results."""
    found, upload = _fetch(request, pk, kind), request.FILES.get("file")
    try:
        if upload is None:
            raise FileRefused(_("Chọn tệp .zip có minh chứng."))
        return _to(actions.upload_evidence(pk, upload, scope=request.scope))
    except (FileRefused, RuleViolation) as refusal:
        context = _state(found, request.GET) | {"evidence_error": str(refusal)}
        return render(request, "exchange/batch.html", context, status=422)


def undo(request: ScopedRequest, pk: int, *, kind: Kind) -> HttpResponse:
    return _to(actions.request_undo(pk, kind, scope=request.scope))


def discard(request: ScopedRequest, pk: int, *, kind: Kind) -> HttpResponse:
    actions.discard_batch(pk, kind, scope=request.scope)
    messages.success(request, _("Đã bỏ tệp này; không có gì bị thay đổi."))
    return redirect("exchange:list")


def restart(request: ScopedRequest, pk: int, *, kind: Kind) -> HttpResponse:
    return _to(actions.restart(pk, kind, scope=request.scope))


def copy(request: ScopedRequest, pk: int, *, kind: Kind, suffix: str) -> HttpResponse:
    """The file as it is now, with a column that says what is wrong."""
    found = _fetch(request, pk, kind)
    if not found.headings:
        raise NotPermitted(PERMISSIONS[kind])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"copy.{suffix}"
        write_errors(found, layout_for(found), path)
        content = path.read_bytes()
    return _download(content, f"{Path(found.file_name).stem}-sua-loi.{suffix}", "text/csv" if suffix == "csv" else XLSX)


def _fetch(request: ScopedRequest, pk: int, kind: Kind) -> ImportBatch:
    rows = ImportBatch.objects.select_related("job", "edition", "created_by", "loaded_by", "undone_by", "organization")
    found: ImportBatch = rows.fetch(request.scope, PERMISSIONS[kind], pk=pk, kind=kind)
    return found


def _to(found: ImportBatch) -> HttpResponse:
    return redirect(f"exchange:{found.kind}:batch", found.pk)


def _download(content: bytes, name: str, media_type: str = XLSX) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response
