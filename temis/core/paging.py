"""Paging by key: the page after a row is found by an index, however far it is; no OFFSET."""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

T = TypeVar("T", bound=models.Model)


@dataclass(frozen=True)
class Page(Generic[T]):
    """Rows of one page; `next` and `previous` are tokens for the address (`?after=`, `?before=`) or empty."""

    rows: list[T]
    next: str
    previous: str


def read_rows(rows: models.QuerySet[T], number: int) -> list[T]:
    """The first so many."""
    return list(rows[:number])


def keyset(
    rows: models.QuerySet[T],
    order: Sequence[str],
    *,
    after: str = "",
    before: str = "",
    size: int = 50,
    read: Callable[[models.QuerySet[T], int], list[T]] = read_rows,
) -> Page[T]:
    """One page of `rows` ordered by `order` (field names, "-" for descending; the last one unique).

    A token that cannot be read starts from the first page. `read` gives the first so many of ordered rows, and may
    leave some out.
    """
    backwards = bool(before)
    key = read_key(before or after, len(order))
    names = [_flip(name) for name in order] if backwards else list(order)
    found = rows.order_by(*names)
    if key is not None:
        try:
            found = found.filter(_beyond(names, key))
        except (TypeError, ValueError, ValidationError):  # it holds no such values
            key, backwards, found = None, False, rows.order_by(*order)
    batch = read(found, size + 1)
    more, batch = len(batch) > size, batch[:size]
    if backwards:
        batch.reverse()
    has_previous = more if backwards else key is not None
    has_next = True if backwards else more
    return Page(
        batch,
        next=_encode(batch[-1], order) if batch and has_next else "",
        previous=_encode(batch[0], order) if batch and has_previous else "",
    )


def first_page(batch: list[T], order: Sequence[str], *, size: int) -> Page[T]:
    """The page that `keyset` gives without a token, of rows that were read already: one more than `size`."""
    return Page(batch[:size], next=_encode(batch[size - 1], order) if len(batch) > size else "", previous="")


def _flip(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _beyond(names: Sequence[str], key: list[Any]) -> Q:
    """(a, b) > (x, y) written out, so that each column may have its own direction."""
    condition, equal = Q(), Q()
    for name, value in zip(names, key, strict=True):
        field, lookup = (name[1:], "lt") if name.startswith("-") else (name, "gt")
        condition |= equal & Q(**{f"{field}__{lookup}": value})
        equal &= Q(**{field: value})
    # Said once more of the first column alone: an index begins there, while it cannot use the ORs.
    first, direction = (names[0][1:], "lte") if names[0].startswith("-") else (names[0], "gte")
    return Q(**{f"{first}__{direction}": key[0]}) & condition


def _encode(row: models.Model, order: Sequence[str]) -> str:
    values = []
    for name in order:
        value: Any = row
        for part in name.lstrip("-").split("__"):
            value = getattr(value, part)
        values.append(value.isoformat() if hasattr(value, "isoformat") else value)
    return key_token(values)


def key_token(values: list[Any]) -> str:
    """The token of a row by the values of its key, for lists that are no queryset."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def read_key(token: str, length: int) -> list[Any] | None:
    """The values of a token; None where it cannot be read."""
    try:
        values = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except ValueError:
        return None
    return values if isinstance(values, list) and len(values) == length else None
