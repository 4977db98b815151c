"""The one place that knows what time it is, so that tests and the demo can hold the clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_held: ContextVar[datetime | None] = ContextVar("held", default=None)


def now() -> datetime:
    return _held.get() or timezone.now()


def today() -> date:
    """Today in the time zone of the installation (Asia/Ho_Chi_Minh)."""
    return timezone.localtime(now()).date()


@contextmanager
def hold(moment: datetime) -> Iterator[None]:
    """Stop the clock at an aware datetime."""
    token = _held.set(moment)
    try:
        yield
    finally:
        _held.reset(token)
