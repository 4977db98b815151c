"""People, employments and results as plain records, and how a single one is made up."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Literal

from temis.demo.names import pick_ethnic_group, pick_name
from temis.demo.profiles import Overall
from temis.demo.targets import Level

Position = Literal[
    "TEACHER",
    "PRINCIPAL",
    "DEPUTY",
    "STAFF",
    "LOCAL_OFFICER",
    "PROVINCE_OFFICER",
    "MINISTRY_OFFICER",
    "LECTURER",
]

YEAR = 2020
LAST_START = date(2019, 9, 1)
# The Labour Code of 2012 retires women at 55 and men at 60.
OLDEST = {True: 54, False: 59}
MAIL_DOMAIN = "temis.example"


@dataclass(slots=True)
class Person:
    code: str
    name: str
    birth_date: date
    female: bool
    ethnic_group: str
    email: str
    organization: str
    position: Position
    level: Level | None
    subject: str
    group: str
    start: date
    leader: bool = False
    core: bool = False
    result: "Result | None" = None

    @property
    def minority(self) -> bool:
        return self.ethnic_group != "Kinh"


@dataclass(slots=True)
class Result:
    """A completed appraisal. `levels` is empty for old paper results that give the overall level alone."""

    overall: Overall
    decided_on: date
    decided_by: str
    levels: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Maker:
    """Makes people one after the other; the code is the province and a running number."""

    random: Random
    prefix: str
    last: int = 0

    def make(
        self,
        organization: str,
        position: Position,
        *,
        level: Level | None = None,
        subject: str = "",
        group: str = "",
        female: bool | None = None,
        minority: bool = False,
        youngest: int = 25,
        reachable: bool = True,
    ) -> Person:
        random = self.random
        is_female = random.random() < 0.5 if female is None else female
        ethnic_group = pick_ethnic_group(minority, random)
        self.last += 1
        code = f"{self.prefix}{self.last:06d}"
        # Some teachers and staff have no address: they get their first code on paper.
        on_paper = random.random() < 0.08 and not reachable
        born = _birth_date(is_female, youngest, random)
        return Person(
            code=code,
            name=pick_name(ethnic_group, is_female, random),
            birth_date=born,
            female=is_female,
            ethnic_group=ethnic_group,
            email="" if on_paper else f"{code}@{MAIL_DOMAIN}",
            organization=organization,
            position=position,
            level=level,
            subject=subject,
            group=group,
            start=_start(born, random),
        )


def _birth_date(female: bool, youngest: int, random: Random) -> date:
    """An age, at the end of 2020, from `youngest` to the last before retirement, most often around 40."""
    age = round(random.triangular(youngest, OLDEST[female], max(39, youngest)))
    return date(YEAR - age, 1, 1) + timedelta(days=random.randrange(365))


def _start(born: date, random: Random) -> date:
    """The first of August or September of some year between the end of the studies and 2019."""
    first_year = born.year + 23
    year = max(first_year, LAST_START.year - int(random.expovariate(1 / 9)))
    return date(min(year, LAST_START.year), random.choice((8, 9)), 1)
