"""A report ready to be printed in any form: tables, narrative, letterhead and where its figures come from."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from temis.reporting.formats import NumberFormat
from temis.reporting.tables import TableResult
from temis.reporting.template import Section, Template


@dataclass(frozen=True, slots=True)
class Province:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The formal parts of an administrative document (NĐ 30/2020, Phụ lục I); what is empty is left out.

    `authority` is the authority to sign (TM., KT., TL., …) with its body, `signer_title` the signer's post.
    """

    parent_body: str = ""
    issuing_body: str = ""
    number: str = ""
    place: str = ""
    issued_on: date | None = None
    recipients: tuple[str, ...] = ()
    authority: str = ""
    signer_title: str = ""
    signer_name: str = ""


@dataclass(frozen=True, slots=True)
class Narrative:
    """What the officer writes: a heading and its paragraphs, plain text."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Meta:
    """Where the figures come from. `map` is the map of the time ("then") or of today ("today")."""

    extracted_at: datetime
    extracted_by: str
    data_hash: str
    map: Literal["then", "today"] = "then"
    version: int = 1


@dataclass(frozen=True, slots=True)
class ReportDocument:
    """`province` None is the whole country; `hidden_below` the threshold of a public version, else None."""

    template: Template
    year: int
    province: Province | None
    tables: tuple[TableResult, ...]
    meta: Meta
    letterhead: Letterhead = field(default_factory=Letterhead)
    narrative: tuple[Narrative, ...] = ()
    profile: str = "vi"
    hidden_below: int | None = None

    @property
    def title(self) -> str:
        return self.template.title.format(year=self.year)

    @property
    def area(self) -> str:
        return self.province.name if self.province else self.template.words.nation

    @property
    def suppressed(self) -> bool:
        return self.hidden_below is not None

    def number_format(self, result: TableResult) -> NumberFormat:
        return self.template.number_format(self.profile, result.table.id)

    def tables_of(self, section: Section) -> list[TableResult]:
        ids = {table.id for table in section.tables}
        return [result for result in self.tables if result.table.id in ids]

    def notes(self, result: TableResult) -> list[str]:
        """What stands under a table: its own remark and the meaning of its signs."""
        words, notes = self.template.words, []
        if result.table.after:
            notes.append(result.table.after)
        if result.has_not_applicable:
            notes.append(words.not_applicable_note)
        if result.has_hidden and self.hidden_below:
            notes.append(words.hidden_note.format(max=self.hidden_below - 1))
        return notes

    def facts(self) -> list[tuple[str, str]]:
        """Name and value of everything a reader needs to trace the figures."""
        words, meta = self.template.words, self.meta
        return [
            (words.province, self.area),
            (words.year, str(self.year)),
            (words.template, self.template.code),
            (words.version, str(meta.version)),
            (words.map, words.map_then if meta.map == "then" else words.map_today),
            (words.extracted_at, f"{meta.extracted_at:%H:%M %d/%m/%Y}"),
            (words.extracted_by, meta.extracted_by),
            (words.data_hash, meta.data_hash),
        ]
