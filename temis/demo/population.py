"""The people of the demo province: as many of each kind as the report counts, in believable schools."""

from collections import defaultdict
from dataclasses import dataclass
from random import Random

from temis.demo.atoms import Atom, solve
from temis.demo.matching import match_posts
from temis.demo.people import Maker, Person, Position
from temis.demo.results import appoint_core_teachers, appraise_managers, appraise_teachers
from temis.demo.schools import School, bodies, make_schools
from temis.demo.staffing import Roster
from temis.demo.targets import OUTCOMES, Level, Outcome, Targets, load_targets

SEED = 2020
NATIONAL_PREFIX = "99"


@dataclass(slots=True)
class Population:
    """Everything the demo imports. `heads` maps a body to the code of the person who leads it."""

    seed: int
    schools: list[School]
    people: list[Person]
    heads: dict[str, str]

    def at(self, organization: str, position: Position | None = None) -> list[Person]:
        """People of a body in the order of their codes: its head first."""
        return [
            person
            for person in self.people
            if person.organization == organization and position in (None, person.position)
        ]


def make_population(seed: int = SEED, *, neighbour: bool = True, targets: Targets | None = None) -> Population:
    """The same population for the same seed.

    `neighbour` adds a small school of Bạc Liêu and its departments; the people of the province are the same
    with it and without.
    """
    targets = targets or load_targets()
    population = Population(seed, [], [], {})
    _join(population, *_make_country(seed))
    _join(population, *_make_province(targets, seed))
    if neighbour:
        _join(population, *_make_neighbour(seed))
    return population


def _join(population: Population, schools: list[School], roster: Roster) -> None:
    """Decide the results within one province, then add it to the whole."""
    random = roster.maker.random
    _appoint_leaders(roster)
    appraise_teachers(roster.people, roster.outcomes, roster.heads, random)
    appraise_managers(roster.people, schools, roster.heads, random)
    appoint_core_teachers(roster.people, schools, random)
    population.schools += schools
    population.people += roster.people
    population.heads |= roster.heads


def _make_country(seed: int) -> tuple[list[School], Roster]:
    roster = Roster(Maker(Random(f"{seed} country"), NATIONAL_PREFIX))
    ministry = bodies()["ministry"]
    roster.add_body(ministry["code"], "MINISTRY_OFFICER", ministry["officers"])
    for university in bodies()["universities"]:
        roster.add_body(university["code"], "LECTURER", university["lecturers"])
    return [], roster


def _make_province(targets: Targets, seed: int) -> tuple[list[School], Roster]:
    random = Random(f"{seed} province")
    schools = make_schools(targets, random)
    places = match_posts(schools, solve(targets), random)
    roster = Roster(Maker(random, targets.province))
    plan = bodies()["province"]
    roster.add_body(plan["code"], "PROVINCE_OFFICER", plan["officers"])
    for code in sorted({school.code[:5] for school in schools}):
        roster.add_body(code, "LOCAL_OFFICER", plan["local_officers"])
    for school in schools:
        roster.add_school(school, places[school.code])
    return schools, roster


def _make_neighbour(seed: int) -> tuple[list[School], Roster]:
    """A small school of another province: data that must never show up in this one."""
    plan = bodies()["neighbour"]
    random = Random(f"{seed} neighbour")
    roster = Roster(Maker(random, plan["code"]))
    roster.add_body(plan["code"], "PROVINCE_OFFICER", plan["officers"])
    local, school = plan["local"], plan["school"]
    roster.add_body(local["code"], "LOCAL_OFFICER", local["officers"])
    sizes: dict[Level, int] = {"TH": school["teachers"]}
    small = School(school["code"], school["name"], local["code"], plan["code"], ("TH",), sizes=sizes)
    atoms: dict[Atom, int] = defaultdict(int)
    for index in range(school["teachers"]):
        # Every outcome occurs, the frequent ones last: K and T fill up.
        outcome: Outcome = OUTCOMES[index] if index < len(OUTCOMES) else OUTCOMES[3 + index % 2]
        atoms[Atom("TH", False, index % 3 != 0, index % 5 == 0, outcome)] += 1
    roster.add_school(small, match_posts([small], atoms, random)[small.code])
    return [small], roster


def _appoint_leaders(roster: Roster) -> None:
    """One leader per subject group of two or more: someone with a good result and years behind him."""

    def merit(member: Person) -> tuple[int, int]:
        return OUTCOMES.index(roster.outcomes[member.code]), -member.start.year

    groups: dict[tuple[str, str], list[Person]] = defaultdict(list)
    for person in roster.people:
        if person.position == "TEACHER":
            groups[person.organization, person.group].append(person)
    for members in groups.values():
        if len(members) > 1:
            max(members, key=merit).leader = True
