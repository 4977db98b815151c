"""The input of every table: people already counted, one cell per combination the report tells apart."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

from temis.reporting.template import NOT_DONE, Item, Outcome, Where, excluded

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
    """One person's year. `overall` and `criteria` hold ranks, 0 (CĐ) to 3 (T); `reason` why somebody is excluded.

    Old paper results have no criteria.
    """

    person: Person
    status: str
    overall: int | None = None
    criteria: Mapping[int, int] | None = None
    reason: str = "OTHER"

    @property
    def outcome(self) -> Outcome:
        if self.status == "completed":
            assert self.overall is not None
            return self.overall
        return excluded(self.reason) if self.status == "excluded" else NOT_DONE


Count = tuple[Item | None, Person, Outcome, int]
"""How many people have an outcome; no item is the overall one, else the level in a criterion or standard."""

Outcomes = dict[Outcome, int]


class Cube:
    """Counts per item and kind of person."""

    def __init__(self, counts: Iterable[Count]) -> None:
        self._cells: dict[tuple[str, Item | None], dict[Person, Outcomes]] = defaultdict(dict)
        for item, person, outcome, people in counts:
            cell = self._cells[person.subject, item].setdefault(person, {})
            cell[outcome] = cell.get(outcome, 0) + people
        self._people: dict[str, set[Person]] = defaultdict(set)
        for (subject, _item), kinds in self._cells.items():
            self._people[subject].update(kinds)
        self._matching: dict[tuple[str, Where], list[Person]] = {}

    @classmethod
    def from_facts(cls, facts: Iterable[Fact], standards: Standards) -> Self:
        """The slow reference: one fact after the other. A standard's level is the lowest of its criteria."""
        return cls(count for fact in facts for count in _counts_of(fact, standards))

    def outcomes(self, subject: str, where: Where, *, item: Item | None = None) -> Outcomes:
        """How many people of the subject match, by what came out for them."""
        cells = self._cells.get((subject, item), {})
        total: Outcomes = {}
        for person in self._who(subject, where):
            for outcome, people in cells.get(person, {}).items():
                total[outcome] = total.get(outcome, 0) + people
        return total

    def _who(self, subject: str, where: Where) -> list[Person]:
        """The kinds of people of a row, whatever it asks of them: the same in many tables."""
        key = (subject, where)
        if key not in self._matching:
            asked = where.restrictions.items()
            self._matching[key] = [
                person
                for person in self._people.get(subject, ())
                if all(getattr(person, name) == value for name, value in asked)
            ]
        return self._matching[key]

    def counts(self) -> Iterator[Count]:
        """Everything counted, zeros left out."""
        for (_subject, item), people in self._cells.items():
            for person, outcomes in people.items():
                yield from ((item, person, outcome, n) for outcome, n in outcomes.items() if n)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Cube) and set(self.counts()) == set(other.counts())

    __hash__ = None  # type: ignore[assignment]


def _counts_of(fact: Fact, standards: Standards) -> Iterator[Count]:
    yield None, fact.person, fact.outcome, 1
    if fact.status == "completed" and fact.criteria:
        for item, rank in _item_ranks(fact.criteria, standards[fact.person.subject]):
            yield item, fact.person, rank, 1


def _item_ranks(criteria: Mapping[int, int], standards: Mapping[int, Sequence[int]]) -> Iterator[tuple[Item, int]]:
    for number, rank in criteria.items():
        yield Item(kind="criterion", number=number), rank
    for number, members in standards.items():
        ranks = [criteria[member] for member in members if member in criteria]
        if ranks:
            yield Item(kind="standard", number=number), min(ranks)
