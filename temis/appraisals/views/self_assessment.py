"""The own self-assessment: write, check, send, take back, look at."""

import secrets
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from temis.access import P
from temis.admission.receipts import own_receipts
from temis.appraisals import forms, rules
from temis.appraisals.actions import self_assessment as actions
from temis.appraisals.actions.self_assessment import SavedElsewhere, Stamp
from temis.appraisals.enums import PeriodState, Stage, State
from temis.appraisals.models import Appraisal
from temis.appraisals.queries.own import own_appraisal, whole_own_appraisal
from temis.appraisals.queries.self_assessment import (
    explanation_of,
    late_acceptance,
    own_appraisals,
    self_assessment_sheet,
)
from temis.appraisals.queries.windows import windows_of
from temis.appraisals.rules import Arrival, late_end
from temis.core import clock
from temis.core.http import ScopedRequest, by_method, reads, writes
from temis.standards.queries import edition_rule
from temis.standards.wording import sentences


@reads(P.OWN_APPRAISAL, planned=True)
def mine(request: ScopedRequest) -> HttpResponse:
    """All own appraisals, this year's first."""
    return render(request, "appraisals/mine.html", {"appraisals": list(own_appraisals(request.scope))})


@never_cache  # a page from the browser's memory would take itself for the one that saved last (APR-13)
@reads(P.OWN_APPRAISAL, planned=True)
def show(request: ScopedRequest, pk: int) -> HttpResponse:
    """The form while it can be written, else what was sent."""
    appraisal = _own(request, pk)
    windows = windows_of(appraisal.period_id, appraisal.organization_id)
    own, today = windows.get(Stage.SELF), clock.today()
    is_open = appraisal.period.state == PeriodState.OPEN
    if appraisal.state == State.OPEN and is_open:
        arrival = actions.late_arrival(appraisal, own, arrivals_of(request)) if own else None
        if own is None or own.is_open(today) or arrival:
            return _form(request, appraisal, own, arrival=arrival)
    closed = ""
    if appraisal.state == State.OPEN and own is not None:
        closed = actions.closed_message(appraisal, own, today) if is_open else _("Đợt đánh giá này đã đóng.")
    context = {
        "sheet": self_assessment_sheet(appraisal),
        "closed": closed,
        "late": late_acceptance(appraisal),
        "can_withdraw": is_open and rules.can_withdraw(appraisal.state, today, own, windows.get(Stage.DECISION)),
    }
    return render(request, "appraisals/self_assessment_sent.html", context)


@writes(P.OWN_APPRAISAL, alone=True)
def save(request: ScopedRequest, pk: int) -> HttpResponseBase:
    """Save: by itself while typing (X-Autosave; 200, 409 where another page was here), or by a button."""
    is_automatic = "X-Autosave" in request.headers
    seen = forms.number_in(request.POST, "revision")
    stamp = Stamp(writer=request.GET.get("page", "")[:40], revision=seen if is_automatic else seen + 1)
    read = partial(forms.draft_in, request.POST)
    try:
        saved = actions.save_self_assessment(pk, read, stamp, arrivals=arrivals_of(request), scope=request.scope)
    except SavedElsewhere as elsewhere:
        if is_automatic:
            return _told_elsewhere(elsewhere)
        appraisal = _own(request, pk)
        posted = read(edition_rule(appraisal.edition).criteria)
        return _form(request, appraisal, None, posted=posted, elsewhere=elsewhere)
    if is_automatic:
        kept = {"revision": saved.revision, "saved_at": saved.saved_at.isoformat()}
        return JsonResponse(kept, status=409 if saved.is_late else 200)
    if request.POST.get("then") == "check":
        return redirect("appraisals:self_assessment_check", pk)
    messages.success(request, _("Đã lưu. Thầy/cô có thể làm tiếp bất cứ lúc nào trước hạn."))
    return redirect("appraisals:self_assessment", pk)


@reads(P.OWN_APPRAISAL, planned=True)
def explanation(request: ScopedRequest, pk: int) -> HttpResponse:
    """The classification of the levels on the page, in words, and how many are chosen; nothing is saved."""
    rule = edition_rule(own_appraisal(request.scope, pk).edition)
    levels = forms.levels_in(request.GET, rule.criteria)
    found = explanation_of(levels, rule)
    context = {
        "answered": len(levels) - levels.count(None),
        "total": len(levels),
        "missing": rules.missing_criteria(levels, rule.criteria),
        "explanation": found,
        "sentences": sentences(found) if found else [],
    }
    return render(request, "appraisals/_self_progress.html", context)


@never_cache
@reads(P.OWN_APPRAISAL, planned=True)
def check(request: ScopedRequest, pk: int) -> HttpResponseBase:
    """Kiểm tra trước khi gửi."""
    appraisal = _own(request, pk)
    if appraisal.state != State.OPEN:
        return redirect("appraisals:self_assessment", pk)
    actions.check_window(appraisal, arrivals_of(request))
    return render(request, "appraisals/self_assessment_check.html", {"sheet": self_assessment_sheet(appraisal)})


@writes(P.OWN_APPRAISAL)
def submit(request: ScopedRequest, pk: int) -> HttpResponseBase:
    """Send what the check page showed."""
    try:
        actions.submit_self_assessment(
            pk,
            draft_revision=forms.number_in(request.POST, "draft_revision"),
            arrivals=arrivals_of(request),
            scope=request.scope,
        )
    except SavedElsewhere:
        messages.warning(request, _("Phiếu vừa được sửa ở nơi khác. Thầy/cô xem lại bản mới dưới đây rồi gửi."))
        return redirect("appraisals:self_assessment_check", pk)
    messages.success(request, _("Đã gửi tự đánh giá."))
    return redirect("appraisals:self_assessment", pk)


@writes(P.OWN_APPRAISAL)
def withdraw(request: ScopedRequest, pk: int) -> HttpResponseBase:
    """Take it back to change it."""
    actions.withdraw_self_assessment(pk, scope=request.scope)
    messages.success(request, _("Đã rút lại. Thầy/cô sửa xong nhớ gửi lại trước hạn."))
    return redirect("appraisals:self_assessment", pk)


self_assessment = by_method(get=show, post=save)


def arrivals_of(request: ScopedRequest) -> list[Arrival]:
    """The receipts that he has: when he came and was told to wait (APR-16)."""
    found = own_receipts(request, request.scope.user_id)
    return [Arrival(one.at, one.number, one.path) for one in found]


def _own(request: ScopedRequest, pk: int) -> Appraisal:
    return whole_own_appraisal(request.scope, pk)


def _form(
    request: ScopedRequest,
    appraisal: Appraisal,
    window: rules.Window | None,
    *,
    arrival: Arrival | None = None,
    posted: actions.Draft | None = None,
    elsewhere: SavedElsewhere | None = None,
) -> HttpResponse:
    """The page to write on; with `posted`, what somebody wanted to save while another page was faster."""
    sheet = self_assessment_sheet(appraisal)
    window = window or windows_of(appraisal.period_id, appraisal.organization_id).get(Stage.SELF)
    words: Any = {name: getattr(posted or sheet.draft, name, "") for name in forms.WORDS}
    chosen = posted.levels if posted else sheet.levels
    context = {
        "sheet": sheet,
        "chosen": dict(zip(sheet.edition.rule.criteria, chosen, strict=True)),
        "explanation": explanation_of(chosen, sheet.edition.rule),
        "form": forms.WordsForm(initial=words),
        "window": window,
        "page": secrets.token_urlsafe(12),
        "revision": sheet.draft.revision if sheet.draft else 0,
        "elsewhere": elsewhere,
        "arrival": actions.late_note(arrival) if arrival else "",
        "late_end": late_end(window, appraisal.period.late_hours, get_default_timezone()) if window else None,
    }
    return render(request, "appraisals/self_assessment.html", context, status=409 if elsewhere else 200)


def _told_elsewhere(elsewhere: SavedElsewhere) -> JsonResponse:
    told = {
        "message": str(elsewhere),
        "revision": elsewhere.revision,
        "saved_at": elsewhere.saved_at.isoformat(),
    }
    return JsonResponse(told, status=409)
