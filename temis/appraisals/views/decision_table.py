"""All people whom a head decides on: the table of quick work, and what is done for many at once."""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any, NamedTuple

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache

from temis.access import NotPermitted, P, Scope
from temis.appraisals import forms
from temis.appraisals.actions import announcement
from temis.appraisals.actions import decision as actions
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
from temis.appraisals.views.decision import to_decide
from temis.core.asked import whole_numbers
from temis.core.http import ScopedRequest, by_method, reads, writes
from temis.core.paging import Page, key_token, read_key
from temis.standards.enums import Subject
from temis.standards.queries import EditionSheet, edition_rule

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
    period = _period(request)
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


def _period(request: ScopedRequest) -> Period | None:
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


# One row


@writes(P.APPRAISAL_DECIDE)
def save_row(request: ScopedRequest, pk: int) -> HttpResponse:
    """Keep the levels of one row, or with `decide` decide by them; answers with the row's last cell."""
    appraisal = to_decide(request, pk)
    levels = forms.levels_in(request.POST, edition_rule(appraisal.edition).criteria)
    note = _note(appraisal)
    if "decide" in request.POST:
        seen = forms.number_in(request.POST, "seen")
        actions.decide(pk, levels=levels, note=note, revision=seen, scope=request.scope)
        return _row_result(request, pk)
    revision = forms.number_in(request.POST, "revision") + 1
    saved = actions.save_decision_draft(pk, levels=levels, note=note, revision=revision, scope=request.scope)
    if saved.is_late:
        context = {"text": actions.faster_than(saved)}
        return render(request, "appraisals/_row_refused.html", context, status=409)
    return _row_result(request, pk)


def _note(appraisal: Appraisal) -> str:
    """The table has no place for the note: the one that is there stays."""
    draft = getattr(appraisal, "decision_draft", None)
    return draft.note if draft else appraisal.decision_note


def _row_result(request: ScopedRequest, pk: int) -> HttpResponse:
    related = ("period", "edition", "person", "group", "organization", "decision_draft")
    fresh = Appraisal.objects.select_related(*related).get(pk=pk)
    (row,) = table_rows(request.scope, [fresh])
    return render(request, "appraisals/_decision_row_result.html", {"row": row})


# Many at once


@reads(P.APPRAISAL_DECIDE)
def preview_acceptance(request: ScopedRequest) -> HttpResponse:
    """What "theo tự đánh giá" would do: those where colleagues say the same are ticked, the others can be added."""
    rows = _chosen_rows(request)
    eligible = [row for row in rows if row.standing.is_waiting and row.appraisal.state == State.SUBMITTED]
    context = {
        "same": [row for row in eligible if row.standing.agrees],
        "other": [row for row in eligible if not row.standing.agrees],
        "left_out": [row for row in rows if row not in eligible],
    }
    return render(request, "appraisals/decisions_accept.html", context)


@writes(P.APPRAISAL_DECIDE)
def take_acceptance(request: ScopedRequest) -> HttpResponseBase:
    chosen = whole_numbers(request.POST.getlist("pk"))
    count = actions.accept_self_assessments(chosen, scope=request.scope)
    told = ngettext(
        "Đã xếp loại %(count)s người theo tự đánh giá.", "Đã xếp loại %(count)s người theo tự đánh giá.", count
    )
    messages.success(request, told % {"count": count})
    query = "&".join(f"just={pk}" for pk in chosen)
    return redirect(f"{reverse('appraisals:school')}?{query}")


accept = by_method(get=preview_acceptance, post=take_acceptance)


@reads(P.APPRAISAL_DECIDE)
def preview_announcement(request: ScopedRequest) -> HttpResponse:
    """Who would be told what; without a choice, everybody who waits for it."""
    rows = _chosen_rows(request) if request.GET.getlist("pk") else _all_waiting_for_news(request)
    ready = [row for row in rows if row.appraisal.state == State.DECIDED]
    context = {"ready": ready, "left_out": [row for row in rows if row not in ready]}
    return render(request, "appraisals/decisions_announce.html", context)


@writes(P.APPRAISAL_DECIDE)
def take_announcement(request: ScopedRequest) -> HttpResponseBase:
    count = announcement.announce(whole_numbers(request.POST.getlist("pk")), scope=request.scope)
    told = ngettext("Đã thông báo kết quả cho %(count)s người.", "Đã thông báo kết quả cho %(count)s người.", count)
    messages.success(request, told % {"count": count})
    return redirect("appraisals:school")


announce = by_method(get=preview_announcement, post=take_announcement)


def _chosen_rows(request: ScopedRequest) -> list[TableRow]:
    chosen = whole_numbers(request.GET.getlist("pk"))
    found = Appraisal.objects.permitted(request.scope, P.APPRAISAL_DECIDE).filter(pk__in=chosen)
    if found.count() != len(set(chosen)):
        raise NotPermitted(P.APPRAISAL_DECIDE)
    related = found.select_related("period", "edition", "person", "group", "organization", "decision_draft")
    return table_rows(request.scope, related.order_by("-subject", "person__sort_key", "pk"))


def _all_waiting_for_news(request: ScopedRequest) -> list[TableRow]:
    period = _period(request)
    if period is None:
        return []
    return table_rows(request.scope, decidable(request.scope, period).filter(state=State.DECIDED))
