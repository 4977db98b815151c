"""What the button of a reminder says: whom it would reach, or that it was pressed today."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from temis.access import P, Reach, Scope
from temis.accounts.models import User
from temis.appraisals.enums import PeriodState
from temis.appraisals.models import Period
from temis.appraisals.rules import Window
from temis.core import clock
from temis.following import rules, wording
from temis.following.enums import Waiting
from temis.following.models import Reminder
from temis.following.queries import recipients
from temis.following.queries.places import Place
from temis.following.rules import Tally
from temis.messaging.models import Notice


@dataclass(frozen=True, slots=True)
class ReminderButton:
    """`count`: whom it would tell, None where that is not counted beforehand; `sent`: pressed today, here or above."""

    count: int | None
    sent: Reminder | None
    # Everybody was told today, by whomever.
    all_told: bool = False

    @property
    def is_useful(self) -> bool:
        return not self.all_told and (self.sent is None or bool(self.count))


def buttons(
    scope: Scope, period: Period, place: Place, tally: Tally, windows: Mapping[str, Window]
) -> dict[Waiting, ReminderButton]:
    """One for each step on which somebody stands and of which the scope may remind; at most two queries each."""
    if not scope.has(P.REMIND) or period.state != PeriodState.OPEN:
        return {}
    sent = _sent_today(period, place)
    found = {}
    for waiting in Waiting:
        if tally.missing(waiting) and _is_time(waiting, windows) and _may(scope, waiting):
            button = _button(scope, period, place, waiting, tally, sent.get(waiting))
            if button is not None:
                found[waiting] = button
    return found


def _is_time(waiting: Waiting, windows: Mapping[str, Window]) -> bool:
    window = windows.get(waiting.stage)
    today = clock.today()
    return window is not None and window.has_begun(today) and rules.is_remindable(waiting, window.closes_on, today)


def _may(scope: Scope, waiting: Waiting) -> bool:
    """A leader of a group reminds no head."""
    return not (waiting.on_head and scope.reach(P.REMIND) == Reach.GROUP)


def _button(
    scope: Scope, period: Period, place: Place, waiting: Waiting, tally: Tally, sent: Reminder | None
) -> ReminderButton | None:
    """In a school those who were not told today are counted; above it the numbers of the roll-up do. None where nobody
    can be told: a principal does not remind himself."""
    if place.is_school:
        users = _users(scope, period, place, waiting)
        if not users.exists():
            return None
        told = Notice.objects.filter(user_id=OuterRef("pk"), key=wording.key_of(waiting, period))
        count = users.filter(~Exists(told)).count()
        return ReminderButton(count, sent, all_told=count == 0)
    if sent is not None:
        return ReminderButton(None, sent, all_told=True)
    return ReminderButton(None if waiting.on_head else tally.missing(waiting), None)


def _users(scope: Scope, period: Period, place: Place, waiting: Waiting) -> QuerySet[User]:
    return User.objects.filter(pk__in=recipients.at(scope, period, place, waiting, [place.body.pk]))


def _sent_today(period: Period, place: Place) -> dict[str, Reminder]:
    """The latest reminder of each step today that reached this place: of it, or of a body above."""
    rows = Reminder.objects.filter(period=period, on=clock.today())
    rows = rows.filter(organization__path__above=str(place.body.path))
    rows = rows.filter(Q(group=None) | Q(group=place.group)) if place.group else rows.filter(group=None)
    return {one.waiting: one for one in rows.order_by("at", "pk")}
