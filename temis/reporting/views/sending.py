"""To whom a report was sent, and who receives reports."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from temis.access import P
from temis.core import clock
from temis.core.errors import RuleViolation
from temis.core.http import ScopedRequest, by_method, reads, writes
from temis.reporting.actions import reference as actions
from temis.reporting.actions import sending as sends
from temis.reporting.forms import RecipientForm
from temis.reporting.models import Dispatch, Recipient
from temis.reporting.queries.lists import own_province
from temis.reporting.views import common


@reads(P.REPORT_VIEW)
def sending(request: ScopedRequest, report: int, number: int) -> HttpResponse:
    """Each recipient with the state of the mail and of the receipt; who is still to be written to."""
    version = common.fetch(request.scope, P.REPORT_VIEW, report, number)
    receivers = Recipient.objects.in_force(version.report.province_id, clock.today())
    context = common.frame(request, version, "sending") | {
        "dispatches": version.dispatches.select_related("mail", "sent_by"),
        "waiting": sends.waiting_recipients(version),
        "without_address": receivers.filter(address=""),
        "steps": common.steps_for(request.scope, version),
    }
    return render(request, "reporting/sending.html", context)


@writes(P.REPORT_PUBLISH)
def send(request: ScopedRequest, report: int, number: int) -> HttpResponse:
    version = common.fetch(request.scope, P.REPORT_PUBLISH, report, number)
    try:
        count = sends.send_version(version.pk, scope=request.scope)
    except RuleViolation as violation:
        messages.error(request, str(violation))
    else:
        messages.success(request, _("Đã gửi tới %(count)s nơi nhận.") % {"count": count})
    return redirect("reporting:sending", report=report, number=number)


@writes(P.REPORT_PUBLISH)
def resend(request: ScopedRequest, pk: int) -> HttpResponse:
    dispatch: Dispatch = Dispatch.objects.select_related("version").fetch(request.scope, P.REPORT_PUBLISH, pk=pk)
    try:
        sends.resend(pk, scope=request.scope)
    except RuleViolation as violation:
        messages.error(request, str(violation))
    else:
        messages.success(request, _("Đã gửi lại tới %(name)s.") % {"name": dispatch.name})
    return redirect("reporting:sending", report=dispatch.version.report_id, number=dispatch.version.number)


@reads(P.REPORT_VIEW)
def recipients(request: ScopedRequest) -> HttpResponse:
    """Those of all provinces and those of the own one; which of them may be edited here."""
    scope = request.scope
    right = actions.recipient_right(scope)
    editable = set(Recipient.objects.permitted(scope, right).values_list("pk", flat=True))
    whole = P.STANDARD_MANAGE if scope.has(P.STANDARD_MANAGE) else P.REPORT_VIEW
    rows = Recipient.objects.permitted(scope, whole).select_related("province", "organization")
    context = {"recipients": rows.order_by("province_id", "order", "pk"), "editable": editable}
    return render(request, "reporting/recipients.html", context | {"may_add": scope.has(right)})


@reads(P.REPORT_VIEW)
def _show_new(request: ScopedRequest) -> HttpResponse:
    request.scope.require(actions.recipient_right(request.scope))
    return _form_page(request, RecipientForm())


@writes(P.REPORT_VIEW)
def _add(request: ScopedRequest) -> HttpResponse:
    """For the own province; the ministry adds one for all."""
    form = RecipientForm(request.POST)
    if not form.is_valid():
        return _form_page(request, form, status=422)
    province = None
    if not request.scope.has(P.STANDARD_MANAGE):
        province = own_province(request.scope, clock.today())
    added = actions.add_recipient(province=province, scope=request.scope, **form.cleaned_data)
    messages.success(request, _("Đã thêm nơi nhận %(name)s.") % {"name": added.name})
    return redirect("reporting:recipients")


recipient_new = by_method(get=_show_new, post=_add)


@reads(P.REPORT_VIEW)
def _show(request: ScopedRequest, pk: int) -> HttpResponse:
    found = Recipient.objects.fetch(request.scope, actions.recipient_right(request.scope), pk=pk)
    return _form_page(request, RecipientForm(instance=found))


@writes(P.REPORT_VIEW)
def _change(request: ScopedRequest, pk: int) -> HttpResponse:
    found = Recipient.objects.fetch(request.scope, actions.recipient_right(request.scope), pk=pk)
    form = RecipientForm(request.POST, instance=found)
    if not form.is_valid():
        return _form_page(request, form, status=422)
    actions.change_recipient(pk, scope=request.scope, **form.cleaned_data)
    messages.success(request, _("Đã cập nhật nơi nhận %(name)s.") % {"name": found.name})
    return redirect("reporting:recipients")


recipient = by_method(get=_show, post=_change)


def _form_page(request: ScopedRequest, form: RecipientForm, status: int = 200) -> HttpResponse:
    return render(request, "reporting/recipient.html", {"form": form, "new": form.instance.pk is None}, status=status)
