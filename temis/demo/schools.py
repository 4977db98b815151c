"""The bodies of the demo province: departments, and schools whose sizes add up to the published totals."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any

from temis.demo.apportion import apportion
from temis.demo.targets import DATA, LEVELS, Level, Targets

# What a kind of school is called, where its code begins in the sector database, and which levels it teaches.
Kind = tuple[str, int, tuple[Level, ...]]
PRIMARY: Kind = ("Trường Tiểu học {}", 401, ("TH",))
PRIMARY_LOWER: Kind = ("Trường Tiểu học và THCS {}", 481, ("TH", "THCS"))
LOWER: Kind = ("Trường THCS {}", 501, ("THCS",))
LOWER_UPPER: Kind = ("Trường THCS và THPT {}", 601, ("THCS", "THPT"))
UPPER: Kind = ("Trường THPT {}", 701, ("THPT",))

COUNTS: dict[Kind, int] = {PRIMARY: 168, PRIMARY_LOWER: 2, LOWER: 59, LOWER_UPPER: 4, UPPER: 21}
DISADVANTAGED: dict[Kind, int] = {PRIMARY: 25, PRIMARY_LOWER: 1, LOWER: 8, LOWER_UPPER: 1, UPPER: 1}
# Teachers per level of the schools that teach two: fixed, so that the others can fill up to the totals.
MIXED_SIZES: dict[Kind, list[dict[Level, int]]] = {
    PRIMARY_LOWER: [{"TH": 14, "THCS": 18}, {"TH": 16, "THCS": 20}],
    LOWER_UPPER: [
        {"THCS": 20, "THPT": 30},
        {"THCS": 18, "THPT": 33},
        {"THCS": 22, "THPT": 35},
        {"THCS": 24, "THPT": 38},
    ],
}
SMALLEST: dict[Level, int] = {"TH": 9, "THCS": 18, "THPT": 31}

# The school whose people sign in at the demo: mid-sized, not disadvantaged, everyone appraised.
CAST_SCHOOL = "Trường THCS Vị Thắng"
CAST_SCHOOL_SIZE = 30


@dataclass(slots=True)
class School:
    code: str
    name: str
    parent: str
    province: str
    levels: tuple[Level, ...]
    disadvantaged: bool = False
    sizes: dict[Level, int] = field(default_factory=dict)

    @property
    def is_cast(self) -> bool:
        return self.name == CAST_SCHOOL

    @property
    def highest(self) -> Level:
        """Who decides on the principal follows the highest level (TT 14/2018 Điều 11)."""
        return self.levels[-1]


@cache
def bodies() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((DATA / "bodies.json").read_text(encoding="utf-8"))
    return read


@cache
def districts() -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = json.loads((DATA / "places.json").read_text(encoding="utf-8"))["districts"]
    return read


def make_schools(targets: Targets, random: Random) -> list[School]:
    """All schools of the province, with codes, names, ticks and teachers per level."""
    by_kind = {kind: _schools_of(kind, count, random) for kind, count in COUNTS.items()}
    for kind, schools in by_kind.items():
        rural = [school for school in schools if not _is_town(school) and not school.is_cast]
        for school in random.sample(rural, DISADVANTAGED[kind]):
            school.disadvantaged = True
    for kind, sizes in MIXED_SIZES.items():
        first_disadvantaged = sorted(by_kind[kind], key=lambda school: not school.disadvantaged)
        for school, size in zip(first_disadvantaged, sizes, strict=True):
            school.sizes = dict(size)
    everyone = [school for schools in by_kind.values() for school in schools]
    for level in LEVELS:
        for disadvantaged in (True, False):
            _fill_level(everyone, level, disadvantaged, targets, random)
    return sorted(everyone, key=lambda school: school.code)


def _fill_level(schools: list[School], level: Level, disadvantaged: bool, targets: Targets, random: Random) -> None:
    """Give the one-level schools of a level the teachers that the mixed ones leave over."""
    total = targets.rows[level, "DA"].total
    if not disadvantaged:
        total = targets.rows[level, "ALL"].total - total
    alike = [school for school in schools if level in school.levels and school.disadvantaged == disadvantaged]
    taken = sum(school.sizes.get(level, 0) for school in alike)
    empty = [school for school in alike if level not in school.sizes]
    floors = [CAST_SCHOOL_SIZE if school.is_cast else SMALLEST[level] for school in empty]
    caps = [CAST_SCHOOL_SIZE if school.is_cast else total for school in empty]
    weights = [random.lognormvariate(0, 0.35) for _ in empty]
    for school, size in zip(empty, apportion(total - taken, weights, floors, caps), strict=True):
        school.sizes[level] = size


def _schools_of(kind: Kind, count: int, random: Random) -> list[School]:
    style, first, levels = kind
    per_district = apportion(count, [len(district["communes"]) for district in districts()])
    schools = []
    for district, number in zip(districts(), per_district, strict=True):
        tier2 = f"93{district['code']}"
        names = _names(district, number, random, numbered=kind is PRIMARY, offset=_offset(kind))
        for index, name in enumerate(names):
            # Schools with upper secondary classes belong to the Sở, the others to the Phòng.
            parent = "93" if "THPT" in levels else tier2
            schools.append(School(f"{tier2}{first + index}", style.format(name), parent, "93", levels))
    return schools


def _offset(kind: Kind) -> int:
    """Mixed schools take the last communes, so that two kinds rarely share a commune's name."""
    return -1 if kind in MIXED_SIZES else 0


def _names(district: dict[str, Any], number: int, random: Random, *, numbered: bool, offset: int) -> list[str]:
    """Names after communes; primary schools, several to a commune, carry a number or a namesake."""
    communes = district["communes"][::-1] if offset else district["communes"]
    if not numbered:
        return list(_cycle_names(communes, district["namesakes"], number))
    namesakes = district["namesakes"][: max(0, number - len(communes))]
    per_commune = apportion(number - len(namesakes), [random.uniform(0.8, 1.2) for _ in communes])
    names = []
    for commune, several in zip(communes, per_commune, strict=True):
        names += [commune] if several == 1 else [f"{commune} {n}" for n in range(1, several + 1)]
    return names + namesakes


def _cycle_names(communes: list[str], namesakes: list[str], number: int) -> Iterator[str]:
    pool = [*communes, *namesakes]
    if number > len(pool):
        raise ValueError("more schools than names")
    yield from pool[:number]


def _is_town(school: School) -> bool:
    return any(district["town"] and school.code[2:5] == district["code"] for district in districts())
