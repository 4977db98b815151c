"""The smallest groups of people that a report's tables can be composed of, and its cells as sums over them.

For one subject an atom is a kind of person (level of schooling × female × minority × …, as far as the tables tell
them apart) with one outcome: not done, excluded, or completed with an overall level. For each criterion and standard
there are atoms of kind × level besides; they add up to the people who completed, less those with a paper result only.
The same for the reasons of exclusion: atoms of kind × reason, which add up to the excluded.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product

from temis.reporting.linear import Span, Vector, is_known
from temis.reporting.template import (
    COMPLETED,
    EXCLUDED,
    RANKS,
    CountColumn,
    Item,
    Measure,
    Outcome,
    RowSet,
    Table,
    Template,
    Where,
)

Kind = tuple[str | bool, ...]
"""The values of a person in the order of the dimensions."""

ALL_EXCLUDED = "excluded"
REASON = "reason"  # stands where an item stands: people by their reason of exclusion
OUTCOMES: tuple[frozenset[Outcome], ...] = tuple(
    frozenset(chosen)
    for chosen in (
        ("not_done",),
        (ALL_EXCLUDED,),
        ("not_done", ALL_EXCLUDED),
        (*RANKS, ALL_EXCLUDED),
        (*RANKS, "not_done"),
        (*RANKS, "not_done", ALL_EXCLUDED),
    )
)
LEVEL_SETS: tuple[frozenset[Outcome], ...] = tuple(
    frozenset(chosen) for size in (1, 2, 3, 4) for chosen in combinations(RANKS, size)
)
"""Every set of levels. Those of three are what a group lacks when all its people are at the fourth."""
REASON_SETS: tuple[frozenset[Outcome], ...] = tuple(
    frozenset(chosen)
    for size in range(1, len(EXCLUDED) + 1)
    for chosen in combinations(sorted(map(str, EXCLUDED)), size)
)


@dataclass(frozen=True, slots=True)
class Sum:
    """People of some kinds with some outcomes; `item` None is the overall result, `REASON` the reasons of exclusion."""

    vector: Vector
    group: tuple[Item | str | None, frozenset[Kind]]
    outcomes: frozenset[Outcome]


class Atoms:
    """The atoms of one subject's tables."""

    def __init__(self, template: Template, tables: Iterable[Table]) -> None:
        self.template, self.tables = template, list(tables)
        self.domains = _domains(self._wheres(item=None))
        self.item_domains = _domains(self._wheres(item=True))
        self.reason_domains = _domains(self._reason_wheres())
        self.kinds: list[Kind] = list(product(*self._all_domains.values()))
        self.item_kinds: list[Kind] = list(product(*self.item_domains.values()))
        self.reason_kinds: list[Kind] = list(product(*self.reason_domains.values())) if self._tells_reasons else []
        self._numbers: dict[tuple, int] = {}
        self._chosen: dict[tuple[Item | str | None, Where], frozenset[Kind]] = {}  # the same rows in every table

    @cached_property
    def _all_domains(self) -> dict[str, tuple[str | bool, ...]]:
        found: dict[str, dict[str | bool, None]] = {}
        for domains in (self.domains, self.item_domains, self.reason_domains):
            for name, values in domains.items():
                found.setdefault(name, {}).update(dict.fromkeys(values))
        return {name: tuple(values) for name, values in found.items()}

    @cached_property
    def items(self) -> list[Item]:
        found = (line.item for table in self.tables for line in self._rows(table).lines if line.item)
        return list(dict.fromkeys(found))

    def _rows(self, table: Table) -> RowSet:
        return self.template.row_set(table)

    def _wheres(self, *, item: bool | None) -> Iterator[Where]:
        """What the rows with (or without) a criterion or standard restrict."""
        for table in self.tables:
            for block, line in self._rows(table).rows():
                if bool(line.item) == bool(item):
                    yield block.where.joined(line.where)

    def _reason_wheres(self) -> Iterator[Where]:
        """What the rows restrict whose columns tell the reasons of exclusion."""
        for table in self.tables:
            if self._has_reasons(table):
                yield from (block.where.joined(line.where) for block, line in self._rows(table).rows())

    def _has_reasons(self, table: Table) -> bool:
        measures = self.template.measures
        counts = (column for column in table.columns if isinstance(column, CountColumn))
        return any(measures[column.measure].fact == "exclusion" for column in counts)

    @cached_property
    def _tells_reasons(self) -> bool:
        return any(map(self._has_reasons, self.tables))

    def _atom(self, *key: object) -> int:
        return self._numbers.setdefault(key, len(self._numbers))

    def cell(self, where: Where, item: Item | None, measure: Measure) -> Vector:
        """The sum a cell shows."""
        of: Item | str | None = None
        domains, kinds, outcomes = self._all_domains, self.kinds, _together(measure.outcomes)
        if measure.fact == "item":
            of, domains, kinds, outcomes = item, self.item_domains, self.item_kinds, measure.outcomes
        elif measure.fact == "exclusion":
            of, domains, kinds, outcomes = REASON, self.reason_domains, self.reason_kinds, measure.outcomes
        chosen = self._chosen.get((of, where))
        if chosen is None:
            matching = (kind for kind in kinds if _matches(dict(zip(domains, kind, strict=True)), where))
            chosen = self._chosen[of, where] = frozenset(matching)
        return self.sum(of, chosen, outcomes).vector

    def sum(self, item: Item | str | None, kinds: frozenset[Kind], outcomes: frozenset[Outcome]) -> Sum:
        vector = {self._atom(item, kind, outcome): 1 for kind in kinds for outcome in outcomes}
        return Sum(vector, (item, kinds), outcomes)

    def paper(self, kinds: Iterable[Kind]) -> Vector:
        """People who completed without levels per criterion."""
        return {self._atom("paper", kind): 1 for kind in kinds}

    def relations(self) -> Iterator[Vector]:
        """Sums known to be 0: of each item, people by level plus paper results less people who completed; people by
        reason less the excluded."""
        for item, kind in product(self.items, self.item_kinds):
            completed = self.sum(None, self._members(self.item_domains, kind), COMPLETED).vector
            rated = self.sum(item, frozenset((kind,)), COMPLETED).vector
            yield dict.fromkeys(completed, -1) | rated | self.paper((kind,))
        for kind in self.reason_kinds:
            members = self.sum(None, self._members(self.reason_domains, kind), frozenset((ALL_EXCLUDED,))).vector
            yield dict.fromkeys(members, -1) | self.sum(REASON, frozenset((kind,)), EXCLUDED).vector

    def _members(self, domains: Mapping[str, tuple[str | bool, ...]], kind: Kind) -> frozenset[Kind]:
        """The finest kinds that a coarser one holds."""
        place = [list(self._all_domains).index(name) for name in domains]
        return frozenset(whole for whole in self.kinds if tuple(whole[at] for at in place) == kind)

    def sums(self) -> Iterator[Sum]:
        """Everything a reader could ask about: groups that the rows allow to be told apart × outcomes."""
        for kinds in _regions(self._all_domains, self.kinds, self._wheres(item=None)):
            for outcomes in (*OUTCOMES, *LEVEL_SETS):
                yield self.sum(None, kinds, outcomes)
        item_regions = list(_regions(self.item_domains, self.item_kinds, self._wheres(item=True)))
        for item, kinds, outcomes in product(self.items, item_regions, LEVEL_SETS):
            yield self.sum(item, kinds, outcomes)
        if self._tells_reasons:
            for kinds in _regions(self.reason_domains, self.reason_kinds, self._reason_wheres()):
                yield from (self.sum(REASON, kinds, outcomes) for outcomes in REASON_SETS)

    def paper_sums(self) -> Iterator[Vector]:
        return (self.paper((kind,)) for kind in self.item_kinds)


def _together(outcomes: frozenset[Outcome]) -> frozenset[Outcome]:
    """The excluded as one outcome, whatever the reason: reasons have atoms of their own."""
    return (outcomes - EXCLUDED) | {ALL_EXCLUDED} if outcomes & EXCLUDED else outcomes


def _domains(wheres: Iterable[Where]) -> dict[str, tuple[str | bool, ...]]:
    """The dimensions the rows use, each with the values that occur; every person has one of them."""
    found: dict[str, dict[str | bool, None]] = {}
    for where in wheres:
        for name, value in where.restrictions.items():
            values: tuple[str | bool, ...] = (True, False) if isinstance(value, bool) else (value,)
            found.setdefault(name, {}).update(dict.fromkeys(values))
    return {name: tuple(values) for name, values in found.items()}


def _matches(person: Mapping[str, str | bool], where: Where) -> bool:
    return all(person[name] == value for name, value in where.restrictions.items())


def _regions(
    domains: Mapping[str, tuple[str | bool, ...]], kinds: list[Kind], wheres: Iterable[Where]
) -> Iterator[frozenset[Kind]]:
    """Groups of people that are sums and differences of rows: "men" is everybody less "women"."""
    numbers = {kind: number for number, kind in enumerate(kinds)}
    span = Span()
    for where in wheres:
        row = {numbers[kind]: 1 for kind in kinds if _matches(dict(zip(domains, kind, strict=True)), where)}
        span.add(span.reduce(row))
    for choice in product(*(_subsets(values) for values in domains.values())):
        region = list(product(*choice))
        if is_known(span.reduce({numbers[kind]: 1 for kind in region})):
            yield frozenset(region)


def _subsets(values: tuple[str | bool, ...]) -> list[tuple[str | bool, ...]]:
    return [chosen for size in range(1, len(values) + 1) for chosen in combinations(values, size)]
