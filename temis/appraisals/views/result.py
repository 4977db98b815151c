"""A result: for the person, who takes note or objects; for those whose right reaches it; over the years."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from temis.access import NotPermitted, P
from temis.appraisals.actions.announcement import acknowledge as acknowledge_result
from temis.appraisals.actions.objection import object_to_result, why_not_object
from temis.appraisals.enums import DECIDED_STATES, PeriodState, Source, State
from temis.appraisals.models import Appraisal
from temis.appraisals.queries.decision import objections_of, person_view, results_of, signer
from temis.appraisals.views.decision import RELATED
from temis.core import audit
from temis.core.errors import RuleViolation
from temis.core.http import ScopedRequest, by_method, reads, writes


@reads(P.OWN_APPRAISAL)
def results(request: ScopedRequest) -> HttpResponse:
    """The own results over the years."""
    return render(request, "appraisals/results.html", {"results": results_of(request.scope)})


@reads(P.OWN_APPRAISAL)
def result(request: ScopedRequest, pk: int) -> HttpResponse:
    """The own result, once it is announced (or was imported)."""
    return _own_page(request, _own(request, pk))


@writes(P.OWN_APPRAISAL)
def acknowledge(request: ScopedRequest, pk: int) -> HttpResponseBase:
    acknowledge_result(pk, scope=request.scope)
    messages.success(request, _("Đã xác nhận kết quả."))
    return redirect("appraisals:result", pk)


@reads(P.OWN_APPRAISAL)
def show_objection(request: ScopedRequest, pk: int) -> HttpResponse:
    """The form on which the person says what he objects to."""
    appraisal = _own(request, pk)
    if appraisal.state != State.ANNOUNCED or why_not_object(appraisal):
        return _own_page(request, appraisal)
    return render(request, "appraisals/objection.html", {"appraisal": appraisal, "text": ""})


@writes(P.OWN_APPRAISAL)
def take_objection(request: ScopedRequest, pk: int) -> HttpResponseBase:
    appraisal, text = _own(request, pk), request.POST.get("text", "")
    try:
        object_to_result(pk, text=text, scope=request.scope)
    except RuleViolation as refused:
        if refused.field is None:
            raise
        errors = [{"url": f"#{refused.field}", "text": str(refused)}]
        context = {"appraisal": appraisal, "text": text, "errors": errors}
        return render(request, "appraisals/objection.html", context, status=422)
    messages.success(request, _("Đã gửi phản hồi. Thầy/cô nhận thông báo khi có trả lời."))
    return redirect("appraisals:result", pk)


objection = by_method(get=show_objection, post=take_objection)


@reads(P.APPRAISAL_VIEW)
def record(request: ScopedRequest, pk: int) -> HttpResponse:
    """An appraisal within reach, to look at: whoever looks is noted for the person."""
    rows = Appraisal.objects.select_related(*RELATED)
    appraisal: Appraisal = rows.fetch(request.scope, P.APPRAISAL_VIEW, pk=pk)
    if appraisal.person_id == request.scope.person_id:
        raise NotPermitted(P.APPRAISAL_VIEW)  # the own one has its own page, which waits for the announcement
    audit.viewed(request, appraisal.person_id, "appraisal.record")
    return render(request, "appraisals/record.html", _context(request, appraisal))


def _own(request: ScopedRequest, pk: int) -> Appraisal:
    """The own appraisal whose result may be known; before that it looks like none."""
    rows = Appraisal.objects.select_related(*RELATED).filter(state__in=DECIDED_STATES)
    found: Appraisal = rows.fetch(request.scope, P.OWN_APPRAISAL, pk=pk)
    if found.announced_at is None and found.source != Source.IMPORT:
        raise NotPermitted(P.OWN_APPRAISAL)
    return found


def _own_page(request: ScopedRequest, appraisal: Appraisal) -> HttpResponse:
    is_open = appraisal.period.state == PeriodState.OPEN
    untold = appraisal.state == State.ANNOUNCED and is_open
    context = _context(request, appraisal) | {
        "may_acknowledge": untold,
        "may_object": untold and not why_not_object(appraisal),
        "why_not_object": why_not_object(appraisal) if untold else "",
    }
    return render(request, "appraisals/result.html", context)


def _context(request: ScopedRequest, appraisal: Appraisal) -> dict[str, Any]:
    decided = appraisal.state in DECIDED_STATES
    return {
        "appraisal": appraisal,
        "view": person_view(appraisal, request.scope, appraisal.decided_levels or ()),
        "is_decided": decided,
        "signer": signer(appraisal),
        "objections": objections_of(appraisal),
    }
