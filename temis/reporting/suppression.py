"""Disclosure control of the public version: hides what would tell something of a few people.

RPT-10. Told must not be
- a count from 1 to threshold - 1 of people, whether it stands in a table or follows from others by adding and
  subtracting (men = all - women; not completed = all - completed; several levels together; across tables);
- that everybody of a group is at one level, or excluded for one reason, because then it is known of each.
A zero by itself tells of nobody and stays, unless it tells the latter.

Cells are made public one after the other, official tables first and large numbers before small ones, and each only if
nothing of this can then be computed, in exact arithmetic, from all that is public: this report and those published
before it (`Surroundings`), the country's and its provinces', a version and the one before. No count is negative, so
whoever knows that several groups together are nobody knows it of each: any known sum over groups that are empty counts
as the knowledge that each of them is empty (more than follows). That is the only bound that makes a count certain along
one relation, for a sum above a hidden small count that can be computed is itself at least the threshold, else it were
hidden. A percentage is public when both its counts are.

Not covered: what a reader knows from elsewhere, and rules of classification that bind criteria to the overall level.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from temis.reporting.atoms import Atoms, Sum
from temis.reporting.formats import HIDDEN, Value
from temis.reporting.linear import PRIME, VALUE, Inconsistent, Span, Vector, is_known, minus, value_of
from temis.reporting.tables import TableResult, build_table
from temis.reporting.template import COMPLETED, EXCLUDED, Block, Column, CountColumn, Line, Outcome, Template

THRESHOLD = 5


class TablesDisagree(ValueError):
    """The tables contradict each other (e.g. levels do not add up to the total); nothing can be made public."""


@dataclass(frozen=True, slots=True)
class Published:
    """A report that is public: the populations that it adds up, and its public tables."""

    parts: tuple[str, ...]
    tables: Sequence[TableResult]


@dataclass(frozen=True, slots=True)
class Change:
    """The same people at two times: what is equal is taken to be known as equal, a small difference tells of a few."""

    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What else is public. `full` holds the tables in full of every population; `own` are those of the new report."""

    own: tuple[str, ...]
    full: Mapping[str, Sequence[TableResult]]
    published: tuple[Published, ...] = ()
    changes: tuple[Change, ...] = ()


def suppress(
    template: Template,
    tables: Sequence[TableResult],
    threshold: int = THRESHOLD,
    around: Surroundings | None = None,
) -> list[TableResult]:
    """The tables with hidden cells, in the same order."""
    around = around or Surroundings(("",), {"": tables})
    subjects = dict.fromkeys(template.subject_of(result.table.id) for result in tables)
    hidden: dict[str, TableResult] = {}
    for subject in subjects:
        suppressed = _Subject(template, subject, tables, threshold, around).suppressed()
        hidden |= {result.table.id: result for result in suppressed}
    return [hidden[result.table.id] for result in tables]


@dataclass(frozen=True, slots=True)
class _Cell:
    """A published count: its sum over the atoms and how early it is offered to the public."""

    vector: Vector
    value: int
    urgency: tuple[bool, int]


class _Subject:
    """All tables about one subject; nothing can be computed across subjects."""

    def __init__(
        self, template: Template, subject: str, tables: Sequence[TableResult], threshold: int, around: Surroundings
    ) -> None:
        self.template, self.subject, self.threshold, self.around = template, subject, threshold, around
        self.results = self._own(tables)
        self.atoms = Atoms(template, (result.table for result in self.results))
        self.cells = list(self._cells(self.results))

    def _own(self, tables: Sequence[TableResult]) -> list[TableResult]:
        return [result for result in tables if self.template.subject_of(result.table.id) == self.subject]

    def suppressed(self) -> Iterator[TableResult]:
        public = self._make_public()
        for result in self.results:
            yield self._with_hidden(result, public)

    def _cells(self, results: Iterable[TableResult]) -> Iterator[_Cell]:
        """Every count that is not hidden."""
        for result in results:
            pairs = zip(self.template.row_set(result.table).rows(), result.rows, strict=True)
            for (block, line), row in pairs:
                for column in result.table.columns:
                    value = row.values[column.key]
                    if isinstance(column, CountColumn) and isinstance(value, int):
                        vector = self._vector(block, line, column.measure)
                        yield _Cell(vector, value, (not result.table.verified, -value))

    def _vector(self, block: Block, line: Line, measure: str) -> Vector:
        return self.atoms.cell(block.where.joined(line.where), line.item, self.template.measures[measure])

    def _make_public(self) -> "_Public":
        try:
            parts = {key: self._part(number, key) for number, key in enumerate(self.around.full)}
            public = _Public(parts, self.around.own)
            self._learn_surroundings(public)
        except Inconsistent as error:
            raise TablesDisagree(self.results[0].table.id) from error
        public.watch(self._dangers(parts))
        for cell in sorted(self.cells, key=lambda cell: cell.urgency):
            public.offer(self.around.own, cell)
        return public

    def _part(self, number: int, key: str) -> "_Part":
        """A population, with what is public of it alone."""
        cells = list(self._cells(self._own(self.around.full[key])))
        known = _Known(self._relations())
        known.learn([cell.vector | {VALUE: cell.value} for cell in cells], self.atoms)
        part = _Part(number, known, self._relations(known.empty))
        for report in self.around.published:
            if report.parts == (key,):
                for cell in self._cells(self._own(report.tables)):
                    part.learn(cell)
        return part

    def _learn_surroundings(self, public: "_Public") -> None:
        """What is public of several populations together, and what does not change between two times."""
        for report in self.around.published:
            if len(report.parts) > 1:
                for cell in self._cells(self._own(report.tables)):
                    public.learn(report.parts, cell)
        for change in self.around.changes:
            for vector, value in public.changes(change):
                if value == 0:
                    public.add(vector)

    def _dangers(self, parts: Mapping[str, "_Part"]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...], Vector]]:
        """The sums that must not become known: populations that count, populations that are taken away, the sum."""
        for key, part in parts.items():
            yield from (((key,), (), vector) for vector in part.known.dangers(self.threshold))
        for change in self.around.changes:
            for each, value in _differences(parts, change):
                if 0 < abs(value) < self.threshold:
                    yield change.after, change.before, each.vector
        yield from self._rests(parts)

    def _rests(self, parts: Mapping[str, "_Part"]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...], Vector]]:
        """A few people in all the populations together of whom a sum is not public."""
        reports = {report.parts for report in self.around.published} | {self.around.own}
        for keys in (keys for keys in reports if len(keys) > 1):
            for place, each in enumerate(parts[keys[0]].known.sums):
                unknown = tuple(key for key in keys if parts[key].span.value(each.vector) is None)
                values = [parts[key].known.value_at(place) for key in unknown]
                total = sum(value for value in values if value is not None)
                if len(unknown) > 1 and None not in values and 0 < total < self.threshold:
                    yield unknown, (), each.vector

    def _relations(self, late: frozenset[int] = frozenset()) -> Span:
        span = Span(late)
        for relation in self.atoms.relations():
            span.add(span.reduce(relation))
        return span

    def _with_hidden(self, result: TableResult, public: "_Public") -> TableResult:
        rows = iter(result.rows)
        values = {(id(block), id(line)): next(rows).values for block, line in self._pairs(result)}

        def shown_value(block: Block, line: Line, column: Column) -> Value:
            sums = (self._vector(block, line, measure) for measure in column.measures)
            shown = all(public.is_known(vector) for vector in sums)
            return values[id(block), id(line)][column.key] if shown else HIDDEN

        return replace(build_table(self.template, result.table, shown_value), heading=result.heading)

    def _pairs(self, result: TableResult) -> Iterable[tuple[Block, Line]]:
        return self.template.row_set(result.table).rows()


def _differences(parts: Mapping[str, "_Part"], change: Change) -> Iterator[tuple[Sum, int]]:
    """Each sum by how much it changed."""
    first = parts[change.after[0]].known
    for place, each in enumerate(first.sums):
        old = [parts[key].known.value_at(place) for key in change.before]
        new = [parts[key].known.value_at(place) for key in change.after]
        if None not in old and None not in new:
            yield each, sum(map(int, new)) - sum(map(int, old))  # type: ignore[arg-type]


class _Known:
    """What somebody knows who sees every cell: the values of all sums that follow, and which atoms are empty."""

    def __init__(self, relations: Span) -> None:
        self.span = relations
        self.sums: list[Sum] = []
        self.values: list[int | None] = []
        self.empty: frozenset[int] = frozenset()

    def learn(self, cells: Iterable[Vector], atoms: Atoms) -> None:
        for cell in cells:
            self.span.add(self.span.reduce(cell))
        self.sums = list(atoms.sums())
        vectors = [*(each.vector for each in self.sums), *atoms.paper_sums()]
        residuals = list(map(self.span.reduce, vectors))
        while self._learn_zeros(vectors, residuals):
            residuals = [each if is_known(each) else self.span.reduce(each) for each in residuals]
        self.values = [value_of(each) for each in residuals[: len(self.sums)]]

    def value_at(self, place: int) -> int | None:
        return self.values[place]

    def _learn_zeros(self, vectors: Sequence[Vector], residuals: Sequence[Vector]) -> bool:
        """No part of nothing is something. `residuals`: what is left of the vectors. Whether anything was learnt."""
        nothing = (vector for vector, residual in zip(vectors, residuals, strict=True) if not residual)
        found = frozenset(atom for vector in nothing for atom in vector) - self.empty
        for atom in found:
            self.span.add(self.span.reduce({atom: 1}))
        self.empty |= found
        return bool(found)

    def dangers(self, threshold: int) -> list[Vector]:
        """The sums that must not become known."""
        known = [(each, value) for each, value in zip(self.sums, self.values, strict=True) if value is not None]
        groups = {each.group: value for each, value in known if each.outcomes in (COMPLETED, EXCLUDED)}
        small = [each.vector for each, value in known if 0 < value < threshold]
        alike = [
            each.vector
            for each, value in known
            if value == 0 and _all_but_one(each.outcomes) and groups.get(each.group)
        ]
        return small + alike


def _all_but_one(outcomes: frozenset[Outcome]) -> bool:
    """Whether nobody with these outcomes means that a group shares one level, or one reason of exclusion."""
    return any(outcomes < whole and len(outcomes) == len(whole) - 1 for whole in (COMPLETED, EXCLUDED))


class _Part:
    """One population: its atoms under numbers of their own, and what is public of it alone."""

    def __init__(self, number: int, known: _Known, span: Span) -> None:
        self.number, self.known, self.span = number, known, span

    def learn(self, cell: _Cell) -> None:
        _learn(self.span, cell.vector | {VALUE: cell.value})

    def rest(self, vector: Vector) -> Vector:
        """What of a sum is not public, in numbers that no other population has."""
        return {self.at(atom): share for atom, share in self.span.reduce(vector).items()}

    def at(self, atom: int) -> int:
        return atom if atom == VALUE else atom + self.number * ATOMS

    @property
    def late(self) -> frozenset[int]:
        return frozenset(map(self.at, self.known.empty))


ATOMS = 1 << 20  # more than one population has


class _Public:
    """What is public of several populations so far, growing cell by cell as long as no danger follows."""

    def __init__(self, parts: Mapping[str, _Part], own: tuple[str, ...]) -> None:
        self.parts, self.own = parts, own
        self.span = Span(frozenset().union(*(part.late for part in parts.values())))

    def learn(self, keys: Iterable[str], cell: _Cell) -> None:
        self.add(self._over(keys, cell.vector, cell.value))

    def add(self, vector: Vector) -> None:
        _learn(self.span, vector)

    def watch(self, dangers: Iterable[tuple[tuple[str, ...], tuple[str, ...], Vector]]) -> None:
        for number, (keys, less, vector) in enumerate(dangers):
            self.span.watch(number, minus(self._over(keys, vector), 1, self._over(less, vector)))

    def changes(self, change: Change) -> Iterator[tuple[Vector, int]]:
        for each, value in _differences(self.parts, change):
            now, before = self._over(change.after, each.vector), self._over(change.before, each.vector)
            yield minus(now, 1, before), value

    def is_known(self, vector: Vector) -> bool:
        return is_known(self.span.reduce(self._over(self.own, vector)))

    def _over(self, keys: Iterable[str], vector: Vector, value: int = 0) -> Vector:
        """A sum over several populations, less what is public of each."""
        found: Vector = {}
        for key in keys:
            rest = self.parts[key].rest(vector)
            value += rest.pop(VALUE, 0)
            found |= rest
        return found | {VALUE: value % PRIME} if value % PRIME else found

    def offer(self, keys: Iterable[str], cell: _Cell) -> None:
        """Makes the cell public, with all that follows, or leaves everything as it was."""
        trial = self.span.copy()
        if _learn(trial, self._over(keys, cell.vector, cell.value), guarded=True):
            self.span = trial


def _learn(span: Span, vector: Vector, *, guarded: bool = False) -> bool:
    """Makes a sum known with all that follows from it; guarded, False as soon as a watched sum would be revealed."""
    pending = [vector]
    while pending:
        residual = span.reduce(pending.pop())
        if is_known(residual):
            if not guarded:
                span.add(residual)
            continue
        atoms = residual.keys() - {VALUE}
        if len(atoms) > 1 and atoms <= span.late:
            pending += [{atom: 1} for atom in atoms]
            continue
        if guarded and span.would_reveal(residual):
            return False
        span.add(residual)
    return True
