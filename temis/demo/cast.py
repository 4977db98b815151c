"""The people who sign in at the demo: one per role, around one mid-sized school."""

import json
from dataclasses import dataclass

from temis.demo.people import Person
from temis.demo.population import Population, make_population
from temis.demo.schools import School, bodies
from temis.demo.targets import DATA


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """`key` names the part, `role` the role to grant (temis.access.roles); label and note are printed."""

    role_label_vi: str
    person_code: str
    note: str
    key: str
    role: str


def demo_cast(population: Population | None = None) -> list[DemoLogin]:
    """One login per part, in the order in which the demo prints them."""
    parts = _parts(population or make_population())
    entries = json.loads((DATA / "cast.json").read_text(encoding="utf-8"))["logins"]
    return [
        DemoLogin(entry["label"], parts[entry["key"]].code, entry["note"], entry["key"], entry["role"])
        for entry in entries
        if entry["key"] in parts
    ]


def _parts(population: Population) -> dict[str, Person]:
    school = next(school for school in population.schools if school.is_cast)
    return _school_parts(population, school) | _office_parts(population, school)


def _school_parts(population: Population, school: School) -> dict[str, Person]:
    teachers = population.at(school.code, "TEACHER")
    group = teachers[0].group  # the first subject is Ngữ văn
    sizes = {teacher.group: sum(t.group == teacher.group for t in teachers) for teacher in teachers}
    members = [teacher for teacher in teachers if teacher.group == group]
    plain = [teacher for teacher in members if not teacher.leader and not teacher.core]
    good = [teacher for teacher in plain if teacher.result and teacher.result.overall == "K"]
    core = [teacher for teacher in teachers if teacher.core and not teacher.leader and sizes[teacher.group] > 1]
    parts = {
        "teacher": (good or plain)[0],
        "group_leader": next(t for t in members if t.leader),
        "lone_teacher": next(t for t in teachers if sizes[t.group] == 1),
        "staff": population.at(school.code, "STAFF")[0],
        "deputy": population.at(school.code, "DEPUTY")[0],
        "principal": population.at(school.code, "PRINCIPAL")[0],
    }
    # With some seeds nobody of the school may be a core teacher: then that part is left out.
    return parts | ({"core_teacher": core[0]} if core else {})


def _office_parts(population: Population, school: School) -> dict[str, Person]:
    local = population.at(school.parent)
    province = population.at(school.province)
    ministry = population.at(bodies()["ministry"]["code"])
    parts = {
        "local_head": local[0],
        "local_officer": local[1],
        "province_head": province[0],
        "province_officer": province[2],
        "ministry_head": ministry[0],
        "ministry_officer": ministry[1],
        "administrator": ministry[2],
        "lecturer": next(person for person in population.people if person.position == "LECTURER"),
    }
    neighbours = population.at(bodies()["neighbour"]["code"])
    return parts | ({"neighbour_officer": neighbours[1]} if neighbours else {})
