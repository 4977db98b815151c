"""The schools of a province: where they lie, which levels they teach, how large they are."""

from dataclasses import dataclass
from math import exp
from random import Random
from typing import Any

from temis.simulation.chance import apportion
from temis.simulation.country import SMALLEST_SCHOOL, Body, Country
from temis.simulation.figures import figure, read

# Kinds of schools follow each other so that any stretch of them has the right shares.
_GOLDEN = 0.6180339887498949


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of school: how it is named, how its codes begin, its levels with their usual number of teachers."""

    name: str
    code: str
    levels: tuple[str, ...]
    teachers: dict[str, float]
    share: float

    @property
    def of_province(self) -> bool:
        """Schools with upper secondary classes belong to the Sở, the others to the Phòng."""
        return "THPT" in self.levels


def make_schools(country: Country, people: int, districts: dict[int, dict[str, Any]], random: Random) -> None:
    """Schools and officers of the Phòng of a province, `people` together. `districts`: Phòng → its entry."""
    beyond = figure("people", "offices")["local_beyond_communes"]
    wanted = max(len(districts), round(people / figure("people", "people_per_school")))
    number = max(1, min(wanted, (people - beyond * len(districts)) // (SMALLEST_SCHOOL + 1)))
    bodies = {body.id: body for body in country.bodies if body.id in districts}
    per_district = apportion(number, [_wards(district) for district in districts.values()], number >= len(districts))
    schools: list[Body] = []
    for (local, district), count in zip(districts.items(), per_district, strict=True):
        schools += _of_district(country, bodies[local], district, count)
        bodies[local].people = beyond + len(country.locals_[local])
    left = people - sum(body.people for body in bodies.values())
    spread = figure("people", "spread_of_sizes")
    sizes = [sum(school.weights.values()) * exp(random.gauss(0, spread)) for school in schools]
    for school, size in zip(schools, apportion(left, sizes, SMALLEST_SCHOOL), strict=True):
        school.people = size
    _mark_disadvantaged(schools, random)


def _wards(district: dict[str, Any]) -> int:
    return sum(len(wards) for wards in district["communes"].values())


def _of_district(country: Country, local: Body, district: dict[str, Any], count: int) -> list[Body]:
    places = [(ward, commune) for commune, wards in district["communes"].items() for ward in wards]
    # One from each commune before the second of any.
    places = [places[n * 7 % len(places)] for n in range(len(places))] if len(places) % 7 else places
    made: dict[str, int] = {}
    schools = []
    for _ in range(count):
        kind = _kind(len(country.bodies))
        index = made[kind.code] = made.get(kind.code, -1) + 1
        schools.append(_school(country, local, kind, index, places))
        commune = schools[-1].commune
        if not kind.of_province and commune not in country.locals_[local.id]:
            country.locals_[local.id].append(commune)
    return schools


def _school(country: Country, local: Body, kind: Kind, index: int, places: list[tuple[str, str]]) -> Body:
    ward, commune = places[index % len(places)]
    again = index // len(places)
    name = kind.name.format(f"{ward} {again + 1}" if again else ward)
    parent = local.parent if kind.of_province else local
    school = country.add(f"{local.code}{kind.code}{index + 1:03d}", name, "SCHOOL", parent, local.province)
    school.weights, school.commune = dict(kind.teachers), commune
    return school


def _kind(number: int) -> Kind:
    kinds = [Kind(**entry | {"levels": tuple(entry["levels"])}) for entry in figure("people", "kinds_of_schools")]
    place = number * _GOLDEN % 1 * sum(kind.share for kind in kinds)
    for kind in kinds:
        place -= kind.share
        if place < 0:
            return kind
    return kinds[0]


def _mark_disadvantaged(schools: list[Body], random: Random) -> None:
    """As many as the province's minorities let expect; hardly any in the great cities."""
    rule = figure("people", "disadvantaged")
    entry = read("country")["provinces"][schools[0].province or ""]
    share = rule["least"] + rule["with_minority"] * entry["minority"] / 100
    if entry["population"] > rule["city_from"]:
        share = rule["cities"]
    for school in random.sample(schools, round(share * len(schools))):
        school.disadvantaged = True
