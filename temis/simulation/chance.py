"""Chance that repeats: numbers from 0 to 1 that follow from the seed, a name and the id of a record.

The same expression gives the same number in every run and on every machine, in whatever order rows are made; what is
drawn for one purpose (`name`) tells nothing about another.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


def _salt(seed: int, name: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed}:{name}".encode()).digest()[:8], "big", signed=True) // 4


@dataclass(frozen=True, slots=True)
class Chance:
    """Chance of one seed, as SQL expressions and as plain numbers."""

    seed: int

    def roll(self, key: str, name: str) -> str:
        """SQL: a number in [0, 1) for the whole number `key`."""
        salt = f"({_salt(self.seed, name)})::bigint"
        return f"(((hashint8extended(({key})::bigint, {salt}) >> 11) & 9007199254740991) / 9007199254740992.0::float8)"

    def pair(self, first: str, second: str, name: str) -> str:
        """SQL: the same for two whole numbers."""
        salt = f"({_salt(self.seed, name)})::bigint"
        hashed = f"hashint8extended(({first})::bigint, ({second})::bigint + {salt})"
        return f"((({hashed} >> 11) & 9007199254740991) / 9007199254740992.0::float8)"

    def pick(self, key: str, name: str, of: int) -> str:
        """SQL: one of 0 … of - 1."""
        return f"floor({self.roll(key, name)} * {of})::int"

    def one_of(self, key: str, name: str, texts: Sequence[str]) -> str:
        """SQL: one of a few texts."""
        listed = ", ".join(quoted(text) for text in texts)
        return f"(ARRAY[{listed}])[1 + {self.pick(key, name, len(texts))}]"


def quoted(text: str) -> str:
    """A literal; per cent signs doubled, as statements with parameters want them."""
    return "'" + text.replace("'", "''").replace("%", "%%") + "'"


def slots(weights: Mapping[str, float], count: int) -> list[str]:
    """`count` places in which each key stands as often as its weight asks for, so that one draw is one look-up."""
    total, reached = sum(weights.values()), 0.0
    filled: list[str] = []
    for key, weight in weights.items():
        reached += weight
        filled += [key] * (round(count * reached / total) - len(filled))
    return filled


def apportion(total: int, weights: Sequence[float], least: int = 0) -> list[int]:
    """`total` in whole numbers by weight, none below `least`; the largest remainders round up."""
    free = total - least * len(weights)
    if free < 0:
        raise ValueError("not enough for everybody")
    whole = sum(weights) or 1
    shares = [free * weight / whole for weight in weights]
    counts = [int(share) for share in shares]
    order = sorted(range(len(weights)), key=lambda n: (counts[n] - shares[n], n))
    for n in order[: free - sum(counts)]:
        counts[n] += 1
    return [least + count for count in counts]
