"""All people whom a head decides on: the table of quick work, and what is done for many at once."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache

from temis.access import NotPermitted, P
from temis.appraisals import forms
from temis.appraisals.actions import announcement
from temis.appraisals.actions import decision as actions
from temis.appraisals.enums import PeriodState, Stage, State
from temis.appraisals.models import Appraisal, Period
from temis.appraisals.queries import decision as queries
from temis.appraisals.queries.decision import TableRow
from temis.appraisals.queries.windows import window_of
from temis.appraisals.views.decision import to_decide
from temis.core.http import ScopedRequest, by_method, reads, writes
from temis.core.paging import Page, key_token, read_key
from temis.standards.queries import EditionSheet, edition_rule

PAGE = 60  # rows; most schools fit

# What the list can be narrowed to.
SHOWS: dict[str, tuple[str | Promise, Callable[[TableRow], bool]]] = {
    "all": (gettext_lazy("Tất cả"), lambda row: True),
    "waiting": (gettext_lazy("Chưa xếp loại"), lambda row: row.is_waiting),
    "agrees": (gettext_lazy("Tự đánh giá và đồng nghiệp như nhau"), lambda row: row.is_waiting and row.agrees),
    "differs": (gettext_lazy("Có khác biệt"), lambda row: row.differs),
    "announce": (gettext_lazy("Chờ thông báo"), lambda row: row.appraisal.state == State.DECIDED),
    "objected": (gettext_lazy("Có phản hồi"), lambda row: row.appraisal.state == State.OBJECTED),
    "not_due": (gettext_lazy("Không đến kỳ"), lambda row: not row.appraisal.decision_due),
}


@never_cache  # revisions stand in the page
@reads(P.APPRAISAL_DECIDE, planned=True)
def table(request: ScopedRequest) -> HttpResponse:
    """The people of the latest open period (or `?year=`), narrowed by `?show=` and `?group=`."""
    period = _period(request)
    if period is None:
        return render(request, "appraisals/decisions.html", {"period": None})
    rows = queries.table_rows(request.scope, queries.decidable(request.scope, period))
    show = request.GET.get("show", "all")
    chosen = SHOWS.get(show, SHOWS["all"])[1]
    group = request.GET.get("group", "")
    shown = [row for row in rows if chosen(row) and group in ("", str(row.appraisal.group_id))]
    page = _page(shown, request)
    context = {
        "period": period,
        "tally": queries.tally(request.scope, period),
        "window": _window(request, period),
        "sheets": _by_sheet(page.rows),
        "page": page,
        "printed": _by_sheet(rows),
        "shown": len(shown),
        "shows": [(key, label, sum(test(row) for row in rows)) for key, (label, test) in SHOWS.items()],
        "show": show if show in SHOWS else "all",
        "groups": _groups(rows),
        "group": group,
        "just": _numbers(request.GET.getlist("just")),
        "closing": any(row.aggregate and row.aggregate.hidden_code == "CLOSING" for row in rows),
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


def _page(rows: list[TableRow], request: ScopedRequest) -> Page[Any]:
    """As many as a browser lays out at once. The key is the person in the order of the whole table, which is read
    anyhow: what is told apart and counted above it is known only row by row."""
    after, before = (read_key(request.GET.get(name, ""), 1) for name in ("after", "before"))
    places = {row.appraisal.pk: place for place, row in enumerate(rows)}
    if before and before[0] in places:
        start = max(0, places[before[0]] - PAGE)
    else:
        start = places.get(after[0], -1) + 1 if after else 0
    found, more = rows[start : start + PAGE], len(rows) > start + PAGE
    return Page(
        found,
        next=key_token([found[-1].appraisal.pk]) if more else "",
        previous=key_token([found[0].appraisal.pk]) if start else "",
    )


def _by_sheet(rows: list[TableRow]) -> list[tuple[EditionSheet, list[TableRow]]]:
    """One table for each edition: teachers have 15 columns, managers 18."""
    found: dict[int, tuple[EditionSheet, list[TableRow]]] = {}
    for row in rows:
        found.setdefault(row.sheet.id, (row.sheet, []))[1].append(row)
    return list(found.values())


def _groups(rows: list[TableRow]) -> list[tuple[str, str]]:
    named = {str(row.appraisal.group_id): row.appraisal.group.name for row in rows if row.appraisal.group}
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
    (row,) = queries.table_rows(request.scope, [fresh])
    return render(request, "appraisals/_decision_row_result.html", {"row": row})


# Many at once


@reads(P.APPRAISAL_DECIDE)
def preview_acceptance(request: ScopedRequest) -> HttpResponse:
    """What "theo tự đánh giá" would do: those where colleagues say the same are ticked, the others can be added."""
    rows = _chosen_rows(request)
    eligible = [row for row in rows if row.is_waiting and row.appraisal.state == State.SUBMITTED]
    context = {
        "same": [row for row in eligible if row.agrees],
        "other": [row for row in eligible if not row.agrees],
        "left_out": [row for row in rows if row not in eligible],
    }
    return render(request, "appraisals/decisions_accept.html", context)


@writes(P.APPRAISAL_DECIDE)
def take_acceptance(request: ScopedRequest) -> HttpResponseBase:
    chosen = _numbers(request.POST.getlist("pk"))
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
    count = announcement.announce(_numbers(request.POST.getlist("pk")), scope=request.scope)
    told = ngettext("Đã thông báo kết quả cho %(count)s người.", "Đã thông báo kết quả cho %(count)s người.", count)
    messages.success(request, told % {"count": count})
    return redirect("appraisals:school")


announce = by_method(get=preview_announcement, post=take_announcement)


def _chosen_rows(request: ScopedRequest) -> list[TableRow]:
    chosen = _numbers(request.GET.getlist("pk"))
    found = Appraisal.objects.permitted(request.scope, P.APPRAISAL_DECIDE).filter(pk__in=chosen)
    if found.count() != len(set(chosen)):
        raise NotPermitted(P.APPRAISAL_DECIDE)
    related = found.select_related("period", "edition", "person", "group", "organization", "decision_draft")
    return queries.table_rows(request.scope, related.order_by("-subject", "person__sort_key", "pk"))


def _all_waiting_for_news(request: ScopedRequest) -> list[TableRow]:
    period = _period(request)
    if period is None:
        return []
    waiting = queries.decidable(request.scope, period).filter(state=State.DECIDED)
    return queries.table_rows(request.scope, waiting)


def _numbers(texts: list[str]) -> list[int]:
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 18]
