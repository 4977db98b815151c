"""How far a body is, and those below it: late ones first."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from temis.access import P
from temis.core.http import ScopedRequest, reads
from temis.core.paging import Page
from temis.core.replicas import figures_at
from temis.following import pages
from temis.following.enums import Waiting
from temis.following.exports.files import FORMATS
from temis.following.exports.listings import BODIES
from temis.following.queries.bodies import SIZE, BodyRow, bodies_below
from temis.following.queries.filters import POSITIONS
from temis.following.queries.looks import Look
from temis.following.queries.people import people_at
from temis.following.queries.reminders import buttons
from temis.following.queries.school import groups_below, live_total
from temis.following.rules import Tally
from temis.following.views.exports import download
from temis.following.views.places import context, look
from temis.organizations.enums import SchoolLevel


@reads(P.PROGRESS_VIEW, replica=True)
def index(request: ScopedRequest) -> HttpResponse:
    """The place that the role in force stands for, in the period that is open."""
    return _answer(request, look(request, None))


@reads(P.PROGRESS_VIEW, replica=True)
def body(request: ScopedRequest, period_pk: int, body_pk: int) -> HttpResponse:
    return _answer(request, look(request, period_pk, body_pk))


@reads(P.PROGRESS_VIEW, replica=True)
def group(request: ScopedRequest, period_pk: int, group_pk: int) -> HttpResponse:
    return _answer(request, look(request, period_pk, group_pk=group_pk))


def _answer(request: ScopedRequest, seen: Look | None) -> HttpResponse:
    if seen is None:
        return render(request, "following/no_period.html")
    if request.GET.get("download") in FORMATS and not seen.place.group:
        return download(request, BODIES, seen)
    if seen.place.group:
        tally = live_total(request.scope, seen.period, seen.place, seen.filters, seen.windows)
        shown = _context(request, seen, BodyRow(0, "", True, tally, 0, 0))
        shown["people"] = people_at(request.scope, seen.period, seen.place, seen.filters)
        return render(request, "following/group.html", shown)
    total, page, rows = _below(request, seen)
    shown = _context(request, seen, total) | {"page": page, "rows": rows}
    return render(request, "following/body.html", shown)


def _context(request: ScopedRequest, seen: Look, total: BodyRow) -> dict[str, Any]:
    """The place as a whole."""
    tally = total.tally or Tally()
    shown = buttons(request.scope, seen.period, seen.place, tally, seen.windows)
    counts = {
        "tally": tally,
        "cards": pages.step_cards(tally, seen.windows, shown, now=figures_at(request), opinions_at=total.opinions_at),
        "columns": [(one.lower(), pages.SHORT[one]) for one in pages.STEPS],
        "answer_button": shown.get(Waiting.ANSWER),
        "schools": total.schools,
        "schools_late": total.schools_late,
    }
    return context(request, seen) | counts | _choices(seen)


def _below(request: ScopedRequest, seen: Look) -> tuple[BodyRow, Page[Any], list[pages.Row]]:
    """The total, and a page of the bodies below or the subject groups of a school."""
    if seen.place.is_school:
        asked = (request.scope, seen.period, seen.place, seen.filters, seen.windows)
        total = BodyRow(seen.place.body.pk, seen.place.name, True, live_total(*asked), 0, 0)
        return total, Page([], "", ""), pages.group_rows(groups_below(*asked))
    below = bodies_below(seen.period, seen.place, seen.filters, seen.windows, size=SIZE)
    return below.total, below.page, pages.body_rows(below.page.rows)


def _choices(seen: Look) -> dict[str, Any]:
    return {
        "positions": [(one.value, one.label) for one in POSITIONS],
        "levels": SchoolLevel.choices,
        "waitings": [(one.value, one.label) for one in Waiting],
    }
