"""What is done for many people of the table at once: decided by their self-assessments, told their results."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext

from temis.access import NotPermitted, P
from temis.appraisals.actions import announcement
from temis.appraisals.actions import decision as actions
from temis.appraisals.enums import State
from temis.appraisals.models import Appraisal
from temis.appraisals.queries.decision import decidable
from temis.appraisals.queries.decision_table import TableRow, table_rows
from temis.appraisals.views.decision_table import period_asked
from temis.core.asked import whole_numbers
from temis.core.http import ScopedRequest, by_method, reads, writes


@reads(P.APPRAISAL_DECIDE)
def preview_acceptance(request: ScopedRequest) -> HttpResponse:
    """What "theo tự đánh giá" would do: those where colleagues say the same are ticked, the others can be added."""
    rows = _chosen_rows(request)
    eligible = [row for row in rows if row.standing.is_waiting and row.appraisal.state == State.SUBMITTED]
    context = {
        "same": [row for row in eligible if row.standing.agrees],
        "other": [row for row in eligible if not row.standing.agrees],
        "left_out": [row for row in rows if row not in eligible],
    }
    return render(request, "appraisals/decisions_accept.html", context)


@writes(P.APPRAISAL_DECIDE)
def take_acceptance(request: ScopedRequest) -> HttpResponseBase:
    chosen = whole_numbers(request.POST.getlist("pk"))
    count = actions.accept_self_assessments(chosen, scope=request.scope)
    told = ngettext(
        "Đã xếp loại %(count)s người theo tự đánh giá.", "Đã xếp loại %(count)s người theo tự đánh giá.", count
    )
    messages.success(request, told % {"count": count})
    query = "&".join(f"just={pk}" for pk in chosen)
    return redirect(f"{reverse('appraisals:school')}?{query}")


accept = by_method(get=preview_acceptance, post=take_acceptance)


@reads(P.APPRAISAL_DECIDE)
def preview_announcement(request: ScopedRequest) -> HttpResponse:
    """Who would be told what; without a choice, everybody who waits for it."""
    rows = _chosen_rows(request) if request.GET.getlist("pk") else _all_waiting_for_news(request)
    ready = [row for row in rows if row.appraisal.state == State.DECIDED]
    context = {"ready": ready, "left_out": [row for row in rows if row not in ready]}
    return render(request, "appraisals/decisions_announce.html", context)


@writes(P.APPRAISAL_DECIDE)
def take_announcement(request: ScopedRequest) -> HttpResponseBase:
    count = announcement.announce(whole_numbers(request.POST.getlist("pk")), scope=request.scope)
    told = ngettext("Đã thông báo kết quả cho %(count)s người.", "Đã thông báo kết quả cho %(count)s người.", count)
    messages.success(request, told % {"count": count})
    return redirect("appraisals:school")


announce = by_method(get=preview_announcement, post=take_announcement)


def _chosen_rows(request: ScopedRequest) -> list[TableRow]:
    chosen = whole_numbers(request.GET.getlist("pk"))
    found = Appraisal.objects.permitted(request.scope, P.APPRAISAL_DECIDE).filter(pk__in=chosen)
    if found.count() != len(set(chosen)):
        raise NotPermitted(P.APPRAISAL_DECIDE)
    related = found.select_related("period", "edition", "person", "group", "organization", "decision_draft")
    return table_rows(request.scope, related.order_by("-subject", "person__sort_key", "pk"))


def _all_waiting_for_news(request: ScopedRequest) -> list[TableRow]:
    period = period_asked(request)
    if period is None:
        return []
    return table_rows(request.scope, decidable(request.scope, period).filter(state=State.DECIDED))
