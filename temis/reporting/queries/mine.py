"""In which cells of a report one person is counted."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q

from temis.access import P, Scope
from temis.appraisals.enums import Exclusion
from temis.reporting.enums import FROZEN_STATES, PUBLISHED_STATES
from temis.reporting.models import PersonFact, ReportVersion
from temis.reporting.reference import parsed
from temis.reporting.template import CountColumn, Item, Line, Measure, Table, Template, Where


@dataclass(frozen=True)
class Cell:
    """A row of a table and the columns of it in which the person is one of the people."""

    block: str
    row: str
    columns: list[str]


@dataclass(frozen=True)
class CountedTable:
    table: Table
    cells: list[Cell]


@dataclass(frozen=True)
class Counted:
    """How the person is counted in one version: as a teacher, or as a manager."""

    version: ReportVersion
    row: PersonFact
    tables: list[CountedTable]

    @property
    def outcome(self) -> str | int:
        return self.row.told

    @property
    def reason(self) -> str:
        """Why the person is out of the period; empty for everybody else."""
        code = str(self.row.told).partition(":")[2]
        return str(Exclusion(code).label) if code else ""


def counted_in(scope: Scope) -> list[Counted]:
    """Of the last public report (or, where none is, the last frozen one) of each year that counts the person, the cells
    that do. The latest year first."""
    rows = list(PersonFact.objects.permitted(scope, P.OWN_APPRAISAL).select_related("kind"))
    chosen: dict[tuple[int, str], tuple[ReportVersion, PersonFact]] = {}
    for version in sorted(_versions(rows), key=_importance):
        for row in rows:
            if _counts(version, row):
                chosen[version.report.year, row.subject] = (version, row)
    return [_counted(version, row) for _key, (version, row) in sorted(chosen.items(), reverse=True)]


def _versions(rows: list[PersonFact]) -> list[ReportVersion]:
    """Frozen versions of provinces that count one of the rows."""
    if not rows:
        return []
    anywhere = Q()
    for row in rows:
        then = Q(report__period_id=row.period_id, snapshot__gte=row.since, snapshot__lt=row.until)
        province = Q(bodies=None, report__province_id=row.kind.province_code)
        anywhere |= then & (province | Q(bodies__contains=[row.organization_id]))
    found = ReportVersion.objects.filter(anywhere, state__in=FROZEN_STATES, report__province__isnull=False)
    return list(found.select_related("report__province", "template").defer("report_json", "public_json"))


def _counts(version: ReportVersion, row: PersonFact) -> bool:
    then = version.report.period_id == row.period_id and row.since <= version.snapshot < row.until
    if version.bodies is not None:
        return then and row.organization_id in version.bodies
    return then and version.report.province_id == row.kind.province_code


def _importance(version: ReportVersion) -> tuple[bool, int]:
    return (version.state in PUBLISHED_STATES, version.number)


def _counted(version: ReportVersion, row: PersonFact) -> Counted:
    template = parsed(version.template.content)
    tables = [
        CountedTable(table, cells)
        for section in template.sections
        if section.subject == row.subject
        for table in section.tables
        if (cells := list(_cells(template, table, row)))
    ]
    return Counted(version, row, tables)


def _cells(template: Template, table: Table, row: PersonFact) -> Iterator[Cell]:
    """Rows whose people the person belongs to, with the columns that count his state and level."""
    for block, line in template.row_set(table).rows():
        if not _is_among(block.where.joined(line.where), row):
            continue
        columns = [
            column.title
            for column in table.columns
            if isinstance(column, CountColumn) and _is_counted(template.measures[column.measure], line, row, template)
        ]
        if columns:
            yield Cell(block.label, line.label or block.label, columns)


def _is_among(where: Where, row: PersonFact) -> bool:
    return all(getattr(row.kind, name) == value for name, value in where.restrictions.items())


def _is_counted(measure: Measure, line: Line, row: PersonFact, template: Template) -> bool:
    if measure.fact != "item":
        return row.told in measure.outcomes
    rank = _item_rank(line.item, row, template)
    return rank is not None and rank in measure.outcomes


def _item_rank(item: Item | None, row: PersonFact, template: Template) -> int | None:
    """RPT-02. The own level in a criterion, or in a standard: the lowest of its criteria."""
    if item is None or row.levels is None:
        return None
    numbers = (item.number,) if item.kind == "criterion" else template.standards[row.subject][item.number]
    ranks = [row.levels[number - 1] for number in map(int, numbers) if number <= len(row.levels)]
    known = [rank for rank in ranks if rank is not None]
    return min(known, default=None)
