"""How likely each outcome is for whom, derived from the published report (`data/results.json`)."""

from dataclasses import dataclass

from temis.simulation.figures import figure, read
from temis.simulation.posts import LEVELS

Row = dict[str, int]


@dataclass(frozen=True, slots=True)
class Cell:
    """Chances of being decided on; and, decided on, of each overall level: `steps` are those of at most CĐ, Đ, K."""

    key: int
    completed: float
    steps: tuple[float, float, float]


MANAGERS = len(LEVELS) * 8  # key of the one cell of all managers


def cells() -> list[Cell]:
    """Key: 8 × level + 4 for women + 2 for minorities + 1 for disadvantaged areas."""
    rows: dict[tuple[str, str], Row] = {(row["level"], row["group"]): row for row in read("results")["rows"]}
    everyone = rows["ALL", "ALL"]
    groups = [rows["ALL", group] for group in ("F", "EM", "DA")]
    found = []
    for index, level in enumerate(LEVELS):
        results = _results_of(level, rows)
        for mask in range(8):
            among = [group for bit, group in zip((4, 2, 1), groups, strict=True) if mask & bit]
            completed = _odds(rows[level, "ALL"], "completed", "total")
            good = _odds_of(results["t"], sum(results[k] for k in ("cd", "d", "k")))
            for group in among:
                completed *= _odds(group, "completed", "total") / _odds(everyone, "completed", "total")
                good *= _good(group) / _good(everyone)
            found.append(Cell(index * 8 + mask, completed / (1 + completed), _steps(good / (1 + good), results)))
    shares = figure("appraisals", "managers")
    steps = (shares["CD"], shares["CD"] + shares["D"], shares["CD"] + shares["D"] + shares["K"])
    return [*found, Cell(MANAGERS, shares["completed"], steps)]


def _results_of(level: str, rows: dict[tuple[str, str], Row]) -> Row:
    """Counts of the level where they are printed, else what Tiểu học leaves of the total."""
    own = rows[level, "ALL"]
    if "t" in own:
        return own
    return {key: rows["ALL", "ALL"][key] - rows["TH", "ALL"][key] for key in ("cd", "d", "k", "t")}


def _steps(good: float, results: Row) -> tuple[float, float, float]:
    """What is not Tốt is shared out among the rest as in the report."""
    below = sum(results[key] for key in ("cd", "d", "k"))
    rest = 1 - good
    lowest, low = results["cd"] / below * rest, results["d"] / below * rest
    return lowest, lowest + low, rest


def _odds(row: Row, part: str, whole: str) -> float:
    return _odds_of(row[part], row[whole] - row[part])


def _good(row: Row) -> float:
    return _odds_of(row["t"], row["cd"] + row["d"] + row["k"])


def _odds_of(yes: float, no: float) -> float:
    return yes / no
