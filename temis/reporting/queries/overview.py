"""All provinces of a year against the three deadlines; for the ministry, and for everybody what is public."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Min, Q, QuerySet
from django.utils import timezone

from temis.access import P, Scope
from temis.appraisals.models import Period
from temis.core import clock
from temis.organizations.models import Province
from temis.reporting.enums import PUBLISHED_STATES, VersionState
from temis.reporting.models import Report, ReportDeadlines, ReportVersion
from temis.reporting.reference import deadlines_for

NEW_MAP_FROM = date(2025, 7, 1)

# Shade of a province's tile by how far its report is.
SHADES = {
    VersionState.EXTRACTED: 0,
    VersionState.FROZEN: 1,
    VersionState.RETURNED: 1,
    VersionState.SUBMITTED: 2,
    VersionState.APPROVED: 2,
    VersionState.PUBLISHED: 3,
    VersionState.SENT: 4,
}


@dataclass(frozen=True)
class Met:
    """One deadline of one province. `late` are days after it, in what was done or in what is still missing."""

    due: date
    done: date | None
    late: int

    @classmethod
    def of(cls, due: date, moment: date | None) -> "Met":
        until = moment or clock.today()
        return cls(due, moment, max(0, (until - due).days))


@dataclass(frozen=True)
class ProvinceLine:
    """A province of the year: how far its report is."""

    code: str
    name: str
    report_id: int | None
    version: ReportVersion | None
    published: ReportVersion | None
    extract: Met
    publish: Met
    send: Met

    @property
    def shade(self) -> int | None:
        return SHADES[VersionState(self.version.state)] if self.version else None

    @property
    def late(self) -> int:
        """Deadlines that have passed without being met."""
        return sum(met.done is None and met.late > 0 for met in (self.extract, self.publish, self.send))


@dataclass(frozen=True)
class Totals:
    """The country, added up from the last versions of the provinces."""

    provinces: int
    extracted: int
    published: int
    sent: int
    teachers: int
    teachers_completed: int
    managers: int
    managers_completed: int


def provinces_of(period: Period, reports: QuerySet[Report]) -> QuerySet[Province]:
    """Those there were on the reference day, and those that ended before it and still have one of these reports."""
    there = Q(effective_to=None) | Q(effective_to__gte=period.reference_on)
    return Province.objects.filter(there | Q(pk__in=reports.filter(year=period.year).values("province_id")))


def map_year(period: Period) -> str:
    """Which tile map: that of 63 or that of 34 provinces."""
    return "2025" if period.reference_on >= NEW_MAP_FROM else "2020"


def province_lines(period: Period, scope: Scope) -> list[ProvinceLine]:
    """Every province of the year, with a report or without; three queries."""
    reports = Report.objects.permitted(scope, P.REPORT_OVERVIEW).filter(year=period.year, province__isnull=False)
    moments = {
        report.province_id: report
        for report in reports.annotate(
            frozen=Min("versions__frozen_at"), public=Min("versions__published_at"), mailed=Min("versions__sent_at")
        )
    }
    versions = _last_versions(reports)
    days = deadlines_for(period.year)
    return [_line(province, moments.get(province.pk), versions, days) for province in provinces_of(period, reports)]


def _line(
    province: Province,
    report: Report | None,
    versions: dict[int, tuple[ReportVersion, ReportVersion | None]],
    days: ReportDeadlines,
) -> ProvinceLine:
    last, published = versions.get(report.pk, (None, None)) if report else (None, None)
    return ProvinceLine(
        code=province.pk,
        name=province.name,
        report_id=report.pk if report else None,
        version=last,
        published=published,
        extract=Met.of(days.extract_by, _day(report, "frozen")),
        publish=Met.of(days.publish_by, _day(report, "public")),
        send=Met.of(days.send_by, _day(report, "mailed")),
    )


def _day(report: Report | None, name: str) -> date | None:
    moment = getattr(report, name, None)
    return timezone.localtime(moment).date() if moment else None


def _last_versions(reports: Iterable[Report]) -> dict[int, tuple[ReportVersion, ReportVersion | None]]:
    rows = ReportVersion.objects.filter(report__in=reports).defer("report_json", "public_json").order_by("number")
    found: dict[int, tuple[ReportVersion, ReportVersion | None]] = {}
    for version in rows:
        _, published = found.get(version.report_id, (None, None))
        found[version.report_id] = (version, version if version.state in PUBLISHED_STATES else published)
    return found


def totals(lines: list[ProvinceLine]) -> Totals:
    versions = [line.version for line in lines if line.version]
    return Totals(
        provinces=len(lines),
        extracted=sum(line.extract.done is not None for line in lines),
        published=sum(line.publish.done is not None for line in lines),
        sent=sum(line.send.done is not None for line in lines),
        teachers=sum(version.teachers for version in versions),
        teachers_completed=sum(version.teachers_completed for version in versions),
        managers=sum(version.managers for version in versions),
        managers_completed=sum(version.managers_completed for version in versions),
    )


def last_extraction(lines: list[ProvinceLine]) -> datetime | None:
    return max((line.version.extracted_at for line in lines if line.version), default=None)
