"""The simulated country in several sizes: how time, memory and disk grow with the number of people.

Each size is measured in processes of its own, on a data folder of its own that is kept for the next time.
"""

import json
import math
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import quantiles
from typing import Any

from benchmarks.measuring import Figure, table

SIZES = (10_000, 100_000, 1_000_000)
FOLDER = Path("build/bench-country")
ROUNDS = 3
FACTOR = 2  # what a page may take of the largest country, in times of the smallest
SAME = 1.25  # of a page that shows as much, in times of its HTML

Measured = dict[str, Any]


def measure(sizes: Sequence[int]) -> list[Measured]:
    """What `benchmarks.size` finds for each country. The sizes take turns, a few runs of each page at a time: a machine
    that is slow for some minutes is so for all of them, and what one takes in times of another stays true."""
    try:
        rounds = [
            [_round(size, *(["--whole"] if number == ROUNDS else [])) for size in sizes]
            for number in range(1, ROUNDS + 1)
        ]
        _ask_again(sizes, rounds)
    finally:
        for size in sizes:
            command = [sys.executable, "-m", "temis", "db", "stop"]
            subprocess.run(command, env=_environment(size), stdout=sys.stderr, check=False)
    return [_together(of_size) for of_size in zip(*rounds, strict=True)]


def _ask_again(sizes: Sequence[int], rounds: list[list[Measured]]) -> None:
    """Those of hundreds of pages that seem to grow are measured again, and stand by all their runs: some meet a bad
    moment of the machine."""
    doubtful = _over([_together(of_size) for of_size in zip(*rounds, strict=True)])
    for _number in range(ROUNDS if doubtful else 0):
        for size, last in zip(sizes, rounds[-1], strict=True):
            for name, page in _round(size, "--only", *doubtful)["pages"].items():
                if name in last["pages"]:
                    last["pages"][name]["times"] += page["times"]


def _over(found: Sequence[Measured]) -> list[str]:
    """Pages of both the smallest and the largest country whose median grows by more than `FACTOR`, the worst first."""
    small, large = found[0]["pages"], found[-1]["pages"]
    grow = {name: page["median"] / small[name]["median"] for name, page in large.items() if name in small}
    return sorted((name for name in grow if grow[name] > FACTOR), key=lambda name: -grow[name])


def _environment(size: int) -> dict[str, str]:
    data = (FOLDER / str(size)).resolve()
    data.mkdir(parents=True, exist_ok=True)
    return {key: value for key, value in os.environ.items() if key != "TEMIS_DATABASE_URL"} | {
        "TEMIS_DATA_DIR": str(data)
    }


def _round(size: int, *options: str) -> Measured:
    command = [sys.executable, "-m", "benchmarks.size", str(size), *options]
    done = subprocess.run(command, env=_environment(size), stdout=subprocess.PIPE, text=True, check=True)
    found: Measured = json.loads(done.stdout.splitlines()[-1])
    return found


def _together(rounds: Sequence[Measured]) -> Measured:
    """The last round, with the times of all of them."""
    last = rounds[-1]
    pages = {
        name: page | _spread([each["pages"][name]["times"] for each in rounds if name in each["pages"]])
        for name, page in last["pages"].items()
    }
    searches = {text: _spread([each["searches"][text] for each in rounds]) for text in last["searches"]}
    baseline = _spread([each["baseline"] for each in rounds])
    return last | {"pages": pages, "searches": searches, "baseline": baseline}


def _spread(rounds: Sequence[Sequence[float]]) -> dict[str, float]:
    """Median and 95th percentile in seconds."""
    cuts = quantiles([seconds for times in rounds for seconds in times], n=20, method="inclusive")
    return {"median": cuts[9], "p95": cuts[18]}


def tables(found: Sequence[Measured]) -> str:
    """Markdown: filling, searches, pages; a column for each size, and the growth from the first to the last."""
    return "\n\n".join(
        [
            "### Filling\n\n" + _table(found, "", _filling(found)),
            "### Memory of a web process\n\n" + _table(found, "MB", _memory(found)),
            "### A name over the whole country\n\n" + _table(found, "median / p95, ms", _spreads(found, "searches")),
            "### A decision, until every body above shows it\n\n" + _table(found, "s", [_freshness(found)]),
            "### Reports\n\n" + _reports(found),
            "### Pages\n\nThe ten slowest of the largest country, then the middle of all.\n\n"
            + _table(found, "median / p95, ms", [*_slowest(found), _middle(found)]),
            "### Pages that grow by more than asked\n\n" + _growing(found),
        ]
    )


Line = tuple[str, list[str], float | None]


def _table(found: Sequence[Measured], unit: str, lines: list[Line]) -> str:
    sizes = " | ".join(f"{each['people']:,}" for each in found)
    head = [f"| {unit} | {sizes} | growth |", "|---|" + "---:|" * (len(found) + 1)]
    return "\n".join(head + [f"| {name} | {' | '.join(cells)} | {_ratio(growth)} |" for name, cells, growth in lines])


def _ratio(growth: float | None) -> str:
    return "–" if growth is None else f"{growth:.1f}"


def _line(name: str, values: Sequence[float | None], form: str) -> Line:
    first, last = values[0], values[-1]
    cells = ["–" if value is None else form.format(value) for value in values]
    return name, cells, last / first if first and last else None


def _filling(found: Sequence[Measured]) -> list[Line]:
    return [
        _line("`temis simulate`, s", [each["fill"].get("seconds") for each in found], "{:.0f}"),
        _line("its memory, MB", [each["fill"].get("peak_mb") for each in found], "{:.0f}"),
        _line("database, MB", [each["database_mb"] for each in found], "{:,.0f}"),
    ]


def _memory(found: Sequence[Measured]) -> list[Line]:
    """The most that was held after the first page (the baseline), and after every page of every role."""
    return [
        _line(f"after {when}", [each["memory_mb"][when] for each in found], "{:.0f}")
        for when in ("one page", "all pages")
    ]


def _spreads(found: Sequence[Measured], key: str) -> list[Line]:
    """The baseline, then each name; a code differs from size to size and is called so."""
    rows = [("baseline: `/health/`", [each["baseline"] for each in found])]
    names = list(found[-1][key])
    for place, name in enumerate(names):
        spoken = "a code" if place == len(names) - 1 else f"“{name}”"
        rows.append((spoken, [list(each[key].values())[place] for each in found]))
    return [_spread_line(name, values) for name, values in rows]


def _spread_line(name: str, values: Sequence[Measured | None]) -> Line:
    cells = [f"{1000 * v['median']:.0f} / {1000 * v['p95']:.0f}" if v else "–" for v in values]
    first, last = values[0], values[-1]
    return name, cells, last["p95"] / first["p95"] if first and last else None


def _freshness(found: Sequence[Measured]) -> Line:
    values = [each["freshness"]["seconds"] for each in found]
    return f"shown in {found[-1]['freshness']['bodies']} bodies", [f"{v:.2f}" for v in values], values[-1] / values[0]


# The last figures of `benchmarks.report`, by what they are in every size.
COUNTRY = ("full count", "counts of all reports", "all reports, all formats but PDF")


def _reports(found: Sequence[Measured]) -> str:
    """How they grow; then those of the largest country, as they are printed for a province."""
    figures = [[Figure(**figure) for figure in each["reports"]] for each in found]
    lines = [
        _line(name, [of_size[-len(COUNTRY) + place].seconds for of_size in figures], "{:.2f}")
        for place, name in enumerate(COUNTRY)
    ]
    return _table(found, "s", lines) + "\n\n" + table(figures[-1])


def _slowest(found: Sequence[Measured], number: int = 10) -> list[Line]:
    largest = found[-1]["pages"]
    names = sorted(largest, key=lambda name: -largest[name]["p95"])[:number]
    return [
        _spread_line(f"{name}, {largest[name]['queries']} q.", [f["pages"].get(name) for f in found]) for name in names
    ]


def _growing(found: Sequence[Measured]) -> str:
    """Those whose median grows by more than `FACTOR`, apart for pages that show as much and those that show more: a
    list that a small country does not fill is full in a large one."""
    small, large = found[0]["pages"], found[-1]["pages"]
    both = [name for name in large if name in small]
    grow = {name: large[name]["median"] / small[name]["median"] for name in both}
    shows = {name: large[name]["kb"] / small[name]["kb"] for name in both}
    over = _over(found)
    same = [name for name in over if shows[name] < SAME]
    more = [name for name in over if shows[name] >= SAME]
    beyond = sum(grow[name] > shows[name] for name in more)
    parts = [
        f"Of {len(both)} pages that both the smallest and the largest country have, {len(same)} take more than {FACTOR}"
        f" times as long and show as much (HTML less than {100 * (SAME - 1):.0f}% longer). {len(more)} take more than"
        f" {FACTOR} times as long and show more, because their list is not full in the smallest country; {beyond} of"
        f" them grow by more than what they show. What seemed to grow was measured again, {ROUNDS} times in turns, and"
        " stands by all its runs."
    ]
    for names in (same, more):
        lines = [
            (f"{name}, {small[name]['kb']:.0f} → {large[name]['kb']:.0f} kB", _medians(name, found), grow[name])
            for name in names
        ]
        parts += [_table(found, "median, ms", lines)] if lines else []
    return "\n\n".join(parts)


def _medians(name: str, found: Sequence[Measured]) -> list[str]:
    pages = [each["pages"].get(name) for each in found]
    return [f"{1000 * page['median']:.0f}" if page else "–" for page in pages]


def _middle(found: Sequence[Measured]) -> Line:
    def middle(pages: dict[str, Measured], key: str) -> float:
        values = sorted(page[key] for page in pages.values())
        return float(values[len(values) // 2])

    values = [{key: middle(each["pages"], key) for key in ("median", "p95")} for each in found]
    return _spread_line(f"the middle of {len(found[-1]['pages'])} pages", values)


def plot(found: Sequence[Measured], path: Path) -> None:
    """Growth with the number of people, both axes logarithmic; a straight line of slope 1 stands for "as the size"."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "temis"  # the same figures give the same file
    from matplotlib import pyplot

    sizes = [each["people"] for each in found]
    figure, axes = pyplot.subplots(figsize=(7, 4.5))
    for label, values in _series(found).items():
        axes.plot(sizes, values, marker="o", label=label)
    axes.plot(sizes, [found[0]["baseline"]["p95"] * 1000 * n / sizes[0] for n in sizes], "k:", label="as the size")
    axes.set(xscale="log", yscale="log", xlabel="people", ylabel="ms, or MB")
    axes.legend(fontsize="small", loc="upper left", bbox_to_anchor=(1.02, 1))
    axes.grid(visible=True, alpha=0.3)
    figure.savefig(path, metadata={"Date": None}, bbox_inches="tight")
    pyplot.close(figure)


def _series(found: Sequence[Measured]) -> dict[str, list[float]]:
    def of(pick: Any) -> list[float]:
        return [pick(each) if pick(each) else math.nan for each in found]

    return {
        "slowest page, p95 (ms)": of(lambda f: 1000 * max(page["p95"] for page in f["pages"].values())),
        "middle page, p95 (ms)": of(
            lambda f: 1000 * sorted(p["p95"] for p in f["pages"].values())[len(f["pages"]) // 2]
        ),
        "slowest search, p95 (ms)": of(lambda f: 1000 * max(s["p95"] for s in f["searches"].values())),
        "health page, p95 (ms)": of(lambda f: 1000 * f["baseline"]["p95"]),
        "all reports in files (ms)": of(lambda f: 1000 * f["reports"][-1]["seconds"]),
        "memory of a web process (MB)": of(lambda f: f["memory_mb"]["all pages"]),
        "memory of simulate (MB)": of(lambda f: f["fill"].get("peak_mb")),
        "database (MB)": of(lambda f: f["database_mb"]),
    }
