"""The teaching posts of a school: level, subject and subject group (tổ chuyên môn)."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from temis.demo.apportion import apportion
from temis.demo.schools import School
from temis.demo.targets import DATA, Level

SMALLEST_GROUP = 3


@dataclass(frozen=True, slots=True)
class Post:
    level: Level
    subject: str
    group: str


@cache
def terms() -> dict[str, Any]:
    """Names of positions, levels, subjects and groups."""
    read: dict[str, Any] = json.loads((DATA / "posts.json").read_text(encoding="utf-8"))
    return read


def make_posts(school: School) -> list[Post]:
    posts: list[Post] = []
    for level, size in school.sizes.items():
        if level == "TH":
            posts += _primary_posts(size)
        else:
            posts += _secondary_posts(school, level, size)
    return posts


def _primary_posts(size: int) -> Iterator[Post]:
    plan = terms()["primary"]
    specialists = [
        (specialist["subject"], max(1, round(size / specialist["one_per"])))
        for specialist in plan["specialists"]
        if size >= specialist["one_per"] / 2 or specialist["one_per"] <= 18
    ]
    # In the smallest schools the class teachers give music and drawing; the group still has three people.
    if len(specialists) < SMALLEST_GROUP:
        specialists.append((plan["specialists"][2]["subject"], 1))
    yield from _class_teachers(size - sum(number for _, number in specialists), plan)
    for subject, number in specialists:
        yield from [Post("TH", subject, plan["specialist_group"])] * number


def _class_teachers(number: int, plan: dict[str, Any]) -> Iterator[Post]:
    groups = next(step["groups"] for step in plan["class_groups"] if number < step["below"])
    # A group of two grades is twice as large as a group of one: "Tổ 2-3" names them.
    grades = [name.count("-") + 1 for name in groups]
    sizes = apportion(number, grades, floors=[SMALLEST_GROUP] * len(groups))
    for group, size in zip(groups, sizes, strict=True):
        yield from [Post("TH", plan["class_teacher"], group)] * size


def _secondary_posts(school: School, level: Level, size: int) -> Iterator[Post]:
    plan = terms()["secondary"]
    weights = plan["weights"][level]
    whole = sum(number for other, number in school.sizes.items() if other != "TH")
    groups = plan["small_groups"] if whole < plan["small_school_below"] else plan["groups"]
    group_of = {subject: group for group, subjects in groups.items() for subject in subjects}
    if school.is_cast:
        group_of |= _alone(plan["group_of_one"], group_of)
    for subject, number in zip(weights, apportion(size, list(weights.values())), strict=True):
        yield from [Post(level, subject, group_of[subject])] * number


def _alone(rule: dict[str, str], group_of: dict[str, str]) -> dict[str, str]:
    """The one group of one person: no colleague can give an opinion there."""
    rest = {subject: rule["rest"] for subject, group in group_of.items() if group == rule["rest_of"]}
    return rest | {rule["subject"]: rule["group"]}
