"""Reads: whom I am asked about, who has not answered, and the sums."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Case, CharField, Count, F, Max, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from temis.access import NotPermitted, P, Scope
from temis.appraisals.aggregates import Aggregate, CriterionOpinions, Medians
from temis.appraisals.enums import DECIDED_STATES, PeriodState, Stage, State
from temis.appraisals.models import Appraisal
from temis.appraisals.models.appraisal import AppraisalQuerySet
from temis.appraisals.queries.windows import has_ended_somewhere, window_of, windows_for
from temis.appraisals.rules import Window
from temis.core import clock
from temis.core.planned import planned_once
from temis.core.prepared import Prepared
from temis.opinions import rules
from temis.opinions.enums import Circle
from temis.opinions.models import Asked, AskedQuerySet, OpinionTally
from temis.people.models import Person

# From then on a person reads the sums on himself (TT 20/2018: the head decides first).
TOLD_STATES = (State.ANNOUNCED, State.ACKNOWLEDGED, State.OBJECTED)


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


# Who has not answered


@dataclass(frozen=True, slots=True)
class Missing:
    """A person who still has `left` opinions to give; never about whom."""

    person: Person
    left: int


def missing_raters(rows: AskedQuerySet) -> list[Missing]:
    """People among `rows` (from `Asked.objects.permitted(scope, P.OPINION_PROGRESS)`) who have not answered."""
    open_rows = still_open(rows)
    counted = open_rows.values("rater_id").annotate(left=Count("appraisal_id")).order_by()
    left = {row["rater_id"]: row["left"] for row in counted}
    people = Person.objects.filter(pk__in=left).select_related("group").order_by("sort_key", "pk")
    return [Missing(person, left[person.pk]) for person in people]


def missing_users(rows: AskedQuerySet) -> QuerySet:
    """Their user ids, as a query: what a reminder is sent to."""
    return still_open(rows).filter(rater__user__isnull=False).values_list("rater__user_id", flat=True)


def still_open(rows: AskedQuerySet) -> AskedQuerySet:
    """Without an answer, where one would still be taken."""
    return rows.unanswered().filter(
        Q(appraisal__tally=None) | Q(appraisal__tally__closed=False),
        appraisal__state__in=rules.ASKED_STATES,
        period__state=PeriodState.OPEN,
    )


@dataclass(frozen=True, slots=True)
class CircleProgress:
    """How far the opinions of one group (or of the staff on the managers) are: numbers only."""

    name: str
    group_id: int | None
    asked: int
    given: int
    members: int
    # More were asked for than ever can be shown: too small a circle.
    shows_nothing: bool

    @property
    def left(self) -> int:
        return self.asked - self.given


def progress(rows: AskedQuerySet) -> list[CircleProgress]:
    """Per subject group and for the managers: opinions given of those asked for; one query."""
    name = Case(When(circle=Circle.COLLEAGUES, then=F("group__name")), default=Value(""), output_field=CharField())
    counted = (
        rows.with_answered()
        .values("circle", "group_id", name=name)
        .annotate(
            asked=Count("id"),
            given=Count("id", filter=Q(answered=True)),
            members=Count("rater_id", distinct=True),
            on=Count("appraisal_id", distinct=True),
            year=Max("period__year"),
        )
        .order_by("circle", "name")
    )
    return [
        CircleProgress(
            row["name"] or _("Cán bộ quản lý của trường"),
            row["group_id"],
            row["asked"],
            row["given"],
            row["members"],
            row["asked"] < rules.FEWEST_SHOWN * row["on"],
        )
        for row in counted
    ]


def alone_in_group(appraisals: QuerySet[Appraisal]) -> list[Appraisal]:
    """Teachers about whom nobody can be asked: no group, or nobody else in it. The step is skipped for them."""
    rows = appraisals.filter(position="TEACHER", asked=None).exclude(state=State.EXCLUDED)
    return list(rows.select_related("person", "group").order_by("person__sort_key", "pk"))


# Sums


def aggregates_for(scope: Scope, appraisal_ids: Collection[int]) -> dict[int, Aggregate]:
    """OPN-03. Sums of the opinions, for those appraisals on which `scope` may see them; five queries at most.

    The head of the body that decides, those whose right reaches it, and the person himself once he has been told his
    result; nobody else, and nobody on himself before.
    """
    visible = _visible(scope, Appraisal.objects.filter(pk__in=appraisal_ids)).select_related("tally")
    seen = list(visible.only("period_id", "organization_id", "state", "tally").order_by("pk"))
    hidden = [one for one in seen if not _is_shown(one)]
    asked = dict(
        Asked.objects.filter(appraisal__in=[one.pk for one in hidden])
        .values("appraisal_id")
        .annotate(n=Count("rater_id"))
        .values_list("appraisal_id", "n")
    )
    ended = _ended(hidden)
    return {one.pk: _sums_of(one) if _is_shown(one) else _hidden(one, asked, one.pk in ended) for one in seen}


# `rules.is_shown`
_SHOWN = Q(tally__closed=True, tally__given__gte=rules.FEWEST_SHOWN)
# Those of which `rules.hidden_reason` says CLOSING as soon as the days are over.
_MAY_CLOSE = Q(tally__closed=False, tally__given__gte=rules.FEWEST_SHOWN)


def medians_for(scope: Scope, appraisals: AppraisalQuerySet) -> dict[int, Medians]:
    """OPN-03. The middle of the sums, for those appraisals that `scope` decides; one query.

    Who decides on somebody sees the sums, so this asks for that right alone: of the three ways to be allowed to see
    them, each asked for, a list of hundreds would take twice as long.
    """
    decided = appraisals.permitted(scope, P.APPRAISAL_DECIDE)
    shown = decided.filter(_SHOWN).annotate(printed=Cast("tally__counts", TextField()))
    return {pk: _medians(counts) for pk, counts in shown.values_list("pk", "printed")}


def are_closing(scope: Scope, period_id: int, appraisals: AppraisalQuerySet) -> bool:
    """OPN-05. Do sums that `scope` may see, on some of these of one period, wait only to be opened?

    Four queries at most; two that find nothing while opinions are given everywhere.
    """
    rows = _visible(scope, appraisals.order_by()).filter(_MAY_CLOSE)
    if rows.filter(state__in=DECIDED_STATES).exists():
        return True
    today = clock.today()
    if not has_ended_somewhere(period_id, Stage.OPINIONS, today):
        return False
    bodies = rows.values_list("organization_id", flat=True).distinct()
    windows = windows_for(period_id, bodies, [Stage.OPINIONS]).values()
    return any(stages[Stage.OPINIONS].has_ended(today) for stages in windows)


def _visible(scope: Scope, rows: AppraisalQuerySet) -> AppraisalQuerySet:
    """Appraisals of which `scope` may see the sums."""
    reached = rows.permitted(scope, P.OPINION_RESULT) | rows.permitted(scope, P.APPRAISAL_DECIDE)
    visible = reached.exclude(person_id=scope.person_id or 0)
    own = rows.permitted(scope, P.OWN_APPRAISAL).filter(person_id=scope.person_id or 0, state__in=TOLD_STATES)
    return visible | own


def _ended(appraisals: Iterable[Appraisal]) -> set[int]:
    """Those for whose body the days of the opinions are over, or whose head has decided."""
    listed = list(appraisals)
    decided = {one.pk for one in listed if one.state in DECIDED_STATES}
    bodies: dict[int, set[int]] = {}
    for one in listed:
        if one.pk not in decided:
            bodies.setdefault(one.period_id, set()).add(one.organization_id)
    today = clock.today()
    over = {
        (period, body)
        for period, ids in bodies.items()
        for body, stages in windows_for(period, ids, [Stage.OPINIONS]).items()
        if stages[Stage.OPINIONS].has_ended(today)
    }
    return decided | {one.pk for one in listed if (one.period_id, one.organization_id) in over}


def _is_shown(appraisal: Appraisal) -> bool:
    tally: OpinionTally | None = getattr(appraisal, "tally", None)
    return tally is not None and rules.is_shown(given=tally.given, closed=tally.closed)


def _sums_of(appraisal: Appraisal) -> Aggregate:
    tally: OpinionTally = appraisal.tally
    return Aggregate(
        None,
        tally.given,
        criteria=tuple(map(_sums, _by_criterion(tally.counts))),
        overall=_sums(tuple(tally.overall)),
        remarks=tuple(tally.remarks),
    )


def _hidden(appraisal: Appraisal, asked: dict[int, int], ended: bool) -> Aggregate:
    tally: OpinionTally | None = getattr(appraisal, "tally", None)
    given, closed = (tally.given, tally.closed) if tally else (0, False)
    of = asked.get(appraisal.pk, 0)
    hidden = rules.hidden_reason(asked=of, given=given, closed=closed, ended=ended)
    assert hidden is not None  # else its sums are shown
    return Aggregate(of, given, hidden.label, hidden.value)


@lru_cache(maxsize=8192)
def _medians(counts: str) -> Medians:
    """Of counts as PostgreSQL prints them: closed sums stay what they are, and a list has hundreds to be read."""
    return tuple(map(_median, _by_criterion([int(one) for one in counts.strip("{}").split(",")])))


def _by_criterion(counts: Sequence[int]) -> Iterator[tuple[int, ...]]:
    return zip(*[iter(counts)] * rules.LEVELS, strict=True)


def _sums(counts: tuple[int, ...]) -> CriterionOpinions:
    return CriterionOpinions(counts, _median(counts), rules.most_frequent(counts))


_median = lru_cache(maxsize=4096)(rules.median)  # few colleagues: the same counts come again and again in a large body
