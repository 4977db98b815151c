"""One look at a place: what was asked for, and what is known before anything is counted."""

from collections.abc import Mapping
from dataclasses import dataclass

from temis.access import NotPermitted, P, Scope
from temis.appraisals.models import Period
from temis.appraisals.queries.windows import windows_of
from temis.appraisals.rules import Window
from temis.following.queries import places
from temis.following.queries.filters import Filters
from temis.following.queries.places import Place


@dataclass(frozen=True, slots=True)
class Look:
    """`periods`: all that could be looked at; `windows`: those that hold for the body itself, by stage."""

    periods: list[Period]
    period: Period
    place: Place
    filters: Filters
    windows: dict[str, Window]


def look_at(
    scope: Scope,
    asked: Mapping[str, str],
    period_pk: int | None,
    body_pk: int | None = None,
    group_pk: int | None = None,
) -> Look | None:
    """`asked`: the filters as an address has them. None where there has been no period yet; NotPermitted where period
    or place is out of reach."""
    known = places.periods_for(scope)
    if period_pk is None:
        period = places.current_period(known)
    else:
        period = next((one for one in known if one.pk == period_pk), None)
        if period is None:
            raise NotPermitted(P.PROGRESS_VIEW)
    place = places.place_for(scope, P.PROGRESS_VIEW, body_pk, group_pk)
    if period is None:
        return None
    return Look(known, period, place, Filters.read(asked), windows_of(period.pk, place.body.pk))
