"""How many teachers there are of each kind, so that every published number comes out.

A published row counts an overlapping group (all, women, minority, minority women, disadvantaged schools).
The rows that were not published are chosen in proportion, inside the bounds that the rows already fixed leave
open. From complete rows follow the atoms: the counts of people alike in everything the report asks about.
"""

from dataclasses import dataclass

from temis.demo.apportion import apportion
from temis.demo.targets import GROUPS, LEVELS, OUTCOMES, RESULTS, Group, Level, Outcome, Targets

Row = tuple[int, ...]  # counts of CD, D, K, T
Rows = dict[tuple[Level, Group], Row]


@dataclass(frozen=True, slots=True, order=True)
class Atom:
    level: Level
    disadvantaged: bool
    female: bool
    minority: bool
    outcome: Outcome


def solve(targets: Targets) -> dict[Atom, int]:
    """Counts per atom. Raises ValueError where the targets contradict each other."""
    rows = complete_rows(targets)
    atoms: dict[Atom, int] = {}
    for level in LEVELS:
        for index, outcome in enumerate(OUTCOMES):
            counts = {group: _count(targets, rows, level, group, index) for group in GROUPS}
            atoms.update(_atoms_of(level, outcome, counts))
    return {atom: count for atom, count in atoms.items() if count}


def complete_rows(targets: Targets) -> Rows:
    """The rows of A.1.2 per level: the published ones as they are, the others chosen to fit."""
    rows: Rows = {}
    for group in GROUPS:
        _complete_group(targets, group, rows)
    return rows


def _complete_group(targets: Targets, group: Group, rows: Rows) -> None:
    whole = targets.rows["ALL", group].results
    if whole is None:
        raise ValueError(f"the row of all levels is not known for {group}")
    left = list(whole)
    unknown: list[Level] = []
    for level in LEVELS:
        known = targets.rows[level, group].results
        if known is None:
            unknown.append(level)
            continue
        rows[level, group] = known
        left = [a - b for a, b in zip(left, known, strict=True)]
    while unknown:
        level = unknown.pop(0)
        chosen = _choose(targets, level, group, left, unknown, rows)
        rows[level, group] = chosen
        left = [a - b for a, b in zip(left, chosen, strict=True)]
    if any(left):
        raise ValueError(f"the levels do not add up to the total of {group}: {left} left over")


def _choose(targets: Targets, level: Level, group: Group, left: list[int], later: list[Level], rows: Rows) -> Row:
    """A row for one level that leaves the later levels a possible one."""
    least, most = _bounds(level, group, rows)
    later_bounds = [_bounds(other, group, rows) for other in later]
    floors = [max(least[i], left[i] - sum(b[1][i] for b in later_bounds)) for i in range(len(RESULTS))]
    caps = [min(most[i], left[i] - sum(b[0][i] for b in later_bounds)) for i in range(len(RESULTS))]
    return tuple(apportion(targets.rows[level, group].completed, left, floors, caps))


def _bounds(level: Level, group: Group, rows: Rows) -> tuple[Row, Row]:
    """Least and most a group may count, given the groups that contain it (they are chosen first)."""
    nothing = (0,) * len(RESULTS)
    if group == "ALL":
        return nothing, (10**9,) * len(RESULTS)
    everyone = rows[level, "ALL"]
    if group != "F_EM":
        return nothing, everyone
    women, minority = rows[level, "F"], rows[level, "EM"]
    together = [f + m - n for f, m, n in zip(women, minority, everyone, strict=True)]
    return tuple(max(0, n) for n in together), tuple(map(min, women, minority))


def _count(targets: Targets, rows: Rows, level: Level, group: Group, index: int) -> int:
    if index == 0:
        target = targets.rows[level, group]
        return target.total - target.completed
    return rows[level, group][index - 1]


def _atoms_of(level: Level, outcome: Outcome, counts: dict[Group, int]) -> dict[Atom, int]:
    """Split the overlapping groups of one level and outcome into disjoint cells."""
    both = counts["F_EM"]
    cells = {
        (True, True): both,
        (True, False): counts["F"] - both,
        (False, True): counts["EM"] - both,
        (False, False): counts["ALL"] - counts["F"] - counts["EM"] + both,
    }
    sizes = list(cells.values())
    disadvantaged = apportion(counts["DA"], sizes, caps=sizes)
    atoms: dict[Atom, int] = {}
    for ((female, minority), size), inside in zip(cells.items(), disadvantaged, strict=True):
        atoms[Atom(level, True, female, minority, outcome)] = inside
        atoms[Atom(level, False, female, minority, outcome)] = size - inside
    return atoms
