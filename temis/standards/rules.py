"""How the levels of the criteria make the level of the whole appraisal. Pure: no database, no texts.

The shape of the rule is the same for every edition; its numbers are data of the edition. A level is reached when
every criterion is at least at its floor, enough criteria are at the level itself, and every key criterion is at least
at the key floor. Sources: TT 20/2018 Điều 10 khoản 2; TT 14/2018 Điều 10 khoản 2; TT 25, 26/2018.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from temis.standards.enums import Level


@dataclass(frozen=True, slots=True)
class Threshold:
    """What it takes to reach one level."""

    level: Level
    floor: Level
    share: Fraction
    key_floor: Level

    def needed(self, total: int) -> int:
        """How many of `total` criteria must be at the level: two thirds of 15 are 10."""
        return ceil(self.share * total)


@dataclass(frozen=True, slots=True)
class EditionRule:
    """The classification rule of one edition; `criteria` are its numbers in the order of the levels given."""

    criteria: tuple[int, ...]
    key: frozenset[int]
    thresholds: tuple[Threshold, ...]

    def __post_init__(self) -> None:
        if not self.criteria or not self.key <= set(self.criteria):
            raise ValueError("key criteria must be criteria of the edition")
        best_first = tuple(sorted(self.thresholds, key=lambda threshold: -threshold.level))
        object.__setattr__(self, "thresholds", best_first)

    def required(self, criterion: int, threshold: Threshold) -> Level:
        """The least level of this criterion that lets the whole reach the threshold."""
        return max(threshold.floor, threshold.key_floor) if criterion in self.key else threshold.floor


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A criterion that blocks the next level."""

    criterion: int
    level: Level
    required: Level
    is_key: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """STD-02. The level reached and what stands between it and the next one.

    At the best level `target` is that level itself and `blocking` is empty.
    """

    level: Level
    target: Level
    blocking: tuple[Shortfall, ...]
    reached: int
    needed: int
    total: int

    @property
    def is_best(self) -> bool:
        return self.level == self.target


def overall_level(levels: Sequence[Level], rule: EditionRule) -> Level:
    """STD-01. The level of the whole appraisal; `levels` has one level per criterion, in the edition's order."""
    given = _checked(levels, rule)
    for threshold in rule.thresholds:
        if not _blocking(given, rule, threshold) and _reached(given, threshold) >= threshold.needed(len(given)):
            return threshold.level
    return Level.NOT_MET


def explain(levels: Sequence[Level], rule: EditionRule) -> Explanation:
    """STD-02. Why it is this level, and which criteria block the next."""
    given = _checked(levels, rule)
    level = overall_level(levels, rule)
    above = [threshold for threshold in rule.thresholds if threshold.level > level]
    target = above[-1] if above else rule.thresholds[0]
    return Explanation(
        level=level,
        target=target.level,
        blocking=_blocking(given, rule, target),
        reached=_reached(given, target),
        needed=target.needed(len(given)),
        total=len(given),
    )


def _checked(levels: Sequence[Level], rule: EditionRule) -> tuple[Level, ...]:
    if len(levels) != len(rule.criteria):
        raise ValueError(f"{len(rule.criteria)} levels expected, {len(levels)} given")
    return tuple(Level(level) for level in levels)


def _reached(levels: Sequence[Level], threshold: Threshold) -> int:
    return sum(level >= threshold.level for level in levels)


def _blocking(levels: Sequence[Level], rule: EditionRule, threshold: Threshold) -> tuple[Shortfall, ...]:
    return tuple(
        Shortfall(criterion, level, required, criterion in rule.key)
        for criterion, level in zip(rule.criteria, levels, strict=True)
        if level < (required := rule.required(criterion, threshold))
    )
