"""Evidence of a self-assessment: chosen and added by its author, looked at by those who appraise him."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from temis.access import NotPermitted, P
from temis.appraisals import rules
from temis.appraisals.actions import self_assessment as actions
from temis.appraisals.enums import State
from temis.appraisals.models import Appraisal
from temis.appraisals.queries.own import own_appraisal
from temis.appraisals.queries.self_assessment import evidence_choice, evidence_of
from temis.appraisals.views.self_assessment import arrivals_of
from temis.core import audit
from temis.core.asked import whole_number
from temis.core.errors import RuleViolation
from temis.core.http import ScopedRequest, by_method, reads, writes
from temis.evidence import media, serving
from temis.evidence.actions import AlreadyThere
from temis.evidence.enums import EvidenceKind
from temis.evidence.forms import EvidenceForm
from temis.evidence.models import EvidenceItem
from temis.evidence.uploads import check_upload, limited_upload
from temis.evidence.views.items import add_from, look_of
from temis.standards.queries import SheetCriterion, edition_sheet

# What a reader may see: evidence of what was sent or decided; never of what is still being written.
READABLE = tuple(state for state in State if state not in (State.OPEN, State.EXCLUDED))


@reads(P.OWN_APPRAISAL, planned=True)
def choose(request: ScopedRequest, pk: int, criterion: int) -> HttpResponse:
    """Evidence of one criterion, and what else of the portfolio could support it."""
    appraisal = own_appraisal(request.scope, pk)
    return _choice(request, appraisal, _criterion(appraisal, criterion))


@writes(P.OWN_APPRAISAL)
def change(request: ScopedRequest, pk: int, criterion: int) -> HttpResponseBase:
    """Attach (`attach`) or detach (`detach`) an item, or add a new one and attach it."""
    appraisal = own_appraisal(request.scope, pk)
    found = _criterion(appraisal, criterion)
    form = None
    if item := whole_number(request.POST.get("attach")):
        actions.attach_evidence(pk, criterion, item, arrivals=arrivals_of(request), scope=request.scope)
    elif item := whole_number(request.POST.get("detach")):
        actions.detach_evidence(pk, criterion, item, arrivals=arrivals_of(request), scope=request.scope)
    else:
        form = _add(request, appraisal, criterion)
    if request.htmx or (form is not None and form.errors):
        return _choice(request, appraisal, found, form=form)
    return redirect("appraisals:self_assessment_evidence", pk, criterion)


evidence = limited_upload(by_method(get=choose, post=change))


@reads(P.APPRAISAL_VIEW)
def show(request: ScopedRequest, pk: int, item_pk: int) -> HttpResponse:
    """One item that supports an appraisal within reach."""
    appraisal, item = _readable(request, pk, item_pk)
    criteria = [number for number, items in evidence_of(appraisal).items() if item in items]
    context = {"appraisal": appraisal, "item": item, "look": look_of(item), "criteria": sorted(criteria)}
    return render(request, "appraisals/evidence.html", context)


@reads(P.APPRAISAL_VIEW)
def download(request: ScopedRequest, pk: int, item_pk: int) -> HttpResponseBase:
    return serving.download(_readable(request, pk, item_pk)[1])


@reads(P.APPRAISAL_VIEW)
def preview(request: ScopedRequest, pk: int, item_pk: int) -> HttpResponseBase:
    return serving.preview(_readable(request, pk, item_pk)[1])


@reads(P.APPRAISAL_VIEW)
def picture(request: ScopedRequest, pk: int, item_pk: int) -> HttpResponseBase:
    return serving.picture(_readable(request, pk, item_pk)[1])


def _readable(request: ScopedRequest, pk: int, item_pk: int) -> tuple[Appraisal, EvidenceItem]:
    """The appraisal and the item, if the one is within reach and was sent, and the other supports it; the person is
    told that somebody looked."""
    rows = Appraisal.objects.select_related("person", "period").filter(state__in=READABLE)
    appraisal: Appraisal = rows.fetch(request.scope, P.APPRAISAL_VIEW, pk=pk)
    item = EvidenceItem.objects.select_related("file").filter(pk=item_pk, uses__appraisal=appraisal).first()
    if item is None:
        raise NotPermitted(P.APPRAISAL_VIEW)
    audit.viewed(request, appraisal.person_id, "evidence.item")
    return appraisal, item


def _add(request: ScopedRequest, appraisal: Appraisal, criterion: int) -> EvidenceForm:
    """Add a new item in place and attach it; one that is there already is simply attached."""
    kind = _kind(request)
    sheet = edition_sheet(appraisal.edition)
    form = EvidenceForm(request.POST, request.FILES, kind=kind, sheet=sheet)
    try:
        rules.check_step(rules.SUBMIT, appraisal.state)
        check_upload(request)
        if form.is_valid():
            try:
                item = add_from(form, kind, appraisal.subject, request.scope)
            except AlreadyThere as there:
                item = there.item
            actions.attach_evidence(
                appraisal.pk, criterion, item.pk, arrivals=arrivals_of(request), scope=request.scope
            )
    except RuleViolation as violation:
        form.blame(violation)
    return form


def _choice(
    request: ScopedRequest, appraisal: Appraisal, criterion: SheetCriterion, form: EvidenceForm | None = None
) -> HttpResponse:
    kind = _kind(request)
    wrong = form if form is not None and form.errors else None
    context: dict[str, Any] = {
        "appraisal": appraisal,
        "criterion": criterion,
        "attached": evidence_of(appraisal)[criterion.number],
        "choice": evidence_choice(
            request.scope,
            appraisal,
            criterion.number,
            after=request.GET.get("after", ""),
            before=request.GET.get("before", ""),
        ),
        "form": wrong or EvidenceForm(kind=kind, sheet=edition_sheet(appraisal.edition)),
        "kind": kind,
        "kinds": EvidenceKind,
        "max_mb": settings.EVIDENCE_FILE_BYTES // 1024 // 1024,
        "accept": media.accept(),
        "changed": request.method == "POST",
    }
    template = "appraisals/_evidence_choice.html" if request.htmx else "appraisals/evidence_choice.html"
    return render(request, template, context, status=422 if wrong else 200)


def _criterion(appraisal: Appraisal, number: int) -> SheetCriterion:
    found = next((one for one in edition_sheet(appraisal.edition).criteria if one.number == number), None)
    if found is None:
        raise NotPermitted(P.OWN_APPRAISAL)
    return found


def _kind(request: ScopedRequest) -> str:
    asked = request.POST.get("kind") or request.GET.get("kind") or ""
    return asked if asked in EvidenceKind.values else EvidenceKind.FILE
