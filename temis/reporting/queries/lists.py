"""Reports by year, for the list of each role."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from temis.access import P, Scope
from temis.appraisals.enums import PeriodState
from temis.appraisals.models import Period
from temis.organizations.models import Organization, OrganizationVersion, Province
from temis.reporting.enums import PUBLISHED_STATES, Milestone, VersionState
from temis.reporting.models import Report, ReportDeadlines, ReportVersion
from temis.reporting.reference import deadlines_for

Shown = dict[int, tuple[ReportVersion | None, ReportVersion | None]]


@dataclass(frozen=True)
class Deadline:
    """One of the three, as `<c-strip-deadlines>` prints it."""

    label: str
    due: date
    done: bool
    current: bool = False


@dataclass(frozen=True)
class Line:
    """A year of a province: its report where there is one, the last version, the last public one."""

    year: int
    area: str
    report: Report | None
    version: ReportVersion | None
    published: ReportVersion | None
    deadlines: list[Deadline]


def own_province(scope: Scope, on: date) -> str | None:
    """The province of the body in force, on a day."""
    then = OrganizationVersion.objects.filter(organization_id=scope.unit_id, validity__contains=on)
    code = then.values_list("province_id", flat=True).first()
    return code or Organization.objects.filter(pk=scope.unit_id).values_list("province_id", flat=True).first()


def periods() -> list[Period]:
    """Those that have a report, the latest year first."""
    return list(Period.objects.exclude(state=PeriodState.DRAFT).order_by("-year"))


def own_lines(scope: Scope) -> list[Line]:
    """Every year of the own province, also those without a report yet (for who extracts)."""
    reports = {report.year: report for report in visible_reports(scope).filter(organization_id=scope.unit_id)}
    shown = _versions(reports.values())
    lines = []
    for period in periods():
        report = reports.get(period.year)
        area = report.area if report else _area_of(own_province(scope, period.reference_on))
        lines.append(_line(period.year, area, report, shown))
    return lines


def inherited_lines(scope: Scope) -> list[Line]:
    """Reports of the bodies that the own one took over, to read; the latest year first."""
    reports = list(visible_reports(scope).exclude(organization_id=scope.unit_id).order_by("-year", "province_id"))
    shown = _versions(reports)
    return [_line(report.year, report.area, report, shown) for report in reports if report.pk in shown]


def all_lines(scope: Scope, year: int | None) -> list[Line]:
    """Every report within reach, by year and province."""
    reports = visible_reports(scope).order_by("-year", "province_id")
    found = list(reports if year is None else reports.filter(year=year))
    shown = _versions(found)
    return [_line(report.year, report.area, report, shown) for report in found]


def visible_reports(scope: Scope) -> QuerySet[Report]:
    return Report.objects.permitted(scope, P.REPORT_VIEW).select_related("province", "organization")


def _versions(reports: Iterable[Report]) -> Shown:
    """Per report the last version and the last public one; one query."""
    rows = ReportVersion.objects.filter(report__in=list(reports)).defer("report_json", "public_json")
    found: Shown = {}
    for version in rows.order_by("number"):
        _, published = found.get(version.report_id, (None, None))
        found[version.report_id] = (version, version if version.state in PUBLISHED_STATES else published)
    return found


def _line(year: int, area: str, report: Report | None, shown: Shown) -> Line:
    last, published = shown.get(report.pk, (None, None)) if report else (None, None)
    return Line(year, area, report, last, published, deadline_strip(deadlines_for(year), last, published))


def deadline_strip(
    days: ReportDeadlines, last: ReportVersion | None, published: ReportVersion | None
) -> list[Deadline]:
    """The three deadlines; the first that is not met is the current one."""
    met = {
        Milestone.EXTRACT: last is not None and (published is not None or last.state != VersionState.EXTRACTED),
        Milestone.PUBLISH: published is not None,
        Milestone.SEND: published is not None and published.state == VersionState.SENT,
    }
    dues = {Milestone.EXTRACT: days.extract_by, Milestone.PUBLISH: days.publish_by, Milestone.SEND: days.send_by}
    current = next((milestone for milestone in Milestone if not met[milestone]), None)
    return [Deadline(str(m.label), dues[m], met[m], m == current) for m in Milestone]


def _area_of(code: str | None) -> str:
    return Province.objects.filter(pk=code).values_list("name", flat=True).first() or "" if code else ""
