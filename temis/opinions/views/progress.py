"""Who has not answered: numbers and names, never what was said nor about whom; and the button that reminds."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from temis.access import P
from temis.appraisals.enums import PeriodState, Stage
from temis.appraisals.models import Appraisal, Period
from temis.appraisals.queries.windows import window_of
from temis.core import clock
from temis.core.asked import whole_number
from temis.core.http import ScopedRequest, reads, writes
from temis.opinions.actions import open_sums, remind_raters
from temis.opinions.models import Asked
from temis.opinions.queries.progress import alone_in_group, missing_raters, progress
from temis.organizations.enums import Tier
from temis.organizations.models import Organization


@reads(P.OPINION_PROGRESS)
def who_is_missing(request: ScopedRequest) -> HttpResponse:
    """The own group or school; an office above chooses the school (`?body=`)."""
    scope = request.scope
    period = Period.objects.filter(state=PeriodState.OPEN).order_by("-year").first()
    body = _body(request)
    if period is None or body is None:
        return render(request, "opinions/progress.html", {"period": period, "body": body})
    asked = Asked.objects.permitted(scope, P.OPINION_PROGRESS).filter(period=period, organization=body)
    window = window_of(period.pk, body.pk, Stage.OPINIONS)
    appraisals = Appraisal.objects.permitted(scope, P.OPINION_PROGRESS).filter(period=period, organization=body)
    context = {
        "period": period,
        "body": body,
        "window": window,
        # Names only while an answer would still be taken.
        "missing": missing_raters(asked) if window and window.is_open(clock.today()) else [],
        "is_open": bool(window and window.is_open(clock.today())),
        "circles": progress(asked),
        "alone": alone_in_group(appraisals),
        "may_remind": scope.has(P.REMIND),
        "may_print": scope.has(P.OPINION_RESULT),
    }
    return render(request, "opinions/progress.html", context)


def _body(request: ScopedRequest) -> Organization | None:
    """The school asked for, if it is within reach; else the own one, if it is a school."""
    schools = Organization.objects.filter(kind__tier=Tier.SCHOOL)
    if wanted := request.GET.get("body", ""):
        reach = schools.permitted(request.scope, P.ORGANIZATION_VIEW)
        return reach.filter(pk=whole_number(wanted) or 0).first()
    return schools.filter(pk=request.scope.unit_id or 0).first()


@writes(P.REMIND)
def remind(request: ScopedRequest) -> HttpResponse:
    """Nhắc những người còn thiếu; nobody gets a second copy on the same day."""
    asked = request.POST.get("body")
    # A body that cannot be read is none of those within reach, not all of them.
    told = remind_raters(organization_id=(whole_number(asked) or 0) if asked else None, scope=request.scope)
    if told:
        text = ngettext("Đã nhắc %(count)s người.", "Đã nhắc %(count)s người.", told)
        messages.success(request, text % {"count": told})
    else:
        messages.info(request, _("Những người còn thiếu đã được nhắc hôm nay."))
    return redirect(_back(request))


@writes(P.APPRAISAL_DECIDE)
def close(request: ScopedRequest) -> HttpResponse:
    """Mở tổng hợp ngay: what is over is closed without waiting for the night."""
    if open_sums(scope=request.scope):
        messages.success(request, _("Đã mở kết quả tổng hợp ý kiến."))
    else:
        messages.info(request, _("Chưa có ý kiến nào hết hạn để mở tổng hợp."))
    return redirect(_back(request))


def _back(request: ScopedRequest) -> str:
    """Where the button stood."""
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return target if safe else reverse("opinions:progress")
