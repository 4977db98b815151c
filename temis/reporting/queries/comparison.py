"""What changed: between two versions, or since the year before."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from temis.access import P, Scope
from temis.reporting.differences import Difference, differences
from temis.reporting.documents import tables_of, template_of
from temis.reporting.enums import FROZEN_STATES
from temis.reporting.formats import NumberFormat, Value
from temis.reporting.models import ReportVersion
from temis.reporting.tables import TableResult, format_cell
from temis.reporting.template import Column, CountColumn, Table


@dataclass(frozen=True)
class Change:
    """A cell that differs; `by` is the change with its sign, empty where one of both is missing."""

    block: str
    row: str
    column: str
    old: str
    new: str
    by: str


@dataclass(frozen=True)
class ChangedTable:
    table: Table
    changes: list[Change]


@dataclass(frozen=True)
class Headline:
    """A figure of everybody: now, and in the version compared with."""

    table_id: str
    label: str
    now: str
    before: str
    by: str


def candidates(version: ReportVersion, scope: Scope) -> list[ReportVersion]:
    """With what a version may be compared: the earlier ones, then the last frozen one of the year before."""
    report = version.report
    reachable = ReportVersion.objects.permitted(scope, P.REPORT_VIEW).select_related("report", "template")
    light = reachable.exclude(pk=version.pk).defer("report_json", "public_json")
    earlier = list(light.filter(report=report, number__lt=version.number).order_by("-number"))
    year_before = light.filter(
        Q(report__province_id=report.province_id) if report.province_id else Q(report__province=None),
        report__year=report.year - 1,
        state__in=FROZEN_STATES,
    )
    return earlier + list(year_before.order_by("-number")[:1])


def changed_tables(old: ReportVersion, new: ReportVersion, profile: str) -> list[ChangedTable]:
    """Cells that differ, table by table in the order of the new report."""
    found: dict[str, list[Difference]] = {}
    for difference in differences(tables_of(old), tables_of(new)):
        found.setdefault(difference.table_id, []).append(difference)
    template = template_of(new)
    tables = {table.id: table for table in (*template_of(old).tables, *template.tables)}
    style = {key: template.number_format(profile, key) for key in tables}
    return [
        ChangedTable(tables[key], [_change(difference, style[key]) for difference in cells])
        for key, cells in found.items()
    ]


def _change(difference: Difference, style: NumberFormat) -> Change:
    column = difference.column
    return Change(
        block=difference.row.block,
        row=difference.row.label,
        column=column.title,
        old=format_cell(column, difference.old, style),
        new=format_cell(column, difference.new, style),
        by=_signed(column, difference.old, difference.new, style),
    )


def _signed(column: Column, old: Value, new: Value, style: NumberFormat) -> str:
    """`+12`, `−3,1`; nothing where one of both is no number."""
    if not isinstance(old, int | Decimal) or not isinstance(new, int | Decimal):
        return ""
    change = Decimal(new) - Decimal(old)
    return f"{'+' if change > 0 else '−' if change < 0 else ''}{format_cell(column, abs(change), style)}"


def headlines(version: ReportVersion, before: ReportVersion | None, profile: str) -> list[Headline]:
    """The first row (everybody) of the official tables, beside that of another version."""
    old = {result.table.id: result for result in tables_of(before)} if before else {}
    shown = [result for result in tables_of(version) if result.table.verified]
    return [line for result in shown for line in _headlines(version, result, old.get(result.table.id), profile)]


def _headlines(
    version: ReportVersion, result: TableResult, old: TableResult | None, profile: str
) -> Iterator[Headline]:
    style = template_of(version).number_format(profile, result.table.id)
    for column in result.table.columns:
        now = result.rows[0].values[column.key]
        before = old.rows[0].values.get(column.key) if old else None
        yield Headline(
            result.table.id,
            column.title,
            format_cell(column, now, style),
            format_cell(column, before, style) if old else "",
            _signed(column, before, now, style),
        )


def exclusions(version: ReportVersion) -> list[tuple[str, int]]:
    """Why people are out of the period, with how many: teachers and managers together, where there is anybody."""
    measures = template_of(version).measures
    found: dict[str, int] = {}
    for result in tables_of(version):
        for column in result.table.columns:
            value = result.rows[0].values[column.key]
            if isinstance(column, CountColumn) and measures[column.measure].reason and isinstance(value, int):
                found[column.headings[-1]] = found.get(column.headings[-1], 0) + value
    return [(label, people) for label, people in found.items() if people]
