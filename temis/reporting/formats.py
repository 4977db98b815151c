"""Printing the numbers of the report: Vietnamese (6.726; 84,9) or as published in 2020 (6,726; 84.9)."""

from decimal import Decimal
from enum import Enum

from pydantic import BaseModel, ConfigDict


class Hidden(Enum):
    """A cell withheld from the public so that nobody can be told from it."""

    CELL = "•"


HIDDEN = Hidden.CELL
NOT_APPLICABLE = "–"

Value = int | Decimal | Hidden | None


class NumberFormat(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    thousands: str
    decimal: str
    trailing_zeros: bool


VI = NumberFormat(thousands=".", decimal=",", trailing_zeros=True)


def format_count(value: Value, style: NumberFormat = VI) -> str:
    if value is None:
        return NOT_APPLICABLE
    if value is HIDDEN:
        return HIDDEN.value
    return f"{int(value):,}".replace(",", style.thousands)


def format_percent(value: Value, decimals: int, style: NumberFormat = VI) -> str:
    """The bare number without the sign; a heading says that it is a percentage."""
    if value is None:
        return NOT_APPLICABLE
    if isinstance(value, Hidden):
        return value.value
    text = f"{Decimal(value):.{decimals}f}"
    if not style.trailing_zeros and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", style.decimal)
