"""Whom I am asked about."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from temis.access import NotPermitted, P, Scope
from temis.appraisals.enums import PeriodState, Stage
from temis.appraisals.models import Appraisal
from temis.appraisals.queries.windows import window_of, windows_for
from temis.appraisals.rules import Window
from temis.core import clock
from temis.core.planned import planned_once
from temis.core.prepared import Prepared
from temis.opinions import rules
from temis.opinions.enums import Circle
from temis.opinions.models import Asked, AskedQuerySet


@dataclass(frozen=True, slots=True)
class Request:
    """One person whom I am asked about. `refusal` says why no opinion can be given (any more)."""

    appraisal: Appraisal
    circle: Circle
    answered: bool
    window: Window | None
    refusal: str

    @property
    def is_due(self) -> bool:
        return not self.answered and not self.refusal

    @property
    def is_coming(self) -> bool:
        return not self.answered and self.window is not None and not self.window.has_begun(clock.today())


def requests_of(scope: Scope) -> list[Request]:
    """Everybody whom the one who acts is asked about in open periods, by name; four queries."""
    with planned_once():
        asked = _ASKED.rows(scope)
    windows = _windows(asked)
    return [_request(row, windows.get((row.period_id, row.organization_id))) for row in asked]


def request_for(scope: Scope, appraisal_pk: int, circle: Circle) -> Request:
    """The one request, or NotPermitted where the one who acts is not asked about this person."""
    with planned_once():
        row = _ASKED_ABOUT.first(scope, appraisal=appraisal_pk, circle=circle)
    if row is None:
        raise NotPermitted(P.PEER_OPINION_GIVE)
    return _request(row, window_of(row.period_id, row.organization_id, Stage.OPINIONS))


def _asked(scope: Scope, **which: Any) -> AskedQuerySet:
    related = ("appraisal__person", "appraisal__period", "appraisal__edition", "appraisal__group", "appraisal__tally")
    rows = Asked.objects.for_rater(scope).filter(period__state=PeriodState.OPEN, **which)
    ordered = rows.order_by("circle", "appraisal__person__sort_key", "appraisal_id")
    return ordered.with_answered().select_related(*related)


_ASKED = Prepared(Asked, _asked)
_ASKED_ABOUT = Prepared(Asked, _asked, "appraisal", "circle")


def _windows(asked: Iterable[Asked]) -> dict[tuple[int, int], Window]:
    """(period, body) → days of the opinions."""
    bodies: dict[int, set[int]] = {}
    for row in asked:
        bodies.setdefault(row.period_id, set()).add(row.organization_id)
    found = {}
    for period_id, body_ids in bodies.items():
        for body_id, stages in windows_for(period_id, body_ids).items():
            if Stage.OPINIONS in stages:
                found[period_id, body_id] = stages[Stage.OPINIONS]
    return found


def _request(row: Asked, window: Window | None) -> Request:
    tally = getattr(row.appraisal, "tally", None)
    in_time = window is not None and window.is_open(clock.today())
    closed = tally is not None and tally.closed
    refusal = rules.refusal(state=row.appraisal.state, in_time=in_time, closed=closed)
    answered: bool = row.answered  # type: ignore[attr-defined]
    return Request(row.appraisal, Circle(row.circle), answered, window, str(refusal) if refusal else "")
