"""The own portfolio: list, add, edit, put away."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from temis.access import P, Role, Scope
from temis.core import clock
from temis.core.asked import whole_number
from temis.core.errors import RuleViolation
from temis.core.http import ScopedRequest, by_method, reads, writes
from temis.core.paging import keyset
from temis.evidence import actions, media, queries, serving
from temis.evidence.enums import EvidenceKind
from temis.evidence.forms import EvidenceForm
from temis.evidence.models import EvidenceItem
from temis.evidence.uploads import check_upload, limited_upload
from temis.standards.enums import Subject
from temis.standards.models import Edition
from temis.standards.queries import EditionSheet, edition_sheet


def subject_of(scope: Scope) -> Subject:
    """By whose standard somebody is appraised in this role."""
    return Subject.MANAGER if scope.role in (Role.PRINCIPAL, Role.DEPUTY_PRINCIPAL) else Subject.TEACHER


def sheet_of(subject: str) -> EditionSheet:
    """The criteria that are in force for these people today."""
    return edition_sheet(Edition.objects.in_force(subject, on=clock.today()))


@reads(P.OWN_EVIDENCE)
def portfolio(request: ScopedRequest) -> HttpResponse:
    scope = request.scope
    criterion, year = (whole_number(request.GET.get(name), digits=4) for name in ("criterion", "year"))
    words, archived = request.GET.get("q", "")[:100], request.GET.get("archived") == "1"
    rows = queries.portfolio(scope, criterion=criterion, year=year, words=words, archived=archived)
    page = keyset(rows, ["-id"], after=request.GET.get("after", ""), before=request.GET.get("before", ""), size=30)
    context = {
        "page": page,
        "kinds": EvidenceKind,
        "criteria": sheet_of(subject_of(scope)).criteria,
        "criterion": criterion,
        "years": queries.years(scope),
        "year": year,
        "words": words,
        "archived": archived,
        "filtered": bool(criterion or year or words),
        "used": queries.used_bytes(scope.person_id or 0),
        "limit": settings.EVIDENCE_PERSON_BYTES,
    }
    return render(request, "evidence/list.html", context)


@reads(P.OWN_EVIDENCE)
def new(request: ScopedRequest) -> HttpResponse:
    kind = _kind(request)
    return _page(request, kind, EvidenceForm(kind=kind, sheet=sheet_of(subject_of(request.scope))))


@writes(P.OWN_EVIDENCE)
def create(request: ScopedRequest) -> HttpResponseBase:
    kind, subject = _kind(request), subject_of(request.scope)
    form = EvidenceForm(request.POST, request.FILES, kind=kind, sheet=sheet_of(subject))
    try:
        check_upload(request)
        if form.is_valid():
            item = add_from(form, kind, subject, request.scope)
            messages.success(request, _("Đã thêm minh chứng “%(title)s”.") % {"title": item.title})
            return redirect("evidence:list")
    except RuleViolation as violation:
        form.blame(violation)
    return _page(request, kind, form, status=422)


def add_from(form: EvidenceForm, kind: str, subject: str, scope: Scope) -> EvidenceItem:
    """What a valid form describes, put into the portfolio."""
    content, details = form.cleaned_data[form.content], form.details(subject)
    if kind == EvidenceKind.FILE:
        return actions.add_file(content, content.name or "", details, scope=scope)
    add = actions.add_link if kind == EvidenceKind.LINK else actions.add_text
    return add(content, details, scope=scope)


@reads(P.OWN_EVIDENCE)
def show(request: ScopedRequest, pk: int) -> HttpResponse:
    item = _own(request, pk)
    context = {
        "item": item,
        "uses": queries.uses(item),
        "look": look_of(item),
        "criteria": [c for c in sheet_of(item.subject).criteria if c.number in item.criteria],
    }
    return render(request, "evidence/detail.html", context)


def look_of(item: EvidenceItem) -> str:
    """How a page shows the content: "pdf", "picture", "link", "text", "file" (only to be saved), "waiting" for the
    scanner or "infected"."""
    if item.kind != EvidenceKind.FILE or item.file is None:
        return item.kind.lower()
    if not serving.is_servable(item.file):
        return "infected" if item.file.scan == "INFECTED" else "waiting"
    return media.BY_TYPE[item.file.media_type].preview or "file"


@reads(P.OWN_EVIDENCE)
def change(request: ScopedRequest, pk: int) -> HttpResponse:
    item = _own(request, pk)
    known = {name: getattr(item, name) for name in ("title", "description", "criteria", "dated_on", "url", "text")}
    form = EvidenceForm(initial=known, kind=item.kind, sheet=sheet_of(item.subject), item=item)
    return _page(request, item.kind, form, item=item)


@writes(P.OWN_EVIDENCE)
def update(request: ScopedRequest, pk: int) -> HttpResponseBase:
    item = _own(request, pk)
    form = EvidenceForm(request.POST, kind=item.kind, sheet=sheet_of(item.subject), item=item)
    try:
        if form.is_valid():
            given = form.cleaned_data
            content = {"url": given.get("url", ""), "text": given.get("text", "")}
            actions.edit_item(pk, form.details(item.subject), **content, scope=request.scope)
            messages.success(request, _("Đã lưu."))
            return redirect("evidence:item", pk)
    except RuleViolation as violation:
        form.blame(violation)
    return _page(request, item.kind, form, item=item, status=422)


@writes(P.OWN_EVIDENCE)
def archive(request: ScopedRequest, pk: int) -> HttpResponseBase:
    item = actions.archive_item(pk, scope=request.scope)
    messages.success(request, _("Đã cất “%(title)s”. Xem lại ở mục Đã cất.") % {"title": item.title})
    return redirect("evidence:list")


@writes(P.OWN_EVIDENCE)
def restore(request: ScopedRequest, pk: int) -> HttpResponseBase:
    item = actions.restore_item(pk, scope=request.scope)
    messages.success(request, _("Đã đưa “%(title)s” trở lại kho minh chứng.") % {"title": item.title})
    return redirect("evidence:item", pk)


@reads(P.OWN_EVIDENCE)
def download(request: ScopedRequest, pk: int) -> HttpResponseBase:
    return serving.download(_own(request, pk))


@reads(P.OWN_EVIDENCE)
def preview(request: ScopedRequest, pk: int) -> HttpResponseBase:
    return serving.preview(_own(request, pk))


@reads(P.OWN_EVIDENCE)
def picture(request: ScopedRequest, pk: int) -> HttpResponseBase:
    return serving.picture(_own(request, pk))


add = limited_upload(by_method(get=new, post=create))
edit = by_method(get=change, post=update)


def _own(request: ScopedRequest, pk: int) -> EvidenceItem:
    rows = EvidenceItem.objects.select_related("file")
    found: EvidenceItem = rows.fetch(request.scope, P.OWN_EVIDENCE, pk=pk)
    return found


def _kind(request: ScopedRequest) -> str:
    asked = request.GET.get("kind", "")
    return asked if asked in EvidenceKind.values else EvidenceKind.FILE


def _page(
    request: ScopedRequest, kind: str, form: EvidenceForm, *, item: EvidenceItem | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "kind": kind,
        "kinds": EvidenceKind,
        "item": item,
        "max_mb": settings.EVIDENCE_FILE_BYTES // 1024 // 1024,
        "accept": media.accept(),
    }
    return render(request, "evidence/form.html", context, status=status)
