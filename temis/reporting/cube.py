"""The input of every table: people already counted, one cell per combination the report tells apart."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

from temis.reporting.template import Item, ItemKind, Status, Where

Standards = Mapping[str, Mapping[int, Sequence[int]]]
"""Per subject: the criteria of each standard, e.g. {"GVPT": {1: (1, 2), …}}."""


class Person(NamedTuple):
    """Who somebody is, as far as the report tells people apart."""

    subject: str
    position: str
    level: str
    female: bool
    minority: bool
    disadvantaged: bool


@dataclass(frozen=True, slots=True)
class Fact:
    """One person's year. `overall` and `criteria` hold ranks, 0 (CĐ) to 3 (T).

    Old paper results have no criteria.
    """

    person: Person
    status: Status
    overall: int | None = None
    criteria: Mapping[int, int] | None = None


class Cell(NamedTuple):
    person: Person
    status: str
    rank: int | None
    people: int


class Cube:
    """Counts per fact: `None` is the overall result, an `Item` one criterion or standard."""

    def __init__(self, counts: Mapping[tuple[Item | None, Person, str, int | None], int]) -> None:
        self._cells: dict[tuple[str, Item | None], list[Cell]] = defaultdict(list)
        for (item, person, status, rank), count in counts.items():
            self._cells[person.subject, item].append(Cell(person, status, rank, count))

    @classmethod
    def from_rows(
        cls,
        overall_rows: Iterable[Sequence] = (),
        criterion_rows: Iterable[Sequence] = (),
        standard_rows: Iterable[Sequence] = (),
    ) -> Self:
        """From SQL `GROUP BY`.

        A row begins with the six fields of `Person` and ends with the number of people:
        overall_rows (…, status, overall rank or None, n),
        criterion_rows and standard_rows (…, number, rank, n), of people who completed.
        Rows of the same key are added.
        """
        counts: Counter = Counter()
        for *person, status, rank, n in overall_rows:
            counts[None, Person(*person), status, rank] += n
        items: tuple[tuple[ItemKind, Iterable[Sequence]], ...]
        items = (("criterion", criterion_rows), ("standard", standard_rows))
        for kind, rows in items:
            for *person, number, rank, n in rows:
                counts[Item(kind=kind, number=number), Person(*person), "completed", rank] += n
        return cls(counts)

    @classmethod
    def from_facts(cls, facts: Iterable[Fact], standards: Standards) -> Self:
        """The slow reference: one fact after the other. A standard's level is the lowest of its criteria."""
        counts: Counter = Counter()
        for fact in facts:
            counts[None, fact.person, fact.status, fact.overall] += 1
            if fact.status != "completed" or not fact.criteria:
                continue
            for item, rank in _item_ranks(fact.criteria, standards[fact.person.subject]):
                counts[item, fact.person, "completed", rank] += 1
        return cls(counts)

    def count(
        self,
        subject: str,
        where: Where,
        statuses: Iterable[str],
        *,
        item: Item | None = None,
        rank: int | None = None,
    ) -> int:
        """How many people of the subject match; `rank` None means any."""
        wanted, restrictions = frozenset(statuses), where.restrictions.items()
        return sum(
            cell.people
            for cell in self._cells.get((subject, item), ())
            if cell.status in wanted
            and (rank is None or cell.rank == rank)
            and all(getattr(cell.person, name) == value for name, value in restrictions)
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Cube) and self._totals() == other._totals()

    __hash__ = None  # type: ignore[assignment]

    def _totals(self) -> dict[tuple[str, Item | None], set[Cell]]:
        return {key: set(cells) for key, cells in self._cells.items()}


def _item_ranks(criteria: Mapping[int, int], standards: Mapping[int, Sequence[int]]) -> Iterator[tuple[Item, int]]:
    for number, rank in criteria.items():
        yield Item(kind="criterion", number=number), rank
    for number, members in standards.items():
        ranks = [criteria[member] for member in members if member in criteria]
        if ranks:
            yield Item(kind="standard", number=number), min(ranks)
