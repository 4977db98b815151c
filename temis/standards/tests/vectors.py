"""The shipped editions as rules, without a database, and the vectors that the circulars give."""

import json
from functools import cache
from pathlib import Path

from temis.standards.files import SHIPPED, read_edition
from temis.standards.rules import EditionRule

VECTORS = json.loads(Path(__file__).with_name("vectors.json").read_text(encoding="utf-8"))
CODES = ["GVPT-20/2018", "HT-14/2018", "HTMN-25/2018", "GVMN-26/2018"]


def shipped_path(code: str) -> Path:
    return SHIPPED / f"{code.replace('/', '-').lower()}.json"


@cache
def shipped_rule(code: str) -> EditionRule:
    file = read_edition(shipped_path(code))
    return EditionRule(
        criteria=tuple(criterion.number for criterion in file.criteria),
        key=frozenset(criterion.number for criterion in file.criteria if criterion.key),
        thresholds=file.thresholds,
    )
