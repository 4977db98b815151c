"""A printed form as plain data: what every form has, whatever it is about. Set by forms.typ."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table head or of a row; `tick` prints the mark of a chosen level."""

    text: str = ""
    colspan: int = 1
    rowspan: int = 1
    align: str = "center"
    bold: bool = False
    tick: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """`widths` are parts of a page (fr) or millimetres; rows of one cell run over all columns."""

    widths: list[str]
    head: list[list[Cell]]
    rows: list[list[Cell]]


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph with its heading; `section` starts a new numbered part."""

    label: str
    text: str
    section: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    role: str
    hint: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """One form, ready to print."""

    number: str
    title: str
    subtitle: str
    parent_body: str
    body: str
    facts: list[tuple[str, str]]
    table: Table
    passages: list[Passage] = field(default_factory=list)
    place_date: str = ""
    signatures: list[Signature] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    landscape: bool = False

    def as_data(self) -> dict[str, Any]:
        return asdict(self)
