"""The ministry sets on which days people are reminded."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from temis.access import P, Scope
from temis.core import audit
from temis.following import rules
from temis.following.models import ReminderRule


@transaction.atomic
def set_rules(chosen: Collection[tuple[str, int]], *, by_sms: Collection[str], scope: Scope) -> int:
    """FOL-02. Exactly the days of `chosen` (stage, days before the end) are reminded of from now on; of the last day
    of the stages in `by_sms` by SMS too. Returns how many rules are in force."""
    scope.require(P.PERIOD_MANAGE)
    for stage, days in chosen:
        rules.check_reminder_day(stage, days)
    known = set(ReminderRule.objects.values_list("stage", "days"))
    ReminderRule.objects.bulk_create(
        ReminderRule(stage=stage, days=days) for stage, days in set(chosen) if (stage, days) not in known
    )
    picked = Q(pk__in=[])
    for stage, days in chosen:
        picked |= Q(stage=stage, days=days)
    ReminderRule.objects.filter(picked, active=False).update(active=True)
    ReminderRule.objects.exclude(picked).filter(active=True).update(active=False)
    last_day = ReminderRule.objects.filter(days=0)
    last_day.filter(stage__in=by_sms, sms=False).update(sms=True)
    last_day.exclude(stage__in=by_sms).filter(sms=True).update(sms=False)
    count = ReminderRule.objects.filter(active=True).count()
    note = _("%(count)s mốc nhắc đang dùng") % {"count": count}
    audit.record("following.rules", scope=scope, rule_id="FOL-02", count=count, note=note)
    return count
