"""Levels of the criteria that make a given overall level, with believable strengths and weaknesses.

Each profile is built to satisfy Điều 10 khoản 2 of TT 20/2018 (teachers) or of TT 14/2018 (managers); the
tests classify all of them again with a rule of their own.
"""

from dataclasses import dataclass
from random import Random
from typing import Literal

Overall = Literal["CD", "D", "K", "T"]
CD, D, K, T = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class Standard:
    """What the profiles need to know of an edition.

    `hard` are the criteria, outside the key set, in which people are weakest; in a `strict` edition one
    criterion not met spoils the whole.
    """

    size: int
    key: frozenset[int]
    hard: frozenset[int]
    strict: bool

    @property
    def needed(self) -> int:
        """Two thirds of the criteria."""
        return -(-2 * self.size // 3)

    @property
    def others(self) -> list[int]:
        return [criterion for criterion in range(1, self.size + 1) if criterion not in self.key]


TEACHERS = Standard(15, frozenset({3, 4, 5, 6, 7}), frozenset({13, 14, 15}), strict=True)
MANAGERS = Standard(18, frozenset({1, 2, 4, 5, 6, 8, 10, 12, 13, 14}), frozenset({16, 17, 18}), strict=False)


def make_profile(overall: Overall, standard: Standard, random: Random) -> list[int]:
    """Levels (0 = CĐ … 3 = T) of criteria 1, 2, …"""
    make = {"T": _excellent, "K": _good, "D": _met, "CD": _not_met}[overall]
    levels = make(standard, random)
    return [levels[criterion] for criterion in range(1, standard.size + 1)]


def _weak(standard: Standard, chance: float, random: Random) -> list[int]:
    """Criteria outside the key set, the hard ones likelier; few enough that two thirds stay better."""
    odds = {c: min(0.9, chance * (3 if c in standard.hard else 1)) for c in standard.others}
    chosen = [c for c in standard.others if random.random() < odds[c]]
    return random.sample(chosen, min(standard.size - standard.needed, len(chosen)))


def _excellent(standard: Standard, random: Random) -> dict[int, int]:
    levels = dict.fromkeys(range(1, standard.size + 1), T)
    for criterion in _weak(standard, 0.2, random):
        levels[criterion] = K
    return levels


def _good(standard: Standard, random: Random) -> dict[int, int]:
    ability = random.uniform(0.1, 0.85)
    levels = {c: T if random.random() < ability else K for c in range(1, standard.size + 1)}
    for criterion in standard.hard:
        levels[criterion] = K
    for criterion in _weak(standard, 0.03, random):
        levels[criterion] = D
    # One key criterion at K keeps the whole from being Tốt, however good the others are.
    levels[random.choice(sorted(standard.key))] = K
    return levels


def _met(standard: Standard, random: Random) -> dict[int, int]:
    if not standard.strict and random.random() < 0.5:
        # TT 14/2018: with one criterion not met, outside the key set, a manager is Đạt whatever the others.
        return _excellent(standard, random) | {random.choice(sorted(standard.hard)): CD}
    levels = {c: D if random.random() < 0.5 else K for c in range(1, standard.size + 1)}
    levels[random.choice(sorted(standard.key))] = D
    return levels


def _not_met(standard: Standard, random: Random) -> dict[int, int]:
    levels = _met(standard, random)
    spoiling = range(1, standard.size + 1) if standard.strict else sorted(standard.key)
    levels[random.choice(spoiling)] = CD
    return levels
