"""What a reader gives: the headings, the columns they stand for, and the rows as text with their numbers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from temis.core.errors import TemisError
from temis.exchange.columns import Column

MEGABYTE = 1024 * 1024
MAX_FILE = 300 * MEGABYTE
# A heading may stand below a title; it is looked for in the first rows.
HEADING_ROWS = 20

Note = tuple[str, dict[str, Any]]
Row = tuple[int, list[str]]


class FileRefused(TemisError):
    """The file as a whole cannot be imported; the message says what to do."""


@dataclass
class Table:
    """`columns[i]` is what the i-th column of the file stands for, None where nothing we know."""

    headings: list[str]
    columns: list[Column | None]
    rows: Iterator[Row]
    total: int | None = None  # rows, where known beforehand
    notes: list[Note] = field(default_factory=list)
    close: Callable[[], None] = lambda: None

    def __enter__(self) -> "Table":
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def as_text(value: Any) -> str:
    """A cell of a spreadsheet as a person reads it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y}" if value.time() == time() else f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return str(value)
