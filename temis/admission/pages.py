"""What somebody sees who has to wait. These pages need neither session nor database nor script, and weigh next to
nothing: thousands ask for them again and again."""

import random
from collections.abc import Iterator, Mapping

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from temis.admission.line import State
from temis.admission.tokens import Receipt, Ticket
from temis.core import clock

_SOONEST, _LATEST = 5, 60  # seconds until the page asks again
_FIELDS = 200  # of a form that is kept in the page


def queue(request: HttpRequest, ticket: Ticket, state: State | None) -> HttpResponse:
    """Place, time it takes, since when; asks again by itself, the sooner the nearer."""
    now = clock.now()
    ahead = max(0, ticket.place - state.called - 1) if state else None
    minutes = state.minutes_for(ticket.place, now) if state and ahead else None
    pause = _pause(minutes)
    context = {
        "ticket": ticket,
        "ahead": ahead,
        "minutes": minutes,
        "is_form": request.method == "POST",
    }
    return _page(request, "admission/queue.html", context, pause)


def busy(request: HttpRequest, receipt: Receipt) -> HttpResponse:
    """Too many at once, to somebody who is logged in: nothing is lost, and when he came is on paper."""
    pause = _pause(None)
    if "X-Autosave" in request.headers or "HX-Request" in request.headers:
        return _for_scripts(request, receipt, pause)
    fields = list(_fields(request)) if request.method == "POST" else []
    has_files = request.method == "POST" and request.content_type == "multipart/form-data"
    context = {
        "receipt": receipt,
        "fields": [] if has_files else fields,
        "is_form": request.method == "POST",
        "has_files": has_files,
        "address": request.get_full_path(),
    }
    return _page(request, "admission/busy.html", context, 0 if context["is_form"] else pause)


def _for_scripts(request: HttpRequest, receipt: Receipt, pause: int) -> HttpResponse:
    """For a save while typing: when it was received. For a piece of a page: a notice in its place."""
    if "X-Autosave" in request.headers:
        told = {"received_at": receipt.at.isoformat(), "number": receipt.spoken_number}
        return _unlogged(JsonResponse(told, status=503), pause)
    response = _page(request, "admission/_busy.html", {"receipt": receipt}, 0)
    response["HX-Retarget"], response["HX-Reswap"] = "#messages", "innerHTML"
    return response


def _page(request: HttpRequest, template: str, context: Mapping[str, object], pause: int) -> HttpResponse:
    with translation.override(translation.get_language_from_request(request)):
        response = HttpResponse(render_to_string(template, {**context, "title": _("Xin chờ một chút")}), status=503)
    if pause:
        response["Refresh"] = str(pause)  # without script and without markup
    return _unlogged(response, pause or _SOONEST)


def _unlogged(response: HttpResponse, pause: int) -> HttpResponse:
    """To wait is no error: a line in the log for each would be thousands."""
    response["Cache-Control"] = "no-store"
    response["Retry-After"] = str(pause)
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def _pause(minutes: int | None) -> int:
    """A third of the time it takes, never all at the same moment."""
    wanted = _SOONEST * 2 if minutes is None else minutes * 20
    return round(min(_LATEST, max(_SOONEST, wanted)) * random.uniform(0.8, 1.2))


def _fields(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """What was typed, to be sent again by a button; never a password."""
    if request.content_type == "multipart/form-data" or request.path.startswith("/accounts/"):
        return
    for name, values in list(request.POST.lists())[:_FIELDS]:
        for value in values:
            yield name, str(value)
