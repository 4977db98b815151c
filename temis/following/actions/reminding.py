"""Reminding by one click: all who stand on a step in a place, at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from temis.access import NotPermitted, P, Scope
from temis.accounts.models import User
from temis.appraisals.enums import PeriodState
from temis.appraisals.models import Period
from temis.core import audit, clock
from temis.core.errors import RuleViolation
from temis.following import rules, wording
from temis.following.enums import Waiting
from temis.following.models import Reminder
from temis.following.queries import places, recipients
from temis.messaging.actions import notify_in_own_language


@dataclass(frozen=True, slots=True)
class Reminded:
    """How many were told now, and how many had been told today before."""

    told: int
    before: int


@transaction.atomic
def remind(
    period_pk: int,
    waiting: Waiting,
    *,
    body_pk: int | None = None,
    group_pk: int | None = None,
    scope: Scope,
) -> Reminded:
    """FOL-01. Remind all who stand on a step in a body or group that `scope` reaches; each once a day.

    One statement for each last day that the step has there (lower bodies may have narrowed it), one audit entry.
    """
    place = places.place_for(scope, P.REMIND, body_pk, group_pk)
    period = _open_period(period_pk, scope)
    told = reached = 0
    for users, due in _waiting_for(scope, period, place, waiting):
        reached += users.count()
        told += notify_in_own_language(users, partial(wording.reminder, waiting, period, due))
    if not reached:
        raise RuleViolation("FOL-01", _("Không có ai cần nhắc ở bước này lúc này."))
    if told:
        _keep(period, place, waiting, told, scope)
    return Reminded(told, reached - told)


def _open_period(pk: int, scope: Scope) -> Period:
    period = next((one for one in places.periods_for(scope) if one.pk == pk), None)
    if period is None:
        raise NotPermitted(P.REMIND)
    if period.state != PeriodState.OPEN:
        raise RuleViolation("FOL-01", _("Đợt đã đóng nên không nhắc được nữa."))
    return period


def _waiting_for(
    scope: Scope, period: Period, place: places.Place, waiting: Waiting
) -> Iterator[tuple[QuerySet[User], date]]:
    """(users, last day) for each last day of the step in this place."""
    for due in recipients.closing_days(period, waiting.stage, place):
        if rules.is_remindable(waiting, due, clock.today()):
            bodies = recipients.closing(period, waiting.stage, due, str(place.body.path))
            yield recipients.at(scope, period, place, waiting, bodies), due


def _keep(period: Period, place: places.Place, waiting: Waiting, told: int, scope: Scope) -> None:
    Reminder.objects.create(
        period=period,
        organization=place.body,
        group=place.group,
        waiting=waiting,
        user_id=scope.user_id,
        at=clock.now(),
        on=clock.today(),
        count=told,
    )
    audit.record(
        "following.remind",
        scope=scope,
        target=period,
        organization_id=place.body.pk,
        rule_id="FOL-01",
        count=told,
        note=f"{place.name}: {waiting.label}",
    )
