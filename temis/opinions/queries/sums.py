"""The sums, for those who may see them."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache

from django.db.models import Count, Q, TextField
from django.db.models.functions import Cast

from temis.access import P, Scope
from temis.appraisals.aggregates import Aggregate, CriterionOpinions, Medians
from temis.appraisals.enums import DECIDED_STATES, Stage, State
from temis.appraisals.models import Appraisal
from temis.appraisals.models.appraisal import AppraisalQuerySet
from temis.appraisals.queries.windows import has_ended_somewhere, windows_for
from temis.core import clock
from temis.opinions import rules
from temis.opinions.models import Asked, OpinionTally

# From then on a person reads the sums on himself (TT 20/2018: the head decides first).
TOLD_STATES = (State.ANNOUNCED, State.ACKNOWLEDGED, State.OBJECTED)


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
