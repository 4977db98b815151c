"""Titles and words of the forms: data, because they follow the ministry's letters and not the interface's language."""

import json
from pathlib import Path
from typing import Any

from temis.standards.enums import Subject

WORDS: dict[str, Any] = json.loads((Path(__file__).parents[1] / "data" / "forms.json").read_text())
_FAMILIES = {
    Subject.TEACHER: "teacher",
    Subject.MANAGER: "manager",
    Subject.PRESCHOOL_TEACHER: "preschool_teacher",
    Subject.PRESCHOOL_MANAGER: "preschool_manager",
}


def family(subject: str) -> dict[str, Any]:
    """The set of forms for teachers (CV 4530) or managers (CV 4529); preschools have the same forms, other letters."""
    found: dict[str, Any] = WORDS[_FAMILIES[Subject(subject)]]
    return {**WORDS[found["like"]], **found} if "like" in found else found


def form_words(subject: str, kind: str) -> dict[str, str]:
    """Number, title and signer of one form."""
    found: dict[str, str] = family(subject)["forms"][kind]
    return found


def fact_names(subject: str, kind: str) -> list[str]:
    """What the form asks about the person at its top, in its order; what no form names apart is the same for all."""
    found = family(subject)
    names: list[str] = found.get(f"facts_{kind}", found["facts"])
    return names


def caveats(subject: str) -> list[str]:
    """The key of the letters, and what has not been compared with the original."""
    words = family(subject)
    note = WORDS["unverified"].format(document=words["document"])
    return [WORDS["key"]] if words["verified"] else [WORDS["key"], note]
