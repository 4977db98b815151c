"""Full names as they are borne in the Mekong delta, by gender and ethnic group."""

import json
from functools import cache
from random import Random
from typing import Any

from temis.demo.targets import DATA

MAJORITY = "Kinh"


@cache
def _lists() -> dict[str, Any]:
    lists: dict[str, Any] = json.loads((DATA / "names.json").read_text(encoding="utf-8"))
    return lists


def pick_ethnic_group(minority: bool, random: Random) -> str:
    if not minority:
        return MAJORITY
    shares = _lists()["minority_shares"]
    return random.choices(list(shares), list(shares.values()))[0]


def pick_name(ethnic_group: str, female: bool, random: Random) -> str:
    lists = _lists()[ethnic_group]
    surname = random.choices(list(lists["surnames"]), list(lists["surnames"].values()))[0]
    own = lists["F" if female else "M"]
    middle, given = random.choice(own["middle"]), random.choice(own["given"])
    # "Ngọc Ngọc" is nobody's name
    while middle.split(" ")[-1] == given:
        given = random.choice(own["given"])
    return " ".join(part for part in (surname, middle, given) if part)
