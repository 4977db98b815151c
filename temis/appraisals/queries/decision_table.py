"""The table of quick work: everybody on whom a head decides.

What is counted and chosen from is read of all of them in plain values; what a row shows, of those on the page alone.
What others say about hundreds is read as far as a page needs it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import starmap, zip_longest
from typing import NamedTuple

from django.db.models import Q

from temis.access import Scope
from temis.appraisals import decision_rules, rules
from temis.appraisals.aggregates import Medians, medians_for
from temis.appraisals.enums import PeriodState, State
from temis.appraisals.models import Appraisal, DecisionDraft
from temis.appraisals.models.appraisal import AppraisalQuerySet
from temis.appraisals.queries.decision import LastResult, kept, last_results, padded
from temis.appraisals.queries.self_assessment import explanation_of
from temis.core.text import fold, spellings
from temis.standards.queries import EditionSheet, edition_sheet
from temis.standards.rules import Explanation
from temis.standards.wording import sentences


class Standing(NamedTuple):
    """How far one person is and what is said about him: all that the list is narrowed by."""

    state: str
    decision_due: bool
    own: Sequence[int] | None
    medians: Medians = ()  # of the colleagues
    last: LastResult | None = None

    @property
    def voices(self) -> tuple[Sequence[int | None], ...]:
        """By criterion the self-assessment, the middle of the colleagues, the last result: each empty where it is
        missing or not to be compared."""
        return self.own or (), self.medians, (self.last and self.last.levels) or ()

    @property
    def agrees(self) -> bool:
        """APR-22: self-assessment and colleagues say the same."""
        return decision_rules.agrees(self.own, self.medians)

    @property
    def differs(self) -> bool:
        return any(starmap(decision_rules.disagree, zip_longest(*self.voices)))

    @property
    def is_waiting(self) -> bool:
        """Does the head still have to decide?"""
        return self.decision_due and self.state in rules.DECIDE.sources


@dataclass(frozen=True, slots=True)
class Voices:
    """What colleagues and earlier years say about many people, by appraisal."""

    medians: Mapping[int, Medians]
    last: Mapping[int, LastResult]

    def on(self, pk: int, standing: Standing) -> Standing:
        return Standing(*standing[:3], self.medians.get(pk, ()), self.last.get(pk))


def _voices(scope: Scope, keys: Collection[int], appraisals: AppraisalQuerySet | None = None) -> Voices:
    """Two queries, for any number of people; of hundreds by the query that gave them, not by their keys."""
    if appraisals is None:
        appraisals = Appraisal.objects.filter(pk__in=keys)
    bare = appraisals.order_by().select_related(None).prefetch_related(None)
    return Voices(medians_for(scope, bare), last_results(keys))


# All


class Line(NamedTuple):
    """One of the list, of whom nothing else was read."""

    pk: int
    subject: str
    edition_id: int
    organization_id: int
    group_id: int | None
    group: str | None
    standing: Standing


def roll(appraisals: AppraisalQuerySet) -> list[Line]:
    """Everybody in the order of the list, as far as his own record says; one query."""
    line = ("pk", "subject", "edition_id", "organization_id", "group_id", "group__name")
    standing = ("state", "decision_due", "self_levels")
    rows = appraisals.prefetch_related(None).values_list(*line, *standing)
    return [Line._make((*row[:6], Standing(*row[6:]))) for row in rows]


def heard(scope: Scope, lines: Iterable[Line], appraisals: AppraisalQuerySet | None = None) -> list[Line]:
    """The same with what others say about them, who are all of `appraisals`, if that is given; two queries."""
    listed = list(lines)
    voices = _voices(scope, [one.pk for one in listed], appraisals)
    return [Line(*one[:-1], voices.on(one.pk, one.standing)) for one in listed]


AT_ONCE = 80  # heard in the hope that a page of 20 is among them


def first_heard(scope: Scope, lines: Sequence[Line], test: Callable[[Standing], bool], most: int) -> list[Line]:
    """The first of them who pass the test by what others say; four queries at most, two where they are found soon."""
    found: list[Line] = []
    for some in (lines[:AT_ONCE], lines[AT_ONCE:]):
        if some and len(found) < most:
            found += [one for one in heard(scope, some) if test(one.standing)]
    return found[:most]


def matching(appraisals: AppraisalQuerySet, wanted: str) -> set[int]:
    """Those whose name, code or school is like what was typed, with or without diacritics; one query."""
    text = fold(wanted)
    by_person = Q(person__search__words=text) | Q(person__code__in=spellings(wanted))
    bare = appraisals.order_by().select_related(None).prefetch_related(None)
    return set(bare.filter(by_person | Q(organization__search__contains=text)).values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class Tally:
    """How far the head is: numbers for the top of the page."""

    total: int
    decided: int
    to_announce: int
    not_due: int


def tally(standings: Collection[Standing]) -> Tally:
    return Tally(
        total=len(standings),
        decided=sum(rules.is_decided(one.state) for one in standings),
        to_announce=sum(one.state == State.DECIDED for one in standings),
        not_due=sum(not one.decision_due and one.state in rules.DECIDE.sources for one in standings),
    )


# Those of a page


@dataclass(frozen=True)
class TableRow:
    """One person in the table."""

    appraisal: Appraisal
    sheet: EditionSheet
    standing: Standing
    draft: DecisionDraft | None

    @cached_property
    def levels(self) -> tuple[int | None, ...]:
        return padded(kept(self.appraisal, self.draft), len(self.sheet.rule.criteria))

    @property
    def own(self) -> str:
        """For the page's script, which fills a row by it."""
        return ",".join(map(str, self.standing.own or ()))

    @property
    def revision(self) -> int:
        """Of the levels that are being chosen."""
        return self.draft.revision if self.draft else 0

    @property
    def cells(self) -> Iterator["TableCell"]:
        said = (padded(levels, len(self.levels)) for levels in self.standing.voices)
        for number, level, own, median, last in zip(self.sheet.rule.criteria, self.levels, *said, strict=True):
            yield TableCell(number, level, own, median, decision_rules.disagree(own, median, last))

    @cached_property
    def explanation(self) -> Explanation | None:
        return explanation_of(self.levels, self.sheet.rule)

    @property
    def sentence(self) -> str:
        return " ".join(sentences(self.explanation)) if self.explanation else ""

    @property
    def missing(self) -> int:
        return self.levels.count(None)

    @property
    def is_decided(self) -> bool:
        return rules.is_decided(self.appraisal.state)

    @property
    def can_edit(self) -> bool:
        untold = self.appraisal.state == State.DECIDED
        return self.appraisal.period.state == PeriodState.OPEN and (self.standing.is_waiting or untold)


class TableCell(NamedTuple):
    """All that a cell shows, as what is quickly compared: a page has a thousand."""

    criterion: int
    level: int | None
    own: int | None
    median: int | None
    differs: bool


def table_rows(
    scope: Scope, appraisals: Iterable[Appraisal], standings: Mapping[int, Standing] | None = None
) -> list[TableRow]:
    """Rows with all that they show; a fixed number of queries for any number of people, none beside that of the
    appraisals where it was read before how each stands."""
    listed = list(appraisals)
    if standings is None:
        voices = _voices(scope, [one.pk for one in listed])
        standings = {
            one.pk: voices.on(one.pk, Standing(one.state, one.decision_due, one.self_levels)) for one in listed
        }
    return [
        TableRow(one, edition_sheet(one.edition), standings[one.pk], getattr(one, "decision_draft", None))
        for one in listed
    ]
