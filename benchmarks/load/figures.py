"""What locust has measured, as rows of a table."""

import csv
from dataclasses import dataclass
from pathlib import Path

# Not of people who are inside: logins cost what the hash of a password costs, the line is told apart.
OUTSIDE = {"login page", "log in", "minutes told", "no-op page"}


@dataclass(frozen=True)
class Row:
    name: str
    count: int
    failures: int
    per_second: float
    median: float
    p95: float
    p99: float


def rows(prefix: Path) -> list[Row]:
    with Path(f"{prefix}_stats.csv").open() as file:
        return [
            Row(
                one["Name"],
                int(one["Request Count"]),
                int(one["Failure Count"]),
                float(one["Requests/s"]),
                _number(one["50%"]),
                _number(one["95%"]),
                _number(one["99%"]),
            )
            for one in csv.DictReader(file)
            if one["Name"] != "Aggregated"
        ]


def requests_since(prefix: Path, moment: float) -> int:
    """How many were answered after a moment, to the second."""
    with Path(f"{prefix}_stats_history.csv").open() as file:
        counts = [
            (int(one["Timestamp"]), int(one["Total Request Count"]))
            for one in csv.DictReader(file)
            if one["Name"] == "Aggregated"
        ]
    before = [count for at, count in counts if at <= moment]
    return counts[-1][1] - before[-1] if counts and before else 0


def inside(found: list[Row]) -> Row:
    """All pages and saves of people who are logged in; percentiles weighted by how often each was asked for."""
    known = [one for one in found if one.name not in OUTSIDE and one.count]
    count = sum(one.count for one in known) or 1

    def mean(name: str) -> float:
        return sum(getattr(one, name) * one.count for one in known) / count

    return Row(
        "all inside",
        count,
        sum(one.failures for one in known),
        sum(one.per_second for one in known),
        mean("median"),
        mean("p95"),
        mean("p99"),
    )


def table(found: list[Row]) -> str:
    lines = [
        "| request | number | failed | a second | median ms | p95 ms | p99 ms |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [_line(one) for one in sorted(found, key=lambda one: -one.count)]
    return "\n".join(lines)


def _line(one: Row) -> str:
    numbers = (f"{one.count}", f"{one.failures}", f"{one.per_second:.1f}")
    times = (f"{one.median:.0f}", f"{one.p95:.0f}", f"{one.p99:.0f}")
    return f"| {' | '.join((one.name, *numbers, *times))} |"


def _number(text: str) -> float:
    return float(text) if text not in ("", "N/A") else 0.0
