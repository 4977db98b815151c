"""Reads for the import pages."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Count, QuerySet
from django.urls import NoReverseMatch, reverse

from temis.access import Scope
from temis.core.paging import Page
from temis.exchange import problems
from temis.exchange.columns import PERMISSIONS, Layout
from temis.exchange.enums import BatchState, Kind
from temis.exchange.mending import columns_of
from temis.exchange.models import ChangedRecord, CreatedRecords, ImportBatch, ImportProblem

ROWS_PER_PAGE = 30
SHOWN_GROUPS = 12
SHOWN_RECORDS = 15
IDENTIFYING = 2  # the first columns of every layout say whom or what a row is about


def kinds_of(scope: Scope) -> list[Kind]:
    return [kind for kind in Kind if scope.has(PERMISSIONS[kind])]


def batches_of(scope: Scope) -> QuerySet[ImportBatch]:
    """Imports of the bodies in reach, each kind by its own permission; the discarded ones left out."""
    found = ImportBatch.objects.none()
    for kind in Kind:
        found = found | ImportBatch.objects.permitted(scope, PERMISSIONS[kind]).filter(kind=kind)
    return found.exclude(state=BatchState.DISCARDED).select_related("created_by", "organization", "job")


@dataclass(frozen=True)
class ProblemGroup:
    """Rows with the same problem in the same column; `value` where they also have the same value."""

    column: str
    heading: str
    code: str
    count: int
    message: str
    value: str = ""
    suggestion: str = ""

    @property
    def token(self) -> str:
        return f"{self.column}.{self.code}"


def problem_kinds(batch: ImportBatch, layout: Layout) -> list[ProblemGroup]:
    """What is wrong, by column and problem, most frequent first: the filter of the grid."""
    counted = (
        ImportProblem.objects.filter(batch=batch, is_warning=False)
        .values("column", "code")
        .annotate(rows=Count("number", distinct=True))
        .order_by("-rows", "column", "code")
    )
    return [
        ProblemGroup(g["column"], layout.heading(g["column"]), g["code"], g["rows"], problems.title(g["code"]))
        for g in counted
    ]


def repeated_values(batch: ImportBatch, layout: Layout) -> list[ProblemGroup]:
    """The same wrong value in several rows: what can be mended in all of them at once (a code or a name can not)."""
    recurring = [
        column.field for column in layout.columns if column.cached and column.field not in ("code", "leads_group")
    ]
    counted = (
        ImportProblem.objects.filter(batch=batch, is_warning=False, column__in=recurring)
        .exclude(value="")
        .values("column", "code", "value", "values")
        .annotate(rows=Count("number", distinct=True))
        .filter(rows__gt=1)
        .order_by("-rows", "column", "value")[:SHOWN_GROUPS]
    )
    return [
        ProblemGroup(
            g["column"],
            layout.heading(g["column"]),
            g["code"],
            g["rows"],
            problems.message(g["code"], g["value"], g["values"]),
            g["value"],
            str(g["values"].get("suggestion", "")),
        )
        for g in counted
    ]


@dataclass
class Cell:
    place: int
    heading: str
    value: str
    messages: list[str] = field(default_factory=list)
    suggestion: str = ""


@dataclass
class GridRow:
    number: int
    cells: list[Cell]
    others: list[str]

    @property
    def is_mended(self) -> bool:
        return not self.others and not any(cell.messages for cell in self.cells)


@dataclass
class Grid:
    """Rows with problems and the columns in which they lie (all columns where asked for)."""

    headings: list[str]
    places: list[int]
    page: Page[Any]

    @property
    def rows(self) -> list[GridRow]:
        return self.page.rows


def grid(
    batch: ImportBatch, layout: Layout, *, only: str = "", after: int = 0, before: int = 0, whole: bool = False
) -> Grid:
    """One page of the rows that have problems (`only`: "column.code")."""
    found = ImportProblem.objects.filter(batch=batch, is_warning=False)
    if only.count(".") == 1:
        column, code = only.split(".")
        found = found.filter(column=column, code=code)
    numbers = found.order_by().values_list("number", flat=True).distinct()
    if before:
        page = list(numbers.filter(number__lt=before).order_by("-number")[: ROWS_PER_PAGE + 1])
        more, page = len(page) > ROWS_PER_PAGE, sorted(page[:ROWS_PER_PAGE])
        previous, following = (page[0] if more else 0), page[-1] if page else 0
    else:
        page = list(numbers.filter(number__gt=after).order_by("number")[: ROWS_PER_PAGE + 1])
        more, page = len(page) > ROWS_PER_PAGE, page[:ROWS_PER_PAGE]
        previous, following = (page[0] if after and page else 0), page[-1] if more else 0
    places = _places(batch, layout, page, whole=whole)
    rows = grid_rows(batch, layout, page, places)
    headings = [batch.headings[place] for place in places]
    return Grid(headings, places, Page(rows, next=str(following or ""), previous=str(previous or "")))


def grid_rows(batch: ImportBatch, layout: Layout, numbers: list[int], places: list[int]) -> list[GridRow]:
    """Rows with what is wrong in each of their cells."""
    columns = columns_of(batch, layout)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT number, cells::text FROM {layout.model._meta.db_table}"
            " WHERE batch_id = %s AND number = ANY(%s) ORDER BY number",
            [batch.pk, numbers],
        )
        staged = [(number, json.loads(cells)) for number, cells in cursor.fetchall()]
    told = _problems(batch, numbers)
    rows = []
    for number, cells in staged:
        by_field = told.get(number, {})
        shown = []
        for place in places:
            column = columns[place]
            cell = Cell(place, batch.headings[place], cells[place] if place < len(cells) else "")
            for problem in by_field.pop(column.field, []) if column else []:
                cell.messages.append(problems.message(problem.code, problem.value, problem.values))
                cell.suggestion = cell.suggestion or str(problem.values.get("suggestion", ""))
            shown.append(cell)
        others = [
            f"{layout.heading(name)}: {problems.message(p.code, p.value, p.values)}"
            for name, found in by_field.items()
            for p in found
        ]
        rows.append(GridRow(number, shown, others))
    return rows


def _problems(batch: ImportBatch, numbers: list[int]) -> dict[int, dict[str, list[ImportProblem]]]:
    told: dict[int, dict[str, list[ImportProblem]]] = {}
    for problem in ImportProblem.objects.filter(batch=batch, is_warning=False, number__in=numbers).order_by("id"):
        told.setdefault(problem.number, {}).setdefault(problem.column, []).append(problem)
    return told


def _places(batch: ImportBatch, layout: Layout, numbers: list[int], *, whole: bool) -> list[int]:
    """The columns that say what a row is about, then those with most problems on this page; or all that are known."""
    columns = columns_of(batch, layout)
    place = {column.field: i for i, column in enumerate(columns) if column}
    if whole:
        return sorted(place.values())
    wrong = (
        ImportProblem.objects.filter(batch=batch, is_warning=False, number__in=numbers)
        .values_list("column")
        .annotate(rows=Count("number"))
        .order_by("-rows", "column")
    )
    names = [column.field for column in layout.columns[:IDENTIFYING]]
    names += [name for name, _rows in wrong if name not in names]
    return [place[name] for name in names if name in place]


@dataclass(frozen=True)
class Record:
    """A record that an import made or changed, for the list of what it did."""

    name: str
    url: str
    is_new: bool


_NAMED = {
    Kind.ORGANIZATIONS: ("organizations_organization", "name", "organizations:detail"),
    Kind.STAFF: ("people_person", "full_name", "people:person"),
    Kind.RESULTS: ("appraisals_appraisal", "", ""),
}


def records_of(batch: ImportBatch) -> list[Record]:
    """The first records a loaded import made and changed, with their pages."""
    table, name, page = _NAMED[Kind(batch.kind)]
    if not name:
        return []
    made = CreatedRecords.objects.filter(batch=batch, table=table).first()
    new = made.ids[:SHOWN_RECORDS] if made else []
    changed = ChangedRecord.objects.filter(batch=batch, table=table).order_by("id").values_list("object_id", flat=True)
    ids = [*new, *changed[: SHOWN_RECORDS - len(new)]]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, {name} FROM {table} WHERE id = ANY(%s) ORDER BY id", [ids])
        return [Record(text, _address(page, pk), pk in new) for pk, text in cursor.fetchall()]


def _address(page: str, pk: int) -> str:
    try:
        return reverse(page, args=[pk])
    except NoReverseMatch:
        return ""


def notes_of(batch: ImportBatch) -> list[str]:
    return [problems.note(code, values) for code, values in batch.notes]
