"""Paging by key: the page after a row is found by an index, however far it is; no OFFSET."""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q, TextField

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


def first_keys(rows: models.QuerySet[T], number: int) -> list[Any]:
    return list(rows.values_list("pk", flat=True)[:number])


def read_by_key(
    rows: models.QuerySet[T], number: int, keys_of: Callable[[models.QuerySet[T], int], list[Any]] = first_keys
) -> list[T]:
    """The same, where many are passed or put in order before a page is full: which they are, by as little of each as
    tells that (often an index has it), then they themselves. Two queries."""
    for _ in range(3):
        keys = keys_of(rows, number)
        found = rows.in_bulk(keys)
        if len(found) == len(keys):
            break
        # One has changed in between; without it the page would not be full, as if nothing came after it.
    return [found[key] for key in keys if key in found]


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
    key = read_key(before or after, len(order))
    backwards = bool(before) and key is not None
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


class Unindexed(Func):
    """The same text, as no index has it."""

    template = "(%(expressions)s || '')"
    output_field = TextField()


def found_first(rows: models.QuerySet[T], order: Sequence[str]) -> tuple[models.QuerySet[T], tuple[str, ...]]:
    """For `keyset`: few rows, whose `order` begins with a text. PostgreSQL then takes all of them and puts them in
    order; by an index it would look for them among all others, since it cannot know how few they are."""
    named: models.QuerySet[T] = rows.annotate(in_order=Unindexed(F(order[0])))  # type: ignore[assignment]
    return named, ("in_order", *order[1:])


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
    """The values of a token, texts and numbers; None where it cannot be read or holds what no row can hold."""
    try:
        values = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except (ValueError, RecursionError):
        return None
    if not isinstance(values, list) or len(values) != length:
        return None
    return values if all(_can_be_kept(value) for value in values) else None


def _can_be_kept(value: object) -> bool:
    """PostgreSQL has no text with NUL or with half a character, and numbers here have eight bytes."""
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
    return isinstance(value, int | float) and abs(value) < 1 << 63
