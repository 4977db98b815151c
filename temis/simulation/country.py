"""The bodies of the country as they stood before the reform, and the communes that came with it."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from temis.organizations.models import Province
from temis.simulation.chance import apportion
from temis.simulation.figures import figure, read
from temis.simulation.plan import Plan

SMALLEST_SCHOOL, SMALLEST_PROVINCE = 6, 16


@dataclass(slots=True)
class Body:
    """`people`: how many work there; `weights`: teachers by level, in proportion; `commune`: where a school lies."""

    id: int
    code: str
    name: str
    kind: str
    parent: "Body | None"
    province: str | None = None
    people: int = 0
    weights: dict[str, float] = field(default_factory=dict)
    disadvantaged: bool = False
    commune: str = ""

    @property
    def path(self) -> str:
        return f"{self.parent.path}.{self.id}" if self.parent else str(self.id)


@dataclass(slots=True)
class Country:
    """`locals_`: Phòng → the communes that take over, in order; `communes` and `provinces`: code → body."""

    bodies: list[Body] = field(default_factory=list)
    locals_: dict[int, list[str]] = field(default_factory=dict)
    communes: dict[str, Body] = field(default_factory=dict)
    provinces: dict[str, Body] = field(default_factory=dict)

    def add(self, code: str, name: str, kind: str, parent: Body | None, province: str | None = None) -> Body:
        body = Body(len(self.bodies) + 1, code, name, kind, parent, province)
        self.bodies.append(body)
        return body

    def of_kind(self, *kinds: str) -> list[Body]:
        return [body for body in self.bodies if body.kind in kinds]


def make_country(plan: Plan) -> Country:
    """The same country for the same plan; exactly `plan.people` people have a place in it."""
    country = Country()
    ministry = country.add("BGDDT", read("texts")["names"]["ministry"], "MOET", None)
    national = _universities(country, ministry, plan)
    provinces = read("country")["provinces"]
    weights = [_weight(entry) for entry in provinces.values()]
    people = apportion(plan.people - national, weights, SMALLEST_PROVINCE)
    known = dict(Province.objects.values_list("code", "name"))
    for code, number in zip(provinces, people, strict=True):
        _province(country, ministry, code, known[code], number, plan)
    if plan.reformed:
        _communes(country)
    return country


def _weight(entry: dict[str, Any]) -> float:
    per_1000: float = read("country")["regions"][entry["region"]]["people_per_1000"]
    return float(entry["population"]) * per_1000


def _universities(country: Country, ministry: Body, plan: Plan) -> int:
    """The ministry and the universities; returns how many people they have."""
    entries = read("texts")["universities"]
    people = max(len(entries) + 4, round(plan.people * figure("people", "offices")["national"]))
    ministry.people = max(4, people // 6)
    numbers = apportion(people - ministry.people, [1.0] * len(entries), 1)
    for (code, name), number in zip(entries, numbers, strict=True):
        country.add(code, name, "UNIVERSITY", ministry).people = number
    return people


def _province(country: Country, ministry: Body, code: str, name: str, people: int, plan: Plan) -> None:
    from temis.simulation.schools import make_schools

    names, offices = read("texts")["names"], figure("people", "offices")
    office = country.add(
        code, names["province_names"].get(code, names["province"].format(name)), "DOET", ministry, code
    )
    office.people = max(3, round(people * offices["province"]))
    country.provinces[code] = office
    known = read("places")["districts"][code]
    wanted = max(1, min(len(known), round(len(known) * plan.people / 1_000_000)))
    locals_ = [_local(country, office, district) for district in known[:wanted]]
    random = Random(f"{plan.seed} {code}")
    make_schools(country, people - office.people, dict(zip(locals_, known, strict=False)), random)


def _local(country: Country, office: Body, district: dict[str, Any]) -> int:
    name = read("texts")["names"]["local"].format(district["name"])
    body = country.add(f"{office.code}{district['code']}", name, "BOET", office, office.province)
    country.locals_[body.id] = []
    return body.id


def _communes(country: Country) -> None:
    """The committees of those communes in which there is a school that the Phòng looked after."""
    names = read("texts")["names"]["commune"]
    known = read("places")["communes"]
    for code in sorted({code for codes in country.locals_.values() for code in codes}):
        name, province = known[code]
        parent = country.provinces[province]
        country.communes[code] = country.add(f"X{code}", names.format(name), "COMMUNE", parent, province)
