"""Results are told to the person, who takes note of them."""

from collections.abc import Collection
from functools import partial

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from temis.access import Scope
from temis.appraisals import rules
from temis.appraisals.actions.advance import advance, advance_all, lock
from temis.appraisals.actions.decision import all_reachable
from temis.appraisals.enums import State
from temis.appraisals.models import Appraisal
from temis.core import clock
from temis.core.errors import RuleViolation
from temis.messaging.actions import Message, notify_in_own_language


@transaction.atomic
def announce(pks: Collection[int], *, scope: Scope) -> int:
    """APR-23. Tell these people their results: one statement, one audit entry, one notice each. It cannot be undone.

    Those not decided yet, or told already, are left out; returns how many were told.
    """
    decided = all_reachable(pks, scope=scope).filter(state=State.DECIDED)
    chosen = list(decided.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
    rows = Appraisal.objects.filter(pk__in=chosen)
    count = advance_all(
        rows, rules.ANNOUNCE, scope=scope, organization_id=scope.unit_id, rule_id="APR-23", announced_at=clock.now()
    )
    if not count:
        raise RuleViolation("APR-23", _("Không có kết quả nào chờ thông báo trong những người đã chọn."))
    _tell(chosen)
    return count


def _tell(pks: Collection[int]) -> None:
    """One statement per period: all of its people read the same words."""
    announced = Appraisal.objects.filter(pk__in=pks, person__user__isnull=False)
    for period_id, year in announced.order_by().values_list("period_id", "period__year").distinct():
        users = announced.filter(period_id=period_id).order_by().values_list("person__user_id", flat=True)
        notify_in_own_language(users, partial(_result_notice, period_id, year))


def _result_notice(period_id: int, year: int) -> Message:
    return Message(
        kind="appraisal.announced",
        key=f"appraisal.announced:{period_id}",
        subject=_("Đã có kết quả đánh giá năm %(year)s") % {"year": year},
        body=_("Thầy/cô xem kết quả, rồi xác nhận hoặc phản hồi nếu chưa đồng ý."),
        url=reverse("appraisals:results"),
    )


@transaction.atomic
def acknowledge(pk: int, *, scope: Scope) -> Appraisal:
    """The person confirms that he has read his result. Twice is once."""
    appraisal = lock(pk, rules.ACKNOWLEDGE, scope=scope)
    if appraisal.state == State.ACKNOWLEDGED:
        return appraisal
    return advance(appraisal, rules.ACKNOWLEDGE, scope=scope, rule_id="APR-24", acknowledged_at=clock.now())
