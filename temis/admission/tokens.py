"""What a browser holds: signed, so that nobody can make or change one; nothing of it is kept on the server.

- Pass: this browser has logged in (or has been let in to log in). It opens nothing, it only counts for the order.
- Ticket: the place in the line, and since when.
- Receipt: somebody was here at that time and was told to wait. It counts for the deadline (APR-16).
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core import signing
from django.utils import timezone

from temis.core import clock

PASS_HOURS = 12  # as long as a session lives
LET_IN = timedelta(minutes=15)  # to log in, once it is one's turn
KEPT_RECEIPTS = 4  # of a browser that several people share, over the two days around a deadline


@dataclass(frozen=True, slots=True)
class Pass:
    """`user_id` is None for somebody who may log in now."""

    user_id: int | None
    at: datetime

    def is_valid(self) -> bool:
        age = clock.now() - self.at
        return age < (LET_IN if self.user_id is None else timedelta(hours=PASS_HOURS))

    def sign(self) -> str:
        return _sign("pass", [self.user_id, _seconds(self.at)])


@dataclass(frozen=True, slots=True)
class Ticket:
    """`place` grows by one with each who comes; `number` is the one of the receipt that it becomes."""

    place: int
    at: datetime
    number: str

    @property
    def spoken_number(self) -> str:
        return spoken(self.number)

    def sign(self) -> str:
        return _sign("ticket", [self.place, _seconds(self.at), self.number])


@dataclass(frozen=True, slots=True)
class Receipt:
    """`user_id` and `at` are what counts; `path` is what he wanted, empty for one who came out of the line."""

    user_id: int
    at: datetime
    number: str
    path: str = ""

    @property
    def spoken_number(self) -> str:
        return spoken(self.number)

    def sign(self) -> str:
        return _sign("receipt", [self.user_id, _seconds(self.at), self.number, self.path])


def new_number() -> str:
    """Fifteen digits: easy to read out, never the same twice among those that are used (and a constraint stands
    behind)."""
    return str(secrets.randbelow(9 * 10**14) + 10**14)


def spoken(number: str) -> str:
    """482-109-375-512-884"""
    return "-".join(number[i : i + 3] for i in range(0, len(number), 3))


def read_pass(text: str) -> Pass | None:
    held = _read("pass", text, 2)
    found = Pass(held[0], _moment(held[1])) if held else None
    return found if found and found.is_valid() else None


def read_ticket(text: str) -> Ticket | None:
    held = _read("ticket", text, 3)
    return Ticket(held[0], _moment(held[1]), held[2]) if held else None


def read_receipt(text: str) -> Receipt | None:
    held = _read("receipt", text, 4)
    return Receipt(held[0], _moment(held[1]), held[2], held[3]) if held else None


def read_receipts(text: str) -> list[Receipt]:
    """All of a browser, those that are not ours left out."""
    return [found for one in text.split("~")[:KEPT_RECEIPTS] if one and (found := read_receipt(one))]


def join_receipts(receipts: Iterable[Receipt]) -> str:
    return "~".join(one.sign() for one in list(receipts)[-KEPT_RECEIPTS:])


def with_receipt(held: list[Receipt], new: Receipt) -> list[Receipt]:
    """Of each person and day the first one stays: who is told again to wait has not come later for that."""
    day = timezone.localtime(new.at).date()
    if any(one.user_id == new.user_id and timezone.localtime(one.at).date() == day for one in held):
        return held
    return [*held, new][-KEPT_RECEIPTS:]


def _sign(kind: str, values: list[Any]) -> str:
    return _signer(kind).sign_object(values)


def _read(kind: str, text: str, size: int) -> list[Any] | None:
    """The values, or None for anything that was not signed here as this kind."""
    try:
        values = _signer(kind).unsign_object(text)
    except (signing.BadSignature, ValueError):
        return None
    return values if isinstance(values, list) and len(values) == size else None


def _signer(kind: str) -> signing.Signer:
    return signing.Signer(salt=f"temis.admission.{kind}")


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)
