"""The button that reminds, and the days on which people are reminded by themselves."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from temis.access import P
from temis.appraisals.enums import Stage
from temis.core.errors import RuleViolation
from temis.core.http import ScopedRequest, by_method, reads, writes
from temis.following.actions.reminder_rules import set_rules
from temis.following.actions.reminding import remind as remind_now
from temis.following.enums import Waiting
from temis.following.jobs import request_reminder, told
from temis.following.models import ReminderRule
from temis.following.queries.places import address
from temis.following.views.places import look
from temis.messaging import sms


@writes(P.REMIND)
def remind(request: ScopedRequest, period_pk: int, body_pk: int) -> HttpResponse:
    return _remind(request, period_pk, body_pk, None)


@writes(P.REMIND)
def remind_group(request: ScopedRequest, period_pk: int, group_pk: int) -> HttpResponse:
    return _remind(request, period_pk, None, group_pk)


def _remind(request: ScopedRequest, period_pk: int, body_pk: int | None, group_pk: int | None) -> HttpResponse:
    seen = look(request, period_pk, body_pk, group_pk)
    waiting = request.POST.get("waiting", "")
    if seen is None or waiting not in Waiting.values:
        raise RuleViolation("FOL-01", _("Không rõ cần nhắc việc gì. Hãy tải lại trang rồi bấm nút nhắc."))
    if seen.place.is_nation:
        request_reminder(seen.period, Waiting(waiting), seen.place.body.pk, scope=request.scope)
        messages.success(request, _("Đang gửi lời nhắc tới mọi người còn thiếu. Trang này có thể đóng lại."))
    else:
        reminded = remind_now(period_pk, Waiting(waiting), body_pk=body_pk, group_pk=group_pk, scope=request.scope)
        messages.success(request, told(reminded))
    return redirect(address("body", seen.period, seen.place))


@reads(P.PERIOD_MANAGE)
def show_rules(request: ScopedRequest) -> HttpResponse:
    """A grid of stages and days; the days of the address (`add`) make a new column."""
    known = list(ReminderRule.objects.all())
    days = {rule.days for rule in known}
    if (added := _number(request.GET.get("add", ""))) is not None and -30 <= added <= 60:
        days.add(added)
    active = {(rule.stage, rule.days) for rule in known if rule.active}
    context = {
        "days": [(one, abs(one)) for one in sorted(days, reverse=True)],
        "stages": [
            {
                "value": stage.value,
                "label": stage.label,
                "days": [
                    {
                        "days": one,
                        "on": (stage.value, one) in active,
                        "possible": not (one < 0 and stage == Stage.OPINIONS),
                    }
                    for one in sorted(days, reverse=True)
                ],
                "sms": any(rule.sms for rule in known if rule.stage == stage and rule.days == 0),
            }
            for stage in Stage
        ],
        "has_gateway": sms.is_configured(),
    }
    return render(request, "following/rules.html", context)


@writes(P.PERIOD_MANAGE)
def save_rules(request: ScopedRequest) -> HttpResponse:
    chosen = []
    for value in request.POST.getlist("rule"):
        stage, _sign, days = value.partition(":")
        number = _number(days)
        if stage not in Stage.values or number is None:
            raise RuleViolation("FOL-02", _("Mốc nhắc không đọc được. Hãy tải lại trang rồi chọn lại."))
        chosen.append((stage, number))
    by_sms = [stage for stage in request.POST.getlist("sms") if stage in Stage.values]
    set_rules(chosen, by_sms=by_sms, scope=request.scope)
    messages.success(request, _("Đã lưu các mốc nhắc. Sáng mai hệ thống nhắc theo các mốc này."))
    return redirect("following:rules")


reminder_rules = by_method(get=show_rules, post=save_rules)


def _number(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:
        return None
