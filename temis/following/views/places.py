"""What every page of following needs: the period and the place of the address, within the rights of the scope."""

from typing import Any

from django.urls import reverse

from temis.appraisals.models import Period
from temis.core.http import ScopedRequest
from temis.following.queries import places
from temis.following.queries.looks import Look, look_at
from temis.following.queries.places import Place, address


def look(
    request: ScopedRequest, period_pk: int | None, body_pk: int | None = None, group_pk: int | None = None
) -> Look | None:
    return look_at(request.scope, request.GET.dict(), period_pk, body_pk, group_pk)


def context(request: ScopedRequest, seen: Look) -> dict[str, Any]:
    return {
        "periods": seen.periods,
        "period": seen.period,
        "place": seen.place,
        "filters": seen.filters,
        "windows": seen.windows,
        "trail": trail(request, seen.period, seen.place),
        "here": address("body", seen.period, seen.place),
        "people_url": address("people", seen.period, seen.place),
        "remind_url": address("remind", seen.period, seen.place),
    }


def trail(request: ScopedRequest, period: Period, place: Place) -> list[dict[str, str]]:
    return [
        {"label": body.name, "url": reverse("following:body", args=[period.pk, body.pk])}
        for body in places.trail(request.scope, place)
    ]
