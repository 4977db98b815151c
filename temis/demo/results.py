"""Results of the school year 2019-2020, decided in the summer of 2020, and who became a core teacher."""

from datetime import date, timedelta
from random import Random

from temis.demo.people import Person, Result
from temis.demo.profiles import MANAGERS, TEACHERS, Overall, T, make_profile
from temis.demo.schools import School
from temis.demo.targets import Outcome

# The school year was prolonged to 15 July 2020; results were due 30 days later (CV 1595/BGDĐT-NGCBQLGD).
FIRST_DECISION = date(2020, 7, 6)
DAYS_OF_DECISIONS = 32
PAPER_SHARE = 0.03
MANAGERS_DONE = 0.92
CORE_ONE_PER = 20
CORE_YEARS = 5


def appraise_teachers(
    people: list[Person], outcomes: dict[str, Outcome], heads: dict[str, str], random: Random
) -> None:
    """Results decided by the principal; a few are old paper results with the overall level alone."""
    days: dict[str, date] = {}
    for person in people:
        outcome = outcomes.get(person.code, "ND")
        if outcome == "ND":
            continue
        day = days.setdefault(person.organization, _decision_day(random))
        levels = [] if random.random() < PAPER_SHARE else make_profile(outcome, TEACHERS, random)
        person.result = Result(outcome, day, heads[person.organization], levels)


def appraise_managers(people: list[Person], schools: list[School], heads: dict[str, str], random: Random) -> None:
    """Principals are decided on by the head of the managing body, deputies by their principal."""
    school_of = {school.code: school for school in schools}
    for person in people:
        if person.position not in ("PRINCIPAL", "DEPUTY"):
            continue
        school = school_of[person.organization]
        if random.random() > MANAGERS_DONE and not school.is_cast:
            continue
        overall: Overall = random.choices(("T", "K", "D"), (58, 38, 4))[0]
        decider = heads[school.parent if person.position == "PRINCIPAL" else school.code]
        levels = make_profile(overall, MANAGERS, random)
        person.result = Result(overall, _decision_day(random), decider, levels)


def appoint_core_teachers(people: list[Person], schools: list[School], random: Random) -> None:
    """About one teacher in twenty, whom TT 20/2018 Điều 12 admits; one at least in the cast's school."""
    teachers = [person for person in people if person.position == "TEACHER"]
    fit = [person for person in teachers if _may_be_core(person)]
    for person in random.sample(fit, min(len(fit), len(teachers) // CORE_ONE_PER)):
        person.core = True
    of_cast = {school.code for school in schools if school.is_cast}
    for person in [p for p in fit if p.organization in of_cast and not p.leader][:1]:
        person.core = True


def _may_be_core(person: Person) -> bool:
    """Khá or better with every criterion of Điều 5 at Tốt, and five years in the post."""
    if person.result is None or not person.result.levels or person.start.year > 2020 - CORE_YEARS:
        return False
    key_at_best = all(person.result.levels[criterion - 1] == T for criterion in TEACHERS.key)
    return person.result.overall in ("K", "T") and key_at_best


def _decision_day(random: Random) -> date:
    day = FIRST_DECISION + timedelta(days=random.randrange(DAYS_OF_DECISIONS))
    weekend = day.weekday() > 4
    return day + timedelta(days=7 - day.weekday() if weekend else 0)
