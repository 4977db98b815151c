"""The line as those see it who run the installation."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render

from temis.access import P
from temis.admission import line
from temis.core import clock
from temis.core.http import ScopedRequest, reads


@reads(P.SYSTEM_MANAGE)
def show(request: ScopedRequest) -> HttpResponse:
    """How many wait, how fast they come in, how long the last one waits; how often people inside were turned away."""
    state, now = line.read(), clock.now()
    context = {
        "state": state,
        "per_minute": round(state.per_minute(now)) if state.waiting else 0,
        "minutes": state.minutes_for(state.last, now) if state.waiting else None,
        "is_on": settings.ARRIVALS_PER_SECOND > 0,
        "at_once": settings.REQUESTS_AT_ONCE,
        "arrivals": settings.ARRIVALS_PER_SECOND,
        "target": settings.ANSWER_TARGET_MS,
        "now": now,
    }
    return render(request, "admission/line.html", context)
