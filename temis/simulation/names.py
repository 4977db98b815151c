"""Tables of name parts: one draw of 0 … 999 is one look-up, and the key of the Vietnamese order is put together from
the same parts as the name."""

from collections.abc import Iterator
from typing import Any

from django.db import connection

from temis.core.text import sort_key
from temis.people.enums import KINH
from temis.simulation.chance import slots
from temis.simulation.figures import read

SLOTS = 1000
GROUP_SLOTS = 100
# Three parts of a name in the order in which they are written, each with its own look-up.
HEAD, MIDDLE, TAIL = range(3)

_TABLES = """
DROP TABLE IF EXISTS simulated_name, simulated_ethnic;
-- key: 1000 * pool + slot. letters, tones: of all words; tail_…: of the last word apart from those before it.
CREATE TEMP TABLE simulated_name (
    part int, key int, word text, letters text, tones text, last_letters text, last_tones text
) ON COMMIT DROP;
-- key: 1000 * region + slot; Kinh stand at slot 999.
CREATE TEMP TABLE simulated_ethnic (key int, name text, female int, male int) ON COMMIT DROP
"""
Pool = tuple[dict[str, float], dict[str, float], dict[str, float]]


def write_names() -> None:
    """`simulated_name` and `simulated_ethnic`."""
    pools, ethnic = _pools()
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        with cursor.copy("COPY simulated_name FROM STDIN") as copy:
            for row in _parts(pools):
                copy.write_row(row)
        with cursor.copy("COPY simulated_ethnic FROM STDIN") as copy:
            for row in ethnic:
                copy.write_row(row)
        cursor.execute("ANALYZE simulated_name")
        cursor.execute("ANALYZE simulated_ethnic")


def _pools() -> tuple[list[Pool], list[tuple[int, str, int, int]]]:
    """Pools of names, and for each region which pool a slot of ethnic groups means."""
    data = read("names")
    pools: list[Pool] = []
    number: dict[str, int] = {}
    for spelling in ("north", "south"):
        number[spelling] = len(pools)
        pools += [_pool(data["kinh"]["surnames"][spelling], data["kinh"][gender], False) for gender in "FM"]
    for name, entry in data["others"].items():
        number[name] = len(pools)
        last = entry.get("surname_last", False)
        pools += [_pool(entry["surnames"], entry.get(gender, data["kinh"][gender]), last) for gender in "FM"]
    ethnic = []
    for index, region in enumerate(read("country")["regions"].values()):
        kinh = number[region["surnames"]]
        ethnic.append((index * SLOTS + SLOTS - 1, KINH, kinh, kinh + 1))
        for slot, name in enumerate(slots(region["groups"], GROUP_SLOTS)):
            ethnic.append((index * SLOTS + slot, name, number[name], number[name] + 1))
    return pools, ethnic


def _pool(surnames: dict[str, float], own: dict[str, Any], surname_last: bool) -> Pool:
    given = {name: 1 / (rank + 8) for rank, name in enumerate(own["given"])}
    return (given, own["middle"], surnames) if surname_last else (surnames, own["middle"], given)


def _parts(pools: list[Pool]) -> Iterator[tuple[Any, ...]]:
    for number, pool in enumerate(pools):
        for part, weights in enumerate(pool):
            keys = {word: _keys(word) for word in weights}
            for slot, word in enumerate(slots(weights, SLOTS)):
                yield (part, number * SLOTS + slot, word, *keys[word])


def _keys(words: str) -> tuple[str, str, str, str]:
    """Letters and tones of all words but the last, then of the last; of the empty part nothing."""
    if not words:
        return "", "", "", ""
    *others, last = words.split(" ")
    plain = [sort_key(word).split("!") for word in others]
    last_letters, last_tones = sort_key(last).split("!")
    return " ".join(p[0] for p in plain), " ".join(p[1] for p in plain), last_letters, last_tones


def joined(*parts: str) -> str:
    """SQL: the parts with single spaces between those that are not empty."""
    listed = ", ".join(f"nullif({part}, '')" for part in parts)
    return f"concat_ws(' ', {listed})"


# Of head, middle and tail (aliases h, m, t): the name; and its key: last word first, then all in order.
FULL_NAME = joined("h.word", "m.word", "t.word")
SORT_KEY = (
    joined("t.last_letters", "h.letters", "h.last_letters", "m.letters", "m.last_letters", "t.letters")
    + " || '!' || "
    + joined("t.last_tones", "h.tones", "h.last_tones", "m.tones", "m.last_tones", "t.tones")
)
