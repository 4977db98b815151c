"""Timing and the table that is printed."""

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Figure:
    """One measurement: seconds (median of `runs`), and what it is compared with."""

    name: str
    seconds: float
    baseline: str
    baseline_seconds: float
    note: str = ""

    @property
    def ratio(self) -> float:
        return self.seconds / self.baseline_seconds if self.baseline_seconds else float("inf")


def seconds(work: Callable[[], object], runs: int = 7) -> float:
    """Median wall-clock time of `work`, after one run to warm up."""
    work()
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return median(times)


def once(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def peak_mb() -> int:
    """The most memory that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def table(figures: list[Figure]) -> str:
    """Markdown, so that it can stand in docs/ as it is."""
    lines = [
        "| what | time | baseline | time of the baseline | ratio | note |",
        "|---|---:|---|---:|---:|---|",
    ]
    lines += [
        f"| {f.name} | {_spoken(f.seconds)} | {f.baseline} | {_spoken(f.baseline_seconds)} | {f.ratio:.1f} | {f.note} |"
        for f in figures
    ]
    return "\n".join(lines)


def _spoken(value: float) -> str:
    return f"{value * 1000:.1f} ms" if value < 1 else f"{value:.2f} s"
