"""Disclosure control of the public version: hides what would tell something of a few people.

RPT-10. Told must not be
- a count from 1 to threshold - 1 of people, whether it stands in a table or follows from others by adding and
  subtracting (men = all - women; not completed = all - completed; several levels together; across tables);
- that everybody of a group is at one level, because then each one's level is known.
A zero by itself tells of nobody and stays, unless it tells the latter.

Cells are made public one after the other, official tables first and large numbers before small ones, and each only if
nothing of this can then be computed, in exact arithmetic, from all that is public. No count is negative, so whoever
knows that several groups together are nobody knows it of each: any known sum over groups that are empty counts as the
knowledge that each of them is empty (more than follows). That is the only bound that makes a count certain along one
relation, for a sum above a hidden small count that can be computed is itself at least the threshold, else it were
hidden. A percentage is public when both its counts are.

Not covered: what a reader knows from elsewhere, from other versions of the same report or from the sum of all
provinces, and rules of classification that bind criteria to the overall level.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from temis.reporting.atoms import COMPLETED, RANKS, Atoms, Outcome, Sum
from temis.reporting.formats import HIDDEN, Value
from temis.reporting.linear import VALUE, Inconsistent, Span, Vector, is_known
from temis.reporting.tables import TableResult, build_table
from temis.reporting.template import Block, Column, CountColumn, Line, Template

THRESHOLD = 5


class TablesDisagree(ValueError):
    """The tables contradict each other (e.g. levels do not add up to the total); nothing can be made public."""


def suppress(template: Template, tables: Sequence[TableResult], threshold: int = THRESHOLD) -> list[TableResult]:
    """The tables with hidden cells, in the same order."""
    subjects = dict.fromkeys(template.subject_of(result.table.id) for result in tables)
    hidden: dict[str, TableResult] = {}
    for subject in subjects:
        own = [result for result in tables if template.subject_of(result.table.id) == subject]
        hidden |= {result.table.id: result for result in _Subject(template, own, threshold).suppressed()}
    return [hidden[result.table.id] for result in tables]


@dataclass(frozen=True, slots=True)
class _Cell:
    """A published count: its sum over the atoms and how early it is offered to the public."""

    vector: Vector
    value: int
    urgency: tuple[bool, int]


class _Subject:
    """All tables about one subject; nothing can be computed across subjects."""

    def __init__(self, template: Template, results: list[TableResult], threshold: int) -> None:
        self.template, self.results, self.threshold = template, results, threshold
        self.atoms = Atoms(template, (result.table for result in results))
        self.cells = list(self._cells())

    def suppressed(self) -> Iterator[TableResult]:
        public = self._make_public()
        for result in self.results:
            yield self._with_hidden(result, public)

    def _cells(self) -> Iterator[_Cell]:
        for result in self.results:
            pairs = zip(self.template.row_set(result.table).rows(), result.rows, strict=True)
            for (block, line), row in pairs:
                for column in result.table.columns:
                    if isinstance(column, CountColumn):
                        value = row.values[column.key]
                        assert isinstance(value, int)
                        vector = self._vector(block, line, column.measure)
                        yield _Cell(vector, value, (not result.table.verified, -value))

    def _vector(self, block: Block, line: Line, measure: str) -> Vector:
        return self.atoms.cell(block.where.joined(line.where), line.item, self.template.measures[measure])

    def _make_public(self) -> "_Public":
        known = _Known(self._relations())
        try:
            known.learn([cell.vector | {VALUE: cell.value} for cell in self.cells], self.atoms)
        except Inconsistent as error:
            raise TablesDisagree(self.results[0].table.id) from error
        public = _Public(self._relations(known.empty), known.dangers(self.threshold))
        for cell in sorted(self.cells, key=lambda cell: cell.urgency):
            public.offer(cell.vector | {VALUE: cell.value})
        return public

    def _relations(self, late: frozenset[int] = frozenset()) -> Span:
        span = Span(late)
        for relation in self.atoms.relations():
            span.add(span.reduce(relation))
        return span

    def _with_hidden(self, result: TableResult, public: "_Public") -> TableResult:
        rows = iter(result.rows)
        values = {(id(block), id(line)): next(rows).values for block, line in self._pairs(result)}

        def value_of(block: Block, line: Line, column: Column) -> Value:
            sums = (self._vector(block, line, measure) for measure in column.measures)
            shown = all(is_known(public.span.reduce(vector)) for vector in sums)
            return values[id(block), id(line)][column.key] if shown else HIDDEN

        return replace(build_table(self.template, result.table, value_of), heading=result.heading)

    def _pairs(self, result: TableResult) -> Iterable[tuple[Block, Line]]:
        return self.template.row_set(result.table).rows()


class _Known:
    """What somebody knows who sees every cell: the values of all sums that follow, and which atoms are empty."""

    def __init__(self, relations: Span) -> None:
        self.span = relations
        self.values: list[tuple[Sum, int]] = []
        self.empty: frozenset[int] = frozenset()

    def learn(self, cells: Iterable[Vector], atoms: Atoms) -> None:
        for cell in cells:
            self.span.add(self.span.reduce(cell))
        sums, papers = list(atoms.sums()), list(atoms.paper_sums())
        while self._learn_zeros([*(each.vector for each in sums), *papers]):
            pass
        values = ((each, self.span.value(each.vector)) for each in sums)
        self.values = [(each, value) for each, value in values if value is not None]

    def _learn_zeros(self, vectors: Iterable[Vector]) -> bool:
        """No part of nothing is something. Whether anything new was learnt."""
        found = {atom for vector in vectors if self.span.value(vector) == 0 for atom in vector} - self.empty
        for atom in found:
            self.span.add(self.span.reduce({atom: 1}))
        self.empty |= found
        return bool(found)

    def dangers(self, threshold: int) -> list[Vector]:
        """The sums that must not become known."""
        groups = {each.group: value for each, value in self.values if each.outcomes == COMPLETED}
        small = [each.vector for each, value in self.values if 0 < value < threshold]
        alike = [
            each.vector
            for each, value in self.values
            if value == 0 and _all_but_one_level(each.outcomes) and groups.get(each.group)
        ]
        return small + alike


def _all_but_one_level(outcomes: frozenset[Outcome]) -> bool:
    return outcomes < COMPLETED and len(outcomes) == len(RANKS) - 1


class _Public:
    """What is public so far, growing cell by cell as long as no danger follows."""

    def __init__(self, span: Span, dangers: Iterable[Vector]) -> None:
        self.span = span
        for key, vector in enumerate(dangers):
            self.span.watch(key, vector)

    def offer(self, cell: Vector) -> None:
        """Makes the cell public, with all that follows, or leaves everything as it was."""
        trial = self.span.copy()
        pending = [cell]
        while pending:
            residual = trial.reduce(pending.pop())
            if is_known(residual):
                continue
            atoms = residual.keys() - {VALUE}
            if len(atoms) > 1 and atoms <= trial.late:
                pending += [{atom: 1} for atom in atoms]
                continue
            if trial.would_reveal(residual):
                return
            trial.add(residual)
        self.span = trial
