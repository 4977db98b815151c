"""All people whom a head decides on: the table of quick work."""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from temis.access import P, Scope
from temis.appraisals.aggregates import are_closing
from temis.appraisals.enums import PeriodState, Stage, State
from temis.appraisals.models import Appraisal, Period
from temis.appraisals.queries.decision import decidable
from temis.appraisals.queries.decision_table import (
    Line,
    Standing,
    TableRow,
    first_heard,
    heard,
    matching,
    roll,
    table_rows,
    tally,
)
from temis.appraisals.queries.windows import window_of
from temis.core.asked import whole_numbers
from temis.core.http import ScopedRequest, reads
from temis.core.paging import Page, key_token, read_key
from temis.standards.enums import Subject
from temis.standards.queries import EditionSheet

PAGE = 60  # rows; most schools fit, and those whom a commune decides on
PAGE_OF_SEVERAL = 20  # of more people in several schools: none has to stand on one page


class Choice(NamedTuple):
    """What the list can be narrowed to; `compares` by what others say about each."""

    label: str | Promise
    test: Callable[[Standing], bool]
    compares: bool = False

    def number(self, lines: Iterable[Line], is_long: bool) -> int | None:
        """How many it leaves; None where that is not counted."""
        return None if is_long and self.compares else sum(self.test(one.standing) for one in lines)


SHOWS = {
    "all": Choice(gettext_lazy("Tất cả"), lambda one: True),
    "waiting": Choice(gettext_lazy("Chưa xếp loại"), lambda one: one.is_waiting),
    "agrees": Choice(
        gettext_lazy("Tự đánh giá và đồng nghiệp như nhau"), lambda one: one.is_waiting and one.agrees, compares=True
    ),
    "differs": Choice(gettext_lazy("Có khác biệt"), lambda one: one.differs, compares=True),
    "announce": Choice(gettext_lazy("Chờ thông báo"), lambda one: one.state == State.DECIDED),
    "objected": Choice(gettext_lazy("Có phản hồi"), lambda one: one.state == State.OBJECTED),
    "not_due": Choice(gettext_lazy("Không đến kỳ"), lambda one: not one.decision_due),
}


@never_cache  # revisions stand in the page
@reads(P.APPRAISAL_DECIDE, planned=True)
def table(request: ScopedRequest) -> HttpResponse:
    """The people of the latest open period (or `?year=`), narrowed by `?show=`, `?group=` and `?q=`."""
    period = period_asked(request)
    if period is None:
        return render(request, "appraisals/decisions.html", {"period": None})
    people = decidable(request.scope, period)
    show = request.GET.get("show", "all")
    show = show if show in SHOWS else "all"
    everybody = roll(people)
    is_several = len({one.organization_id for one in everybody}) > 1
    # A head has all of his people before him. Of hundreds in many schools what others say is read as far as the page
    # needs it; how many there are is not said then.
    is_long = is_several and len(everybody) > PAGE
    if not is_long:
        everybody = heard(request.scope, everybody, people)
    group, wanted = request.GET.get("group", ""), request.GET.get("q", "").strip()
    named = matching(people, wanted) if wanted else None
    among = [one for one in everybody if group in ("", str(one.group_id)) and (named is None or one.pk in named)]
    page = _page(among, PAGE_OF_SEVERAL if is_long else PAGE, request, _first(request.scope, SHOWS[show], is_long))
    on_page = people.filter(pk__in=[one.pk for one in page.rows])
    rows = table_rows(request.scope, _as_shown(on_page), {one.pk: one.standing for one in page.rows})
    context = {
        "period": period,
        "tally": tally([one.standing for one in everybody]),
        "window": _window(request, period),
        "sheets": _by_sheet(rows),
        "page": page,
        "printed": _printed(everybody),
        "shows": [(key, one.label, one.number(everybody, is_long)) for key, one in SHOWS.items()],
        "show": show,
        "groups": _groups(everybody),
        "group": group,
        "has_search": is_several,
        "q": wanted,
        "just": whole_numbers(request.GET.getlist("just")),
        "closing": period.state == PeriodState.OPEN and are_closing(request.scope, period.pk, people),
        "years": list(Period.objects.exclude(state=PeriodState.DRAFT).order_by("-year").values_list("year", flat=True)),
    }
    return render(request, "appraisals/decisions.html", context)


def period_asked(request: ScopedRequest) -> Period | None:
    """That of `?year=`; else the latest open one, or the latest."""
    periods = Period.objects.exclude(state=PeriodState.DRAFT).order_by("-year")
    if year := request.GET.get("year", ""):
        return periods.filter(year=year).first() if year.isdecimal() and len(year) == 4 else None
    return periods.filter(state=PeriodState.OPEN).first() or periods.first()


def _window(request: ScopedRequest, period: Period) -> object:
    unit = request.scope.unit_id
    return window_of(period.pk, unit, Stage.DECISION) if unit else None


First = Callable[[Sequence[Line], int], list[Line]]  # of these lines the first so many that belong to the list


def _first(scope: Scope, show: Choice, is_long: bool) -> First:
    """What others say of those it gives has been read."""

    def chosen(lines: Sequence[Line], most: int) -> list[Line]:
        return list(islice((one for one in lines if show.test(one.standing)), most))

    if not is_long:
        return chosen
    if show.compares:
        return lambda lines, most: first_heard(scope, lines, show.test, most)
    return lambda lines, most: heard(scope, chosen(lines, most))


def _page(lines: list[Line], most: int, request: ScopedRequest, first: First) -> Page[Any]:
    """At most `most` of them. The key is the person in the order of the whole list, whose lines are read
    anyhow: what is counted above the table is known only person by person."""
    after, before = (read_key(request.GET.get(name, ""), 1) for name in ("after", "before"))
    places = {one.pk: place for place, one in enumerate(lines)}
    if before and before[0] in places:
        found = first(lines[: places[before[0]]][::-1], most + 1)
        if len(found) > most:
            rows = found[:most][::-1]
            return Page(rows, next=key_token([rows[-1].pk]), previous=key_token([rows[0].pk]))
    start = places.get(after[0], -1) + 1 if after else 0
    found = first(lines[start:], most + 1)
    if start and not found:  # all who came after it have left the list meanwhile
        start, found = 0, first(lines, most + 1)
    return Page(
        found[:most],
        next=key_token([found[most - 1].pk]) if len(found) > most else "",
        previous=key_token([found[0].pk]) if start else "",
    )


def _as_shown(people: QuerySet[Appraisal]) -> QuerySet[Appraisal]:
    """As far as rows show them."""
    return people.select_related("organization").prefetch_related(None).prefetch_related("edition").only(*_SHOWN)


_SHOWN = (
    "period",
    "edition",
    "person__full_name",
    "organization__name",
    "group__name",
    "position",
    "decision_due",
    "state",
    "self_levels",
    "decided_levels",
    "decided_overall",
    "revision",
    "decision_draft",
)


def _by_sheet(rows: list[TableRow]) -> list[tuple[EditionSheet, list[TableRow]]]:
    """One table for each edition: teachers have 15 columns, managers 18."""
    found: dict[int, tuple[EditionSheet, list[TableRow]]] = {}
    for row in rows:
        found.setdefault(row.sheet.id, (row.sheet, []))[1].append(row)
    return list(found.values())


def _printed(everybody: Iterable[Line]) -> list[tuple[int, Subject]]:
    """The editions in the order of the list, each with whom it is for."""
    editions: dict[int, Subject] = {}
    for one in everybody:
        editions.setdefault(one.edition_id, Subject(one.subject))
    return list(editions.items())


def _groups(everybody: Iterable[Line]) -> list[tuple[str, str]]:
    named = {str(one.group_id): one.group for one in everybody if one.group is not None}
    return sorted(named.items(), key=lambda one: one[1])
