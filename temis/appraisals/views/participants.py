"""Who is in a period: list, take out, take back, decide on early, bring up to date."""

from collections.abc import Callable

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from temis.access import P
from temis.appraisals.actions import participation
from temis.appraisals.enums import Exclusion, PeriodState, State
from temis.appraisals.models import Period
from temis.appraisals.queries import periods as queries
from temis.core.asked import whole_number, whole_numbers
from temis.core.errors import RuleViolation
from temis.core.http import ScopedRequest, by_method, reads, writes
from temis.organizations.models import Organization


@reads(P.APPRAISAL_VIEW)
def index(request: ScopedRequest, pk: int) -> HttpResponse:
    return _list(request, pk)


def _list(request: ScopedRequest, pk: int, **refused: object) -> HttpResponse:
    """The list; after a refusal with what was ticked and typed, and the reason at the form."""
    scope, given = request.scope, request.GET
    period: Period = Period.objects.fetch(scope, P.PERIOD_VIEW, pk=pk)
    state, words = given.get("state", ""), given.get("q", "")[:100]
    body = whole_number(given.get("organization"))
    rows = queries.participants(scope, period, state=state, words=words, organization_id=body)
    page = queries.participants_page(scope, rows, after=given.get("after", ""), before=given.get("before", ""))
    for row in page.rows:
        row.works_elsewhere = row.person.organization_id != row.organization_id  # type: ignore[attr-defined]
    context = {
        "period": period,
        "page": page,
        "states": State,
        "state": state,
        "words": words,
        "body": Organization.objects.filter(pk=body).first() if body else None,
        "filtered": bool(state or words or body),
        "exclusions": Exclusion,
        "can_exclude": scope.has(P.APPRAISAL_EXCLUDE) and period.state == PeriodState.OPEN,
        "can_decide": scope.has(P.APPRAISAL_DECIDE) and period.state == PeriodState.OPEN,
        "gone": queries.GONE,
        "not_due": queries.NOT_DUE,
        **refused,
    }
    return render(request, "appraisals/participants.html", context, status=422 if refused else 200)


def _take(
    request: ScopedRequest, pk: int, step: str, act: Callable[[list[int]], int], told: Callable[[int], str]
) -> HttpResponseBase:
    """Do it with those who are ticked and tell how many; where a rule says no, the list as it was sent, with the
    reason."""
    try:
        with transaction.atomic():
            count = act(_chosen(request, pk))
    except RuleViolation as refusal:
        request.GET = QueryDict(_query(request).removeprefix("?"))  # the list that was in front
        field = refusal.field or "people"
        ticked = whole_numbers(request.POST.getlist("person"))
        errors = [{"url": f"#{field}", "text": str(refusal)}]
        return _list(request, pk, refused_step=step, errors=errors, typed=request.POST, ticked=ticked)
    messages.success(request, told(count) % {"count": count})
    return _back(request, pk)


@writes(P.APPRAISAL_EXCLUDE)
def _exclude(request: ScopedRequest, pk: int) -> HttpResponseBase:
    reason, note = request.POST.get("exclusion", ""), request.POST.get("note", "")
    return _take(
        request,
        pk,
        "exclude",
        lambda ids: participation.exclude(ids, reason=reason, note=note, scope=request.scope),
        lambda n: ngettext("Đã đưa %(count)s người ra ngoài đợt.", "Đã đưa %(count)s người ra ngoài đợt.", n),
    )


@writes(P.APPRAISAL_EXCLUDE)
def _include(request: ScopedRequest, pk: int) -> HttpResponseBase:
    return _take(
        request,
        pk,
        "exclude",
        lambda ids: participation.include(ids, scope=request.scope),
        lambda n: ngettext("Đã đưa %(count)s người trở lại đợt.", "Đã đưa %(count)s người trở lại đợt.", n),
    )


@writes(P.APPRAISAL_DECIDE)
def _early(request: ScopedRequest, pk: int) -> HttpResponseBase:
    reason = request.POST.get("reason", "")
    return _take(
        request,
        pk,
        "early",
        lambda ids: participation.call_early_decision(ids, reason=reason, scope=request.scope),
        lambda n: ngettext("%(count)s người sẽ được đánh giá sớm.", "%(count)s người sẽ được đánh giá sớm.", n),
    )


@reads(P.APPRAISAL_VIEW)
def _to_list(request: ScopedRequest, pk: int) -> HttpResponseBase:
    """The list that stands at the address of a step after a refusal: its filters and pages lead back to the list."""
    return redirect(f"{reverse('appraisals:participants', args=[pk])}?{request.GET.urlencode()}")


exclude = by_method(get=_to_list, post=_exclude)
include = by_method(get=_to_list, post=_include)
early = by_method(get=_to_list, post=_early)


@writes(P.APPRAISAL_EXCLUDE)
def sync(request: ScopedRequest, pk: int) -> HttpResponseBase:
    """Late arrivals and transfers of the own body and all below it."""
    assert request.scope.unit_id is not None
    synced = participation.sync_participants(pk, request.scope.unit_id, scope=request.scope)
    if synced.enrolled or synced.moved:
        message = _("Đã thêm %(enrolled)s người mới, chuyển %(moved)s phiếu theo người chuyển công tác.")
        messages.success(request, message % {"enrolled": synced.enrolled, "moved": synced.moved})
    else:
        messages.info(request, _("Danh sách đã đầy đủ, không có gì thay đổi."))
    return _back(request, pk)


def _chosen(request: ScopedRequest, pk: int) -> list[int]:
    """The appraisals that were ticked, of a period that the scope may see."""
    Period.objects.fetch(request.scope, P.PERIOD_VIEW, pk=pk)
    chosen = whole_numbers(request.POST.getlist("person"))
    if not chosen:
        raise RuleViolation("APR-08", _("Hãy đánh dấu ít nhất một người trong danh sách."))
    return chosen


def _back(request: ScopedRequest, pk: int) -> HttpResponseBase:
    """To the list as it was filtered; only the query string is taken from the form."""
    return redirect(reverse("appraisals:participants", args=[pk]) + _query(request))


def _query(request: ScopedRequest) -> str:
    query = request.POST.get("query", "")
    return query if query.startswith("?") and "\n" not in query else ""
