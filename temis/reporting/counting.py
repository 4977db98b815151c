"""People counted by kind: the statements that count rows of facts, and the cube read from what was counted.

The same statements count everybody, the few who changed, and the people of an old version: there is one way to count.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from temis.reporting.cube import Count, Cube, Person
from temis.reporting.enums import OUTCOME_CODES
from temis.reporting.template import COMPLETED, EXCLUDED, NOT_DONE, Item, Outcome

Standards = Mapping[str, Mapping[int, Sequence[int]]]
STANDARD = 100  # `item` of a standard is its number and this
TOGETHER = 3  # levels counted in one pass: more make too many groups, fewer too many passes

# `source` has kind_id, subject, outcome, levels and sign (1, or -1 for who no longer counts so).
_OUTCOME = """
INSERT INTO reporting_counted (kind_id, item, value, people)
SELECT kind_id, 0, outcome, sum(sign) FROM {source} GROUP BY kind_id, outcome
"""
# The levels of a few items as one number with the kind: to group by one number is several times as fast as by columns.
_LEVELS = """
INSERT INTO reporting_counted (kind_id, item, value, people)
SELECT (packed >> {bits})::int, v.item, v.value, sum(n)
FROM (
    SELECT (kind_id::bigint << {bits}) | {packed} AS packed, sum(sign) AS n FROM {source}
    WHERE subject = %(subject)s AND levels IS NOT NULL GROUP BY 1
) g
CROSS JOIN LATERAL (VALUES {unpacked}) v (item, value)
WHERE v.value <= 3
GROUP BY 1, 2, 3
"""


def count_into_table(source: str, standards: Standards, **values: Any) -> None:
    """Fill the temporary table `reporting_counted` with the counts of `source`, a query in brackets with its values."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS reporting_counted")
        cursor.execute(
            "CREATE TEMP TABLE reporting_counted (kind_id int, item int, value int, people bigint) ON COMMIT DROP"
        )
        cursor.execute(_OUTCOME.format(source=source), values)
        for subject, of_subject in standards.items():
            for few in _few(list(_items(of_subject))):
                cursor.execute(_levels_of(source, few), values | {"subject": subject})


def _items(standards: Mapping[int, Sequence[int]]) -> Iterator[tuple[int, str]]:
    """Each criterion and standard with its level. RPT-02: the level of a standard is the lowest of its criteria."""
    for number, criteria in standards.items():
        for criterion in criteria:
            yield int(criterion), f"levels[{int(criterion)}]"
        yield STANDARD + int(number), f"least({', '.join(f'levels[{int(one)}]' for one in criteria)})"


def _few(items: list[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    for start in range(0, len(items), TOGETHER):
        yield items[start : start + TOGETHER]


def _levels_of(source: str, items: list[tuple[int, str]]) -> str:
    packed = " | ".join(f"(coalesce({level}, 7)::bigint << {3 * at})" for at, (_item, level) in enumerate(items))
    unpacked = ", ".join(f"({item}, ((packed >> {3 * at}) & 7)::int)" for at, (item, _level) in enumerate(items))
    return _LEVELS.format(source=source, bits=3 * len(items), packed=packed, unpacked=unpacked)


_COUNTED = "SELECT kind_id, item, value, sum(people) FROM reporting_counted GROUP BY 1, 2, 3 HAVING sum(people) <> 0"
_ROLLUP = "SELECT kind_id, item, value, people FROM reporting_rollupcount r WHERE period_id = %s"
_KINDS = """
SELECT id, province_code, subject, position, level, female, minority, disadvantaged FROM reporting_personkind
"""


def read_counted() -> dict[tuple[int, int, int], int]:
    """What `count_into_table` counted."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED)
        return {(kind, item, value): int(people) for kind, item, value, people in cursor}


def read_rollup(period_id: int) -> dict[tuple[int, int, int], int]:
    """The counts kept up to date."""
    with connection.cursor() as cursor:
        cursor.execute(_ROLLUP, [period_id])
        return {(kind, item, value): people for kind, item, value, people in cursor}


def rollup_cube(period_id: int, province: str | None) -> Cube:
    """The counts of one province, or of all together."""
    kinds = _kinds()
    chosen = [kind for kind, (code, _person) in kinds.items() if province in (None, code)]
    with connection.cursor() as cursor:
        cursor.execute(f"{_ROLLUP} AND kind_id = ANY(%s)", [period_id, chosen])
        return Cube(_counts(kinds, cursor.fetchall()))


def rollup_cubes(period_id: int) -> dict[str | None, Cube]:
    """Of every province, and under None of the whole country; one reading."""
    with connection.cursor() as cursor:
        cursor.execute(_ROLLUP, [period_id])
        found = _by_province(cursor.fetchall())
    everybody = Cube(count for counts in found.values() for count in counts)
    return {None: everybody} | {code: Cube(counts) for code, counts in found.items()}


def counted_cubes() -> dict[str, Cube]:
    """What `count_into_table` counted, by province."""
    rows = ((*key, people) for key, people in read_counted().items())
    return {code: Cube(counts) for code, counts in _by_province(rows).items()}


def _by_province(rows: Iterable[Sequence[Any]]) -> dict[str, list[Count]]:
    kinds = _kinds()
    found: dict[str, list[Count]] = defaultdict(list)
    for kind, item, value, people in rows:
        code, person = kinds[kind]
        found[code].append(_count(person, item, value, people))
    return found


def counted_cube() -> Cube:
    """What `count_into_table` counted, as a cube."""
    return Cube(_counts(_kinds(), ((*key, people) for key, people in read_counted().items())))


def _kinds() -> dict[int, tuple[str, Person]]:
    with connection.cursor() as cursor:
        cursor.execute(_KINDS)
        return {number: (code, Person(*who)) for number, code, *who in cursor}


def _counts(kinds: dict[int, tuple[str, Person]], rows: Iterable[Sequence[Any]]) -> Iterator[Count]:
    for kind, item, value, people in rows:
        yield _count(kinds[kind][1], item, value, people)


_NUMBERED: dict[int, Item | None] = {
    0: None,
    **{number: Item(kind="criterion", number=number) for number in range(1, STANDARD)},
    **{STANDARD + number: Item(kind="standard", number=number) for number in range(1, STANDARD)},
}


def _count(person: Person, item: int, value: int, people: int) -> Count:
    return _NUMBERED[item], person, value if item else OUTCOME_CODES[value], people


@dataclass(frozen=True, slots=True)
class Coverage:
    """Teachers and managers in the period and those who completed; apart, the excluded and those without a level."""

    teachers: int = 0
    teachers_completed: int = 0
    managers: int = 0
    managers_completed: int = 0
    excluded: int = 0
    without_level: int = 0


def coverage(cube: Cube) -> Coverage:
    def people(outcomes: frozenset[Outcome], **who: str) -> int:
        return sum(
            people
            for item, person, outcome, people in counts
            if outcome in outcomes and all(getattr(person, name) == value for name, value in who.items())
        )

    counts = [count for count in cube.counts() if count[0] is None]
    in_period = COMPLETED | {NOT_DONE}
    return Coverage(
        teachers=people(in_period, subject="GVPT"),
        teachers_completed=people(COMPLETED, subject="GVPT"),
        managers=people(in_period, subject="CBQL"),
        managers_completed=people(COMPLETED, subject="CBQL"),
        excluded=people(EXCLUDED),
        without_level=people(in_period | EXCLUDED, level=""),
    )
