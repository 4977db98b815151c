"""What is due from those who follow others: who is missing, until when, one button."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from temis.access import P, Scope
from temis.appraisals.enums import PeriodState
from temis.appraisals.models import Period
from temis.appraisals.queries.windows import windows_of
from temis.appraisals.rules import Window
from temis.core import clock
from temis.core.tasks import Task
from temis.core.templatetags.temis import vi_number
from temis.following.enums import Waiting
from temis.following.queries.bodies import total_of
from temis.following.queries.filters import Filters
from temis.following.queries.places import Place, address, current_period, periods_for, place_for
from temis.following.queries.school import live_total
from temis.following.rules import Tally, is_remindable

# In a school the head's own decisions are tasks of the appraisals.
IN_SCHOOL = (Waiting.SELF, Waiting.OPINIONS)
ABOVE = (Waiting.SELF, Waiting.OPINIONS, Waiting.DECISION)


def tasks(scope: Scope) -> list[Task]:
    """One card for each step of the open period that has begun and on which somebody is missing."""
    if not scope.has(P.PROGRESS_VIEW) or not scope.has(P.REMIND):
        return []
    period = current_period(periods_for(scope))
    if period is None or period.state != PeriodState.OPEN:
        return []
    place = place_for(scope, P.PROGRESS_VIEW)
    windows = windows_of(period.pk, place.body.pk)
    tally, schools_late = _counts(scope, period, place, windows)
    steps = IN_SCHOOL if place.is_school else ABOVE
    return [
        _task(period, place, waiting, tally, windows[waiting.stage], schools_late)
        for waiting in steps
        if tally.missing(waiting) and _is_time(waiting, windows.get(waiting.stage))
    ]


def _counts(scope: Scope, period: Period, place: Place, windows: dict[str, Window]) -> tuple[Tally, int]:
    """The numbers of the place, and how many schools are late."""
    if place.is_school:
        return live_total(scope, period, place, Filters(), windows), 0
    total = total_of(period, place, Filters(), windows)
    return total.tally or Tally(), total.schools_late


def _is_time(waiting: Waiting, window: Window | None) -> bool:
    today = clock.today()
    return window is not None and window.has_begun(today) and is_remindable(waiting, window.closes_on, today)


def _task(period: Period, place: Place, waiting: Waiting, tally: Tally, window: Window, schools_late: int) -> Task:
    missing = tally.missing(waiting)
    people = ngettext("%(number)s người %(what)s", "%(number)s người %(what)s", missing)
    return Task(
        title=people % {"number": vi_number(missing), "what": waiting.label.lower()},
        for_whom=f"{place.name} · {period.name}",
        url=address("body", period, place),
        button=_("Xem và nhắc"),
        state=_late(schools_late) if tally.late[waiting] and schools_late else "",
        due=window.closes_on,
    )


def _late(schools: int) -> str:
    words = ngettext("%(late)s trường có người quá hạn", "%(late)s trường có người quá hạn", schools)
    return words % {"late": vi_number(schools)}
