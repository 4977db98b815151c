"""Periods: list, one of them, prepare, open, close, and their days."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from temis.access import P, Scope
from temis.appraisals import jobs
from temis.appraisals.actions import periods as actions
from temis.appraisals.enums import PeriodState
from temis.appraisals.forms import PeriodForm, WindowsForm, initial_windows
from temis.appraisals.models import Period, StageWindow
from temis.appraisals.queries import periods as queries
from temis.appraisals.queries.windows import windows_of
from temis.appraisals.rules import Window
from temis.appraisals.totals import totals_for
from temis.core import clock
from temis.core.errors import RuleViolation
from temis.core.http import ScopedRequest, by_method, reads, writes
from temis.organizations.models import Organization
from temis.standards.models import Edition


@reads(P.PERIOD_VIEW)
def index(request: ScopedRequest) -> HttpResponse:
    context = {
        "periods": list(queries.visible_periods(request.scope)),
        "can_manage": request.scope.has(P.PERIOD_MANAGE),
    }
    return render(request, "appraisals/periods.html", context)


@reads(P.PERIOD_VIEW)
def show(request: ScopedRequest, pk: int) -> HttpResponse:
    scope = request.scope
    period = _visible(scope, pk)
    manages = scope.has(P.PERIOD_MANAGE)
    stages = queries.stage_dates(pk, scope.unit_id or period.organization_id)
    context = {
        "period": period,
        "editions": period.editions.select_related("edition").order_by("-subject"),
        "stages": stages,
        "own_windows": [one for one in stages if one.window.set_by != period.organization_id],
        "own_body_id": scope.unit_id,
        "counts": totals_for(scope, period)
        if period.state != PeriodState.DRAFT and scope.has(P.PROGRESS_VIEW)
        else None,
        "manages": manages,
        "job": queries.running_opening(period) if manages and period.state == PeriodState.DRAFT else None,
        "is_open": period.state == PeriodState.OPEN,
        "can_narrow": scope.has(P.PERIOD_NARROW) and period.state == PeriodState.OPEN,
        "can_list": scope.has(P.APPRAISAL_VIEW) and period.state != PeriodState.DRAFT,
        "now": clock.now(),
    }
    return render(request, "appraisals/period.html", context)


@reads(P.PERIOD_MANAGE)
def new(request: ScopedRequest) -> HttpResponse:
    return _page(request, PeriodForm(initial=_proposal(clock.today().year)))


@writes(P.PERIOD_MANAGE)
def create(request: ScopedRequest) -> HttpResponseBase:
    form = PeriodForm(request.POST)
    try:
        if form.is_valid():
            period = actions.create_period(
                form.draft(), editions=form.editions(), windows=form.windows(), scope=request.scope
            )
            messages.success(request, _("Đã lập đợt. Xem lại rồi bấm “Mở đợt” khi sẵn sàng."))
            return redirect("appraisals:period", period.pk)
    except RuleViolation as violation:
        form.blame(violation)
    return _page(request, form, status=422)


@reads(P.PERIOD_MANAGE)
def change(request: ScopedRequest, pk: int) -> HttpResponse:
    period = _managed(request.scope, pk)
    known: dict[str, Any] = {name: getattr(period, name) for name in _DRAFT_FIELDS}
    known |= {f"edition-{one.subject}": one.edition_id for one in period.editions.all()}
    known |= initial_windows(windows_of(pk, period.organization_id))
    return _page(request, PeriodForm(initial=known), period=period)


@writes(P.PERIOD_MANAGE)
def update(request: ScopedRequest, pk: int) -> HttpResponseBase:
    period, form = _managed(request.scope, pk), PeriodForm(request.POST)
    try:
        if form.is_valid():
            actions.edit_period(pk, form.draft(), editions=form.editions(), windows=form.windows(), scope=request.scope)
            messages.success(request, _("Đã lưu."))
            return redirect("appraisals:period", pk)
    except RuleViolation as violation:
        form.blame(violation)
    return _page(request, form, period=period, status=422)


@writes(P.PERIOD_MANAGE)
def open_(request: ScopedRequest, pk: int) -> HttpResponseBase:
    """In the background: a country has a million people."""
    jobs.request_opening(pk, scope=request.scope)
    messages.info(request, _("Đang mở đợt. Thầy/cô có thể rời trang này."))
    return redirect("appraisals:period", pk)


@writes(P.PERIOD_MANAGE)
def close(request: ScopedRequest, pk: int) -> HttpResponseBase:
    actions.close_period(pk, scope=request.scope)
    messages.success(request, _("Đã đóng đợt. Có thể mở lại khi cần."))
    return redirect("appraisals:period", pk)


@writes(P.PERIOD_MANAGE)
def reopen(request: ScopedRequest, pk: int) -> HttpResponseBase:
    actions.reopen_period(pk, reason=request.POST.get("reason", ""), scope=request.scope)
    messages.success(request, _("Đã mở lại đợt."))
    return redirect("appraisals:period", pk)


@reads(P.PERIOD_MANAGE)
def dates(request: ScopedRequest, pk: int) -> HttpResponse:
    """Days of the stages for the whole country, also while the period is open."""
    period = _managed(request.scope, pk)
    form = WindowsForm(initial=initial_windows(windows_of(pk, period.organization_id)), required=True)
    return _windows_page(request, period, period.organization, form)


@writes(P.PERIOD_MANAGE)
def set_dates(request: ScopedRequest, pk: int) -> HttpResponseBase:
    period = _managed(request.scope, pk)
    return _set_windows(request, period, period.organization, WindowsForm(request.POST, required=True))


@reads(P.PERIOD_NARROW)
def windows(request: ScopedRequest, pk: int, organization_pk: int) -> HttpResponse:
    """Narrower days for a body within reach and all below it."""
    period, body = _visible(request.scope, pk), _narrowed(request.scope, organization_pk)
    own = StageWindow.objects.filter(period=period, organization=body)
    known = {one.stage: Window(one.opens_on, one.closes_on, body.pk) for one in own}
    return _windows_page(request, period, body, WindowsForm(initial=initial_windows(known)))


@writes(P.PERIOD_NARROW)
def set_windows(request: ScopedRequest, pk: int, organization_pk: int) -> HttpResponseBase:
    period, body = _visible(request.scope, pk), _narrowed(request.scope, organization_pk)
    return _set_windows(request, period, body, WindowsForm(request.POST))


add = by_method(get=new, post=create)
edit = by_method(get=change, post=update)
country_dates = by_method(get=dates, post=set_dates)
body_windows = by_method(get=windows, post=set_windows)

_DRAFT_FIELDS = (
    "year", "name", "school_year", "reference_on", "decision_every", "late_hours",
    "decision_for_all", "decision_reason",
)  # fmt: skip


def _visible(scope: Scope, pk: int) -> Period:
    found: Period = Period.objects.select_related("organization").fetch(scope, P.PERIOD_VIEW, pk=pk)
    return found


def _managed(scope: Scope, pk: int) -> Period:
    found: Period = Period.objects.select_related("organization").fetch(scope, P.PERIOD_MANAGE, pk=pk)
    return found


def _narrowed(scope: Scope, pk: int) -> Organization:
    found: Organization = Organization.objects.fetch(scope, P.PERIOD_NARROW, pk=pk)
    return found


def _proposal(year: int) -> dict[str, Any]:
    """What a new period usually looks like; the ministry changes what differs."""
    on = date(year, 5, 31)
    known: dict[str, Any] = {
        "year": year,
        "name": _("Đợt đánh giá theo chuẩn năm %(year)s") % {"year": year},
        "school_year": f"{year - 1}-{year}",
        "reference_on": on,
    }
    for subject in actions.SUBJECTS:
        edition = Edition.objects.filter(subject=subject, effective_from__lte=on).order_by("-effective_from").first()
        known[f"edition-{subject}"] = edition.pk if edition else None
    return known


def _page(request: ScopedRequest, form: PeriodForm, *, period: Period | None = None, status: int = 200) -> HttpResponse:
    return render(request, "appraisals/period_form.html", {"form": form, "period": period}, status=status)


def _windows_page(
    request: ScopedRequest, period: Period, body: Organization, form: WindowsForm, status: int = 200
) -> HttpResponse:
    is_own = body == period.organization
    above = {} if is_own or body.parent_id is None else windows_of(period.pk, body.parent_id)
    rows = [(stage, opens, closes, above.get(stage)) for stage, opens, closes in form.stages]
    context = {"period": period, "body": body, "form": form, "rows": rows, "is_own": is_own}
    return render(request, "appraisals/period_windows.html", context, status=status)


def _set_windows(request: ScopedRequest, period: Period, body: Organization, form: WindowsForm) -> HttpResponseBase:
    try:
        if form.is_valid():
            cut = actions.set_windows(period.pk, body.pk, form.windows(), scope=request.scope)
            messages.success(request, _("Đã đặt thời hạn."))
            if cut:
                told = ngettext(
                    "%(count)s đơn vị cấp dưới có thời hạn vượt khung mới nên đã được thu hẹp theo.",
                    "%(count)s đơn vị cấp dưới có thời hạn vượt khung mới nên đã được thu hẹp theo.",
                    cut,
                )
                messages.info(request, told % {"count": cut})
            return redirect("appraisals:period", period.pk)
    except RuleViolation as violation:
        form.blame(violation)
    return _windows_page(request, period, body, form, status=422)
