"""The sums of opinions as the decision needs them. Filled by `temis.opinions`, which lies above this app.

What is not shown has no numbers in it: rights and the rule of three are applied where the sums are kept.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from django.utils.functional import Promise

from temis.access import Scope
from temis.appraisals.models.appraisal import AppraisalQuerySet
from temis.standards.enums import Level


@dataclass(frozen=True, slots=True)
class CriterionOpinions:
    """How many named each level (CĐ, Đ, K, T), the level in the middle and those named most often."""

    counts: tuple[int, ...]
    median: Level | None
    most: tuple[Level, ...]

    @property
    def by_level(self) -> list[tuple[Level, int]]:
        return list(zip(Level, self.counts, strict=True))


@dataclass(frozen=True, slots=True)
class Aggregate:
    """Opinions on one appraisal: `given` of `asked`; the sums, or why they are hidden. Where they are shown, `asked` is
    None: no answer is taken any more, so nobody counts how many there could have been.

    `criteria` stand in the order of the edition's criteria; `overall` counts the overall level that each opinion gives.
    """

    asked: int | None
    given: int
    hidden: str | Promise = ""
    hidden_code: str = ""
    criteria: tuple[CriterionOpinions, ...] = ()
    overall: CriterionOpinions | None = None
    remarks: tuple[str, ...] = field(default=())

    @property
    def is_shown(self) -> bool:
        return not self.hidden

    @property
    def medians(self) -> list[Level | None]:
        return [one.median for one in self.criteria]


Medians = tuple[Level | None, ...]


@dataclass(frozen=True, slots=True)
class Source:
    sums: Callable[[Scope, Collection[int]], dict[int, Aggregate]]
    medians: Callable[[Scope, AppraisalQuerySet], dict[int, Medians]]
    are_closing: Callable[[Scope, int, AppraisalQuerySet], bool]


_sources: list[Source] = []


def register(source: Source) -> None:
    """Called once by the app that keeps the opinions."""
    _sources[:] = [source]


def aggregates_for(scope: Scope, appraisal_ids: Collection[int]) -> dict[int, Aggregate]:
    """Appraisal → sums, for those on which `scope` may see them; the others are absent. A fixed number of queries."""
    return _sources[0].sums(scope, appraisal_ids) if _sources else {}


def medians_for(scope: Scope, appraisals: AppraisalQuerySet) -> dict[int, Medians]:
    """Appraisal → by criterion the level in the middle, all that a list compares, for those that `scope` decides;
    absent where sums are hidden."""
    return _sources[0].medians(scope, appraisals) if _sources else {}


def are_closing(scope: Scope, period_id: int, appraisals: AppraisalQuerySet) -> bool:
    """Do sums on some of these, all of one period, wait only to be opened?"""
    return bool(_sources) and _sources[0].are_closing(scope, period_id, appraisals)
