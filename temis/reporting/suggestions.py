"""Sentences with the figures of a version, offered to the officer who writes the report. Words: data/narrative.json."""

# text: data

import json
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from string import Formatter
from typing import Any

from temis.reporting.document import ReportDocument
from temis.reporting.formats import format_count, format_percent
from temis.reporting.tables import TableResult, percentage
from temis.reporting.template import DATA

COMPLETION, OVERALL, MANAGERS = "A.1.1", "A.1.2", "A.2.1"
SHARES = ("cd_pct", "d_pct", "k_pct", "t_pct")


@dataclass(frozen=True, slots=True)
class Passage:
    """A section of the narrative: its heading, and what may be written there."""

    key: str
    heading: str
    text: str


@cache
def _sections() -> list[dict[str, Any]]:
    data = json.loads((DATA / "narrative.json").read_text(encoding="utf-8"))
    return list(data["sections"])


def passages(document: ReportDocument) -> list[Passage]:
    """The sections in their order. `document` is the public one: a sentence that needs a hidden number is left out,
    so that what is suggested may be published."""
    values = _values({result.table.id: result for result in document.tables}, document)
    return [Passage(row["key"], row["heading"], _text(row["suggestion"], values)) for row in _sections()]


def _text(lines: list[str], values: dict[str, str]) -> str:
    """Lines whose values are all known."""
    known = [line for line in lines if all(name in values for _, name, _, _ in Formatter().parse(line) if name)]
    return "\n".join(line.format(**values) for line in known)


def _values(tables: dict[str, TableResult], document: ReportDocument) -> dict[str, str]:
    values = {"area": document.area, "extracted_at": f"{document.meta.extracted_at:%H:%M ngày %d/%m/%Y}"}
    if COMPLETION in tables:
        values |= _coverage(tables[COMPLETION], "teachers") | _extremes(tables[COMPLETION])
    if MANAGERS in tables:
        values |= _coverage(tables[MANAGERS], "managers")
    if OVERALL in tables:
        shares = tables[OVERALL].rows[0].values
        values |= {key: format_percent(shares[key], 2) for key in SHARES if isinstance(shares.get(key), Decimal)}
    return values


def _coverage(result: TableResult, who: str) -> dict[str, str]:
    """Total and completed of the first row, which holds everybody."""
    total, completed = (result.rows[0].values.get(key) for key in ("total", "completed"))
    if not isinstance(total, int) or not isinstance(completed, int) or not total:
        return {}
    share = format_percent(percentage(completed, total, 1), 1)
    found = {who: format_count(total), f"{who}_completed": format_count(completed), f"{who}_pct": share}
    return found | {f"{who}_not_done": format_count(total - completed)}


def _extremes(result: TableResult) -> dict[str, str]:
    """The levels of schooling that completed most and least."""
    shares = {
        row.label: row.values["completed_pct"]
        for row in result.rows
        if row.codes["group"] == "ALL" and row.codes["level"] != "ALL"
    }
    known = {label: share for label, share in shares.items() if isinstance(share, Decimal)}
    if len(known) < 2 or len(known) < len(shares):
        return {}
    best, worst = max(known, key=known.__getitem__), min(known, key=known.__getitem__)
    return {
        "best_level": best,
        "best_pct": format_percent(known[best], 1),
        "worst_level": worst,
        "worst_pct": format_percent(known[worst], 1),
    }
