"""The published numbers that the demo province must give, to the digit."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

Level = Literal["TH", "THCS", "THPT"]
Group = Literal["ALL", "F", "EM", "F_EM", "DA"]
Outcome = Literal["ND", "CD", "D", "K", "T"]

LEVELS: tuple[Level, ...] = get_args(Level)
GROUPS: tuple[Group, ...] = get_args(Group)
# ND is "not done": the teacher has no completed appraisal. The others are overall levels.
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
RESULTS = OUTCOMES[1:]

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Target:
    """One row of A.1.1, and of A.1.2 where it is known (counts of CD, D, K, T; else None)."""

    total: int
    completed: int
    results: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Targets:
    province: str
    year: int
    rows: dict[tuple[str, Group], Target]


def load_targets(path: Path = DATA / "haugiang-2020-targets.json") -> Targets:
    raw = json.loads(path.read_text(encoding="utf-8"))
    rows = {(row["level"], row["group"]): _target(row) for row in raw["rows"]}
    return Targets(province=raw["province"]["code"], year=raw["year"], rows=rows)


def _target(row: dict[str, int]) -> Target:
    known = tuple(row[result.lower()] for result in RESULTS) if "cd" in row else None
    return Target(total=row["total"], completed=row["completed"], results=known)
