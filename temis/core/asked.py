"""Numbers as requests carry them: in an address, a hidden field, a box that was ticked."""

from collections.abc import Iterable

_MOST_DIGITS = 18  # what a bigint of PostgreSQL surely holds


def whole_number(text: object, *, digits: int = _MOST_DIGITS) -> int | None:
    """The whole number >= 0 of at most so many digits that the text is; None for everything else."""
    text = str(text or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def whole_numbers(texts: Iterable[object]) -> list[int]:
    """Those of the texts that are whole numbers, in their order: the boxes that were ticked."""
    return [number for text in texts if (number := whole_number(text)) is not None]
