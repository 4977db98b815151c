"""What every page of following needs: the period and the place of the address, within the rights of the scope."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from temis.access import NotPermitted, P
from temis.appraisals.models import Period
from temis.appraisals.queries.windows import windows_of
from temis.appraisals.rules import Window
from temis.core.http import ScopedRequest
from temis.following.queries import places
from temis.following.queries.filters import Filters
from temis.following.queries.places import Place, address


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a place: what was asked for, and what is known before anything is counted."""

    periods: list[Period]
    period: Period
    place: Place
    filters: Filters
    windows: dict[str, Window]

    def context(self, request: ScopedRequest) -> dict[str, Any]:
        return {
            "periods": self.periods,
            "period": self.period,
            "place": self.place,
            "filters": self.filters,
            "windows": self.windows,
            "trail": trail(request, self.period, self.place),
            "here": address("body", self.period, self.place),
            "people_url": address("people", self.period, self.place),
            "remind_url": address("remind", self.period, self.place),
        }


def look(
    request: ScopedRequest, period_pk: int | None, body_pk: int | None = None, group_pk: int | None = None
) -> Look | None:
    """None where there has been no period yet; NotPermitted where period or place is out of reach."""
    scope = request.scope
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
    return Look(known, period, place, Filters.read(request.GET.dict()), windows_of(period.pk, place.body.pk))


def trail(request: ScopedRequest, period: Period, place: Place) -> list[dict[str, str]]:
    return [
        {"label": body.name, "url": reverse("following:body", args=[period.pk, body.pk])}
        for body in places.trail(request.scope, place)
    ]
