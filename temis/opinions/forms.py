"""What the page of one opinion sends. Never stored, never logged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from temis.standards.enums import Level


@dataclass(frozen=True, slots=True)
class OpinionInput:
    """A level or None for each criterion, in the order of the edition, and the remark."""

    levels: tuple[int | None, ...]
    remark: str = ""


def field_name(number: int) -> str:
    return f"level-{number}"


def read_opinion(data: Mapping[str, str], numbers: Sequence[int]) -> OpinionInput:
    """Read the page; anything that is no level counts as not given."""
    return OpinionInput(
        tuple(_level(data.get(field_name(number), "")) for number in numbers), data.get("remark", "").strip()
    )


def _level(text: str) -> int | None:
    try:
        return int(Level.parse(text))
    except ValueError:
        return None
