"""In which order bodies are listed, and where in it a page begins: pieces of SQL over their numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from temis.core.paging import read_key
from temis.following.enums import Waiting
from temis.following.queries.filters import Filters

_PEOPLE = "(unsent + submitted + decided + announced + acknowledged + objected)"
_LEFT = {
    Waiting.SELF: "unsent",
    Waiting.OPINIONS: "(asked - given)",
    Waiting.DECISION: "awaiting",
    Waiting.ANNOUNCEMENT: "decided",
    Waiting.RESPONSE: "announced",
    Waiting.ANSWER: "objected",
}
_DONE = {
    Waiting.SELF: "sent",
    Waiting.OPINIONS: "given",
    Waiting.DECISION: "(decided + announced + acknowledged + objected)",
    Waiting.ANNOUNCEMENT: "(announced + acknowledged + objected)",
    Waiting.RESPONSE: "(acknowledged + objected)",
}
_RANKS = {"late": "late_people", "people": _PEOPLE} | {
    waiting.lower(): f"{done}::float8 / nullif({done} + {_LEFT[waiting]}, 0)" for waiting, done in _DONE.items()
}
OPEN = "unsent + awaiting + decided + announced + objected"  # what is left to do
LAST = "1e9"  # the rank of bodies without the number asked for, in either direction


@dataclass(frozen=True, slots=True)
class Order:
    """`rank`, then `rest`, then name and id. `only`: what is listed. `falls`: read from the end (a page before, or
    names falling). `key`: where the page begins; `size`: its bodies. `is_from_the_latest`: a first page, of all of
    them, who is late with most first."""

    rank: str
    rest: str
    only: str
    is_by_name: bool
    is_from_the_latest: bool
    falls: bool
    backwards: bool
    key: Sequence[Any] | None
    size: int

    @property
    def way(self) -> str:
        return "DESC" if self.falls else "ASC"

    @property
    def beyond(self) -> str:
        """Of a list that has `rank`, `rest`, `search` and `id`."""
        if self.key is None:
            return "true"
        return f"(rank, rest, search, id) {'<' if self.falls else '>'} (%(k1)s, %(k2)s, %(k3)s, %(k4)s)"

    @property
    def past(self) -> str:
        """Of a list that has `rank` and `rest`: what has other numbers than the body where the page begins."""
        return "true" if self.key is None else f"(rank, rest) {'<' if self.falls else '>'} (%(k1)s, %(k2)s)"

    @property
    def since(self) -> str:
        """The same, with those that have its numbers; nothing where it has none."""
        return "true" if self.key is None else f"(%(k1)s < {LAST} AND ({self.past} OR (rank, rest) = (%(k1)s, %(k2)s)))"

    @property
    def limit(self) -> str:
        return f"LIMIT {self.size + 1}"

    @property
    def values(self) -> dict[str, Any]:
        return dict(zip(("k1", "k2", "k3", "k4"), self.key, strict=True)) if self.key is not None else {}


def order_of(filters: Filters, size: int) -> Order:
    """Of two bodies that are alike in what was asked for, the one with more to do comes first."""
    column = filters.sort.removeprefix("-")
    falling = column != filters.sort
    by_name = column == "name"
    sign = "-" if falling else ""
    key = _read_key(filters.before or filters.after)
    backwards = bool(filters.before) and key is not None
    return Order(
        rank="0" if by_name else f"coalesce({sign}({_RANKS[column]})::float8, {LAST})",
        rest="0" if by_name else f"-coalesce({OPEN}, 0)::float8",
        only=f"{_LEFT[filters.waiting]} > 0" if filters.waiting else "true",
        is_by_name=by_name,
        is_from_the_latest=filters.sort == "-late" and not filters.waiting and key is None,
        falls=backwards != (by_name and falling),
        backwards=backwards,
        key=key,
        size=size,
    )


def _read_key(token: str) -> Sequence[Any] | None:
    """Rank, rest, name and id; nothing where a token made by hand holds something else."""
    key = read_key(token, 4)
    kinds = (int | float, int | float, str, int)
    fits = key and all(isinstance(v, kind) and not isinstance(v, bool) for v, kind in zip(key, kinds, strict=True))
    return key if fits else None
