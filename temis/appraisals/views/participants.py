"""Who is in a period: list, take out, take back, decide on early, bring up to date."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from temis.access import P
from temis.appraisals.actions import participation
from temis.appraisals.enums import Exclusion, PeriodState, State
from temis.appraisals.models import Period
from temis.appraisals.queries import periods as queries
from temis.core.errors import RuleViolation
from temis.core.http import ScopedRequest, reads, writes
from temis.core.paging import keyset
from temis.organizations.models import Organization


@reads(P.APPRAISAL_VIEW)
def index(request: ScopedRequest, pk: int) -> HttpResponse:
    scope, given = request.scope, request.GET
    period: Period = Period.objects.fetch(scope, P.PERIOD_VIEW, pk=pk)
    state, words = given.get("state", ""), given.get("q", "")[:100]
    body = _number(given.get("organization"))
    rows = queries.participants(scope, period, state=state, words=words, organization_id=body)
    order = ["person__sort_key", "id"]
    page = keyset(rows, order, after=given.get("after", ""), before=given.get("before", ""))
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
    }
    return render(request, "appraisals/participants.html", context)


@writes(P.APPRAISAL_EXCLUDE)
def exclude(request: ScopedRequest, pk: int) -> HttpResponseBase:
    chosen = _chosen(request, pk)
    given = request.POST
    count = participation.exclude(
        chosen, reason=given.get("exclusion", ""), note=given.get("note", ""), scope=request.scope
    )
    told = ngettext("Đã đưa %(count)s người ra ngoài đợt.", "Đã đưa %(count)s người ra ngoài đợt.", count)
    messages.success(request, told % {"count": count})
    return _back(request, pk)


@writes(P.APPRAISAL_EXCLUDE)
def include(request: ScopedRequest, pk: int) -> HttpResponseBase:
    count = participation.include(_chosen(request, pk), scope=request.scope)
    told = ngettext("Đã đưa %(count)s người trở lại đợt.", "Đã đưa %(count)s người trở lại đợt.", count)
    messages.success(request, told % {"count": count})
    return _back(request, pk)


@writes(P.APPRAISAL_DECIDE)
def early(request: ScopedRequest, pk: int) -> HttpResponseBase:
    count = participation.call_early_decision(
        _chosen(request, pk), reason=request.POST.get("reason", ""), scope=request.scope
    )
    told = ngettext("%(count)s người sẽ được đánh giá sớm.", "%(count)s người sẽ được đánh giá sớm.", count)
    messages.success(request, told % {"count": count})
    return _back(request, pk)


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
    chosen = [number for text in request.POST.getlist("person") if (number := _number(text))]
    if not chosen:
        raise RuleViolation("APR-08", _("Hãy đánh dấu ít nhất một người trong danh sách."))
    return chosen


def _back(request: ScopedRequest, pk: int) -> HttpResponseBase:
    """To the list as it was filtered; only the query string is taken from the form."""
    response = redirect("appraisals:participants", pk)
    query = request.POST.get("query", "")
    if query.startswith("?") and "\n" not in query:
        response["Location"] += query
    return response


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else None
