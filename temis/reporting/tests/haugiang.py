"""A population whose report gives every known published number of Hậu Giang 2020.

What the published page does not show (the split of some groups by level of schooling) is chosen here freely,
within what the known totals allow.
"""

import json
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from temis.reporting.cube import Cube, Fact, Person
from temis.reporting.template import builtin_template

PUBLISHED = json.loads((Path(__file__).parent / "data" / "haugiang-2020.json").read_text())

LEVEL_CODES = {"Tất cả": "ALL", "Tiểu học": "TH", "Trung học cơ sở": "THCS", "Trung học phổ thông": "THPT"}
GROUP_CODES = {"Tổng số": "ALL", "Nữ": "F", "Dtts": "EM", "Nữ dtts": "F_EM", "Vùng khó khăn": "DA"}

# level of schooling → group → people with overall CĐ, Đ, K, T and people not done
TEACHERS = {
    "TH": {
        "ALL": (2, 105, 1477, 1284, 360),
        "F": (0, 42, 658, 687, 200),
        "EM": (0, 1, 19, 19, 14),
        "F_EM": (0, 1, 4, 6, 5),
        "DA": (0, 8, 250, 200, 40),
    },
    "THCS": {
        "ALL": (1, 80, 930, 992, 376),
        "F": (0, 50, 520, 582, 140),
        "EM": (0, 2, 18, 15, 1),
        "F_EM": (0, 1, 6, 8, 1),
        "DA": (0, 6, 160, 140, 13),
    },
    "THPT": {
        "ALL": (1, 38, 383, 420, 277),
        "F": (0, 25, 174, 203, 106),
        "EM": (0, 2, 13, 12, 20),
        "F_EM": (0, 1, 5, 6, 7),
        "DA": (0, 2, 38, 33, 6),
    },
}
# position, level of schooling → people with overall CĐ, Đ, K, T and not done (nothing is published of them)
MANAGERS = {
    ("HT", "TH"): (0, 1, 80, 70, 4),
    ("PHT", "TH"): (1, 6, 110, 90, 12),
    ("HT", "THCS"): (0, 0, 30, 36, 2),
    ("PHT", "THCS"): (0, 2, 40, 38, 3),
    ("HT", "THPT"): (0, 0, 9, 15, 0),
    ("PHT", "THPT"): (0, 1, 25, 30, 6),
}
NUMBER_OF_CRITERIA = {"GVPT": 15, "CBQL": 18}


def facts() -> Iterator[Fact]:
    chance = random.Random(2020)
    for level, groups in TEACHERS.items():
        for outcome in range(5):
            sizes = {group: counts[outcome] for group, counts in groups.items()}
            for person in _teachers(level, sizes):
                yield _fact(person, outcome, chance)
    for (position, level), counts in MANAGERS.items():
        for outcome, count in enumerate(counts):
            for _ in range(count):
                yield _fact(_manager(position, level, chance), outcome, chance)


def _teachers(level: str, sizes: dict[str, int]) -> Iterator[Person]:
    both = sizes["F_EM"]
    kinds = [(True, True)] * both
    kinds += [(True, False)] * (sizes["F"] - both) + [(False, True)] * (sizes["EM"] - both)
    kinds += [(False, False)] * (sizes["ALL"] - len(kinds))
    for number, (female, minority) in enumerate(kinds):
        yield Person("GVPT", "GV", level, female, minority, _spread(sizes["DA"], number, len(kinds)))


def _spread(marked: int, number: int, total: int) -> bool:
    """Whether this one of `total` is marked, when `marked` of them are, evenly."""
    return number * marked // total != (number + 1) * marked // total


def _manager(position: str, level: str, chance: random.Random) -> Person:
    return Person("CBQL", position, level, chance.random() < 0.4, chance.random() < 0.03, chance.random() < 0.2)


def _fact(person: Person, outcome: int, chance: random.Random) -> Fact:
    if outcome == 4:
        return Fact(person, "not_done")
    criteria = {n: _near(outcome, chance) for n in range(1, NUMBER_OF_CRITERIA[person.subject] + 1)}
    return Fact(person, "completed", outcome, criteria)


def _near(outcome: int, chance: random.Random) -> int:
    """A plausible level of one criterion; the report does not ask whether it yields the overall level."""
    return min(3, max(min(outcome, 1), outcome + chance.choice((-1, 0, 0, 0, 0, 1))))


@cache
def cube() -> Cube:
    return Cube.from_facts(facts(), builtin_template("temis-2020").standards)
