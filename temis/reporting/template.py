"""The report template: parts, tables, rows, columns, formulas and words as data.

A template is a JSON file (`data/<code>.json`). Another template needs no code: what a row holds is a filter,
what a column counts is a measure. Everything a reader sees in the document, the words of the letterhead
included, stands in the template: the document is Vietnamese whatever the language of the interface.
"""

from collections.abc import Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from temis.reporting.formats import NumberFormat

DATA = Path(__file__).parent / "data"

Status = Literal["completed", "not_done", "excluded"]
ItemKind = Literal["criterion", "standard"]
# Why somebody is excluded, by the codes of the appraisals.
Reason = Literal["MATERNITY", "BELOW_QUALIFICATION", "SHORT_SERVICE", "LONG_LEAVE", "STUDY", "OTHER"]
REASONS: tuple[Reason, ...] = get_args(Reason)
RANKS = (0, 1, 2, 3)
Outcome = str | int
"""How a person's year ended: a rank, not done, or excluded for one of the reasons."""

NOT_DONE = "not_done"


def excluded(reason: str) -> Outcome:
    return f"excluded:{reason}"


COMPLETED: frozenset[Outcome] = frozenset(RANKS)
EXCLUDED: frozenset[Outcome] = frozenset(excluded(reason) for reason in REASONS)
OUTCOMES: dict[str, frozenset[Outcome]] = {
    "completed": COMPLETED,
    "not_done": frozenset((NOT_DONE,)),
    "excluded": EXCLUDED,
}
MOST_DECIMALS = 6
Text = Annotated[str, Field(min_length=1)]


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LookedUp(Frozen):
    """By which counts are looked up, a million times over: its hash is kept. Not to be copied with changes."""

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash(tuple(self.__dict__[name] for name in type(self).model_fields))


class Level(Frozen):
    """One of the four levels (mức đạt được); `letter` always stands beside its colour."""

    code: Text
    letter: Text
    label: Text
    rank: int


class Where(LookedUp):
    """Which people a row holds. An absent field does not restrict."""

    level: str | None = None
    position: str | None = None
    female: bool | None = None
    minority: bool | None = None
    disadvantaged: bool | None = None

    def joined(self, other: "Where") -> "Where":
        return _joined(self, other)

    @cached_property
    def restrictions(self) -> dict[str, str | bool]:
        return self.model_dump(exclude_none=True)


@cache  # of a few templates, for every report: the same rows over and over
def _joined(one: Where, other: Where) -> Where:
    return Where.model_validate(one.restrictions | other.restrictions)


class Item(LookedUp):
    """The criterion (tiêu chí) or standard (tiêu chuẩn) a row is about."""

    kind: ItemKind
    number: int


class Block(Frozen):
    """A run of rows, e.g. one level of schooling. `codes` go into the JSON of its rows."""

    label: Text
    codes: dict[str, str]
    where: Where = Where()


class Line(Frozen):
    """A row of every block. Without a label it bears the name of its block (its total row)."""

    label: Text | None = None
    codes: dict[str, str] = {}
    where: Where = Where()
    item: Item | None = None


class RowSet(Frozen):
    heading: Text
    block_headings: bool = False
    blocks: tuple[Block, ...]
    lines: tuple[Line, ...]

    def rows(self) -> Iterator[tuple[Block, Line]]:
        return ((block, line) for block in self.blocks for line in self.lines)


class Measure(Frozen):
    """What is counted: people of the section's subject in one of the states, optionally at one level.

    `fact` says whose level: the overall one, or that of the row's criterion or standard. An item has levels
    only of people who completed with levels per criterion, so their state is always `completed`. `exclusion` are people
    excluded, for one reason or for any.
    """

    fact: Literal["overall", "item", "exclusion"] = "overall"
    status: tuple[Status, ...] = ("completed",)
    rank: int | None = None
    reason: Reason | None = None
    definition: Text

    @cached_property
    def outcomes(self) -> frozenset[Outcome]:
        """What is counted."""
        if self.fact == "exclusion":
            return EXCLUDED if self.reason is None else frozenset((excluded(self.reason),))
        if self.rank is not None:
            return frozenset((self.rank,))
        return COMPLETED if self.fact == "item" else frozenset().union(*(OUTCOMES[status] for status in self.status))


class _Column(Frozen):
    key: Text
    headings: tuple[Text, ...]
    title: Text
    definition: Text


class CountColumn(_Column):
    kind: Literal["count"]
    measure: Text

    @property
    def measures(self) -> tuple[str, ...]:
        return (self.measure,)


class PercentColumn(_Column):
    kind: Literal["percent"]
    decimals: int = Field(ge=0, le=MOST_DECIMALS)
    numerator: Text
    denominator: Text

    @property
    def measures(self) -> tuple[str, ...]:
        return (self.numerator, self.denominator)


Column = Annotated[CountColumn | PercentColumn, Field(discriminator="kind")]


class Chart(Frozen):
    """A stacked bar per row, of percent columns in the order of the levels."""

    title: Text
    columns: tuple[Text, ...]
    first_block_only: bool = False


class Table(Frozen):
    id: Text
    title: Text
    verified: bool
    definition: Text
    before: str = ""
    after: str = ""
    rows: Text
    columns: tuple[Column, ...]
    chart: Chart | None = None

    @model_validator(mode="after")
    def _columns_are_sound(self) -> Self:
        keys = [column.key for column in self.columns]
        if len(set(keys)) != len(keys):
            raise ValueError(f"{self.id}: column keys must differ")
        if self.chart and not set(self.chart.columns) <= set(keys):
            raise ValueError(f"{self.id}: chart of unknown columns")
        return self


class Section(Frozen):
    id: Text
    title: Text
    subject: Text
    tables: tuple[Table, ...]


class Part(Frozen):
    id: Text
    title: Text
    sections: tuple[Section, ...]


class FormatProfile(Frozen):
    """How numbers are printed: one format, and the tables that differ from it."""

    label: Text
    default: NumberFormat
    tables: dict[str, NumberFormat] = {}


class Words(Frozen):
    """The fixed words of the document."""

    annex: Text
    nation: Text
    state: Text
    motto: Text
    number: Text
    recipients: Text
    unverified: Text
    hidden_note: Text
    not_applicable_note: Text
    definitions: Text
    meaning: Text
    source: Text
    column: Text
    label: Text
    table: Text
    page: Text
    signature_box: Text
    signed_by: Text
    signed_at: Text
    extracted_at: Text
    extracted_by: Text
    data_hash: Text
    map: Text
    map_then: Text
    map_today: Text
    version: Text
    template: Text
    year: Text
    province: Text
    place_date: Text
    levels_note: Text


class Template(Frozen):
    code: Text
    edition: int
    title: Text
    words: Words
    levels: tuple[Level, ...]
    formats: dict[str, FormatProfile]
    standards: dict[str, dict[int, tuple[int, ...]]]
    measures: dict[str, Measure]
    row_sets: dict[str, RowSet]
    parts: tuple[Part, ...]

    @model_validator(mode="after")
    def _references_hold(self) -> Self:
        ids = [table.id for table in self.tables]
        if len(set(ids)) != len(ids):
            raise ValueError("table ids must differ")
        for table in self.tables:
            self._check_table(table)
        return self

    def _check_table(self, table: Table) -> None:
        if table.rows not in self.row_sets:
            raise ValueError(f"{table.id}: unknown row set {table.rows}")
        has_items = all(line.item for line in self.row_sets[table.rows].lines)
        for column in table.columns:
            for name in column.measures:
                if name not in self.measures:
                    raise ValueError(f"{table.id}.{column.key}: unknown measure {name}")
                if self.measures[name].fact == "item" and not has_items:
                    raise ValueError(f"{table.id}.{column.key}: rows without criterion or standard")

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        return tuple(section for part in self.parts for section in part.sections)

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        return tuple(table for section in self.sections for table in section.tables)

    @cached_property
    def _subjects(self) -> dict[str, str]:
        return {table.id: section.subject for section in self.sections for table in section.tables}

    def subject_of(self, table_id: str) -> str:
        return self._subjects[table_id]

    def row_set(self, table: Table) -> RowSet:
        return self.row_sets[table.rows]

    def number_format(self, profile: str, table_id: str) -> NumberFormat:
        chosen = self.formats[profile]
        return chosen.tables.get(table_id, chosen.default)


def load_template(path: Path) -> Template:
    return Template.model_validate_json(path.read_bytes())


@cache
def builtin_template(code: str) -> Template:
    """A template shipped with the product, e.g. `temis-2020`."""
    if code not in builtin_template_codes():
        raise LookupError(code)
    return load_template(DATA / f"{code}.json")


def builtin_template_codes() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in DATA.glob("temis-*.json")))
