"""Reports by year, for the list of each role."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, QuerySet

from temis.access import P, Scope
from temis.appraisals.enums import PeriodState
from temis.appraisals.models import Period
from temis.organizations.models import Organization, OrganizationVersion, Province
from temis.reporting.enums import PUBLISHED_STATES, Milestone, VersionState
from temis.reporting.models import Report, ReportDeadlines, ReportVersion
from temis.reporting.reference import deadlines_of

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
    days: ReportDeadlines

    @property
    def deadlines(self) -> list[Deadline]:
        return deadline_strip(self.days, self.version, self.published)


def own_province(scope: Scope, on: date) -> str | None:
    """The code of the province of the body in force, on a day."""
    province = _own_provinces(scope, [on])[on]
    return province.code if province else None


def _own_provinces(scope: Scope, days: Iterable[date]) -> dict[date, Province | None]:
    """The province of the body in force on each of the days, where it was in none that of today; two queries."""
    body = Organization.objects.select_related("province").filter(pk=scope.unit_id).first()
    then = list(OrganizationVersion.objects.filter(organization_id=scope.unit_id).select_related("province"))
    now = body.province if body else None
    return {day: next((v.province for v in then if v.province and day in v.validity), now) for day in days}


def periods() -> list[Period]:
    """Those that have a report, the latest year first."""
    return list(Period.objects.exclude(state=PeriodState.DRAFT).order_by("-year"))


def own_lines(scope: Scope) -> list[Line]:
    """Every year of the own province, also those without a report yet (for who extracts)."""
    reports = {report.year: report for report in visible_reports(scope).filter(organization_id=scope.unit_id)}
    found = periods()
    missing = [period.reference_on for period in found if period.year not in reports]
    provinces = _own_provinces(scope, missing) if missing else {}

    def area(period: Period) -> str:
        province = provinces[period.reference_on]
        return province.name if province else ""

    return _lines(
        (period.year, report.area if report else area(period), report)
        for period in found
        for report in (reports.get(period.year),)
    )


def inherited_lines(scope: Scope) -> list[Line]:
    """Reports of the bodies that the own one took over, to read; the latest year first."""
    reports = list(visible_reports(scope).exclude(organization_id=scope.unit_id).order_by("-year", "province_id"))
    return [line for line in _lines_of(reports) if line.version]


def lines_of_year(scope: Scope, year: int) -> list[Line]:
    """The reports of a year within reach, at most one for each province and one for the country."""
    return _lines_of(visible_reports(scope).filter(year=year).order_by("province_id"))


def latest_year(scope: Scope) -> int | None:
    """The last year that has a report within reach."""
    return Report.objects.permitted(scope, P.REPORT_VIEW).aggregate(year=Max("year"))["year"]


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


def _lines_of(reports: Iterable[Report]) -> list[Line]:
    return _lines((report.year, report.area, report) for report in reports)


def _lines(rows: Iterable[tuple[int, str, Report | None]]) -> list[Line]:
    """Versions and deadlines of all of them by one query each."""
    found = list(rows)
    shown = _versions(report for _year, _area, report in found if report)
    days = deadlines_of({year for year, _area, _report in found})
    return [
        Line(year, area, report, *(shown.get(report.pk, (None, None)) if report else (None, None)), days[year])
        for year, area, report in found
    ]


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
