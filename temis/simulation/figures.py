"""The numbers and words from which the country is made: `data/*.json`, each with its source."""

import json
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


@cache
def read(name: str) -> dict[str, Any]:
    """One data file."""
    content: dict[str, Any] = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    return content


def figure(part: str, name: str) -> Any:
    """The value of one entry of distributions.json."""
    return read("distributions")[part][name]["value"]
