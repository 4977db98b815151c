"""The posts of every body: position, level, subject, group, and how many people hold such a post."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from temis.simulation.chance import apportion
from temis.simulation.country import Body
from temis.simulation.figures import figure, read

LEVELS = ("TH", "THCS", "THPT")
OFFICES = {
    "MOET": "MINISTRY_OFFICER",
    "UNIVERSITY": "LECTURER",
    "DOET": "PROVINCE_OFFICER",
    "BOET": "LOCAL_OFFICER",
}
SMALLEST_GROUP = 3


@dataclass(frozen=True, slots=True)
class Posts:
    """`size` people of one body who do the same."""

    position: str
    size: int
    level: str = ""
    subject: str = ""
    group: str = ""


def posts_of(body: Body) -> Iterator[Posts]:
    """All posts of a body, its head's first; together `body.people`."""
    if body.kind != "SCHOOL":
        yield Posts(OFFICES[body.kind], body.people)
        return
    highest = [level for level in LEVELS if level in body.weights][-1]
    deputies = 2 if body.people >= figure("people", "second_deputy_from") else 1
    staff = next(count for below, count in figure("people", "staff") if body.people < below)
    yield Posts("PRINCIPAL", 1, highest)
    yield Posts("DEPUTY", deputies, highest)
    yield Posts("STAFF", staff)
    yield from _teachers(body, body.people - 1 - deputies - staff)


def _teachers(body: Body, number: int) -> Iterator[Posts]:
    levels = list(body.weights)
    sizes = dict(zip(levels, apportion(number, list(body.weights.values()), 1), strict=True))
    secondary = sum(size for level, size in sizes.items() if level != "TH")
    found: list[Posts] = []
    for level, size in sizes.items():
        found += _primary(size) if level == "TH" else _secondary(level, size, secondary)
    # Those of one group together, so that its first member is the first of its first post.
    yield from sorted(found, key=lambda posts: posts.group)


def _primary(size: int) -> list[Posts]:
    plan = read("posts")["primary"]
    if size < 2 * SMALLEST_GROUP:
        return [Posts("TEACHER", size, "TH", plan["class_teacher"], read("posts")["alone"])]
    wanted = [(subject, round(size / per)) for subject, per in plan["specialists"]]
    specialists = [(subject, count) for subject, count in wanted if count]
    of_classes = size - sum(count for _, count in specialists)
    groups = next(groups for below, groups in plan["class_groups"] if of_classes < below)
    # A group of two grades is twice as large as a group of one: "Tổ 2-3" names them.
    grades = [name.count("-") + 1.0 for name in groups]
    found = [
        Posts("TEACHER", count, "TH", plan["class_teacher"], group)
        for group, count in zip(groups, apportion(of_classes, grades), strict=True)
    ]
    return found + [Posts("TEACHER", n, "TH", subject, plan["specialist_group"]) for subject, n in specialists]


def _secondary(level: str, size: int, whole: int) -> list[Posts]:
    plan: dict[str, Any] = read("posts")["secondary"]
    weights = plan["weights"][level]
    groups = plan["small_groups"] if whole < plan["small_school_below"] else plan["groups"]
    group_of = {subject: group for group, subjects in groups.items() for subject in subjects}
    if whole < 2 * SMALLEST_GROUP:
        group_of = dict.fromkeys(group_of, read("posts")["alone"])
    counts = apportion(size, list(weights.values()))
    return [
        Posts("TEACHER", count, level, subject, group_of[subject])
        for subject, count in zip(weights, counts, strict=True)
        if count
    ]
