"""What everybody may see: published versions, their public figures and files. What is published never changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import QuerySet

from temis.organizations.models import Province
from temis.reporting.documents import public_document_of
from temis.reporting.enums import PUBLISHED_STATES, Audience
from temis.reporting.models import Report, ReportFile, ReportVersion
from temis.reporting.render import html

NATION = "vn"


def published() -> QuerySet[ReportVersion]:
    """Every published version, the latest publication first."""
    rows = ReportVersion.objects.filter(state__in=PUBLISHED_STATES).select_related(
        "report__province", "report__organization", "report__period", "template", "letterhead"
    )
    return rows.order_by("-published_at", "-pk")


def published_reports() -> QuerySet[Report]:
    return Report.objects.filter(versions__state__in=PUBLISHED_STATES)


def versions_of(slug: str, year: int) -> list[ReportVersion]:
    """The published versions of one report, the latest number first."""
    province = {"report__province": None} if slug == NATION else {"report__province_id": slug}
    return list(published().filter(report__year=year, **province).order_by("-number"))


def public_files(version: ReportVersion) -> list[ReportFile]:
    return list(ReportFile.objects.filter(version=version, audience=Audience.PUBLIC))


@lru_cache(maxsize=128)
def fragment(version_id: int, data_hash: str, profile: str) -> str:
    """Narrative and tables of a published version as HTML; made once by each process."""
    return html.render_report(public_document_of(published().get(pk=version_id), profile=profile))


@dataclass(frozen=True)
class PublishedLine:
    """A province on the public index: its last publication of a year, if any."""

    code: str
    name: str
    version: ReportVersion | None


def years() -> list[int]:
    found = ReportVersion.objects.filter(state__in=PUBLISHED_STATES).order_by("-report__year")
    return list(found.values_list("report__year", flat=True).distinct())


def index_lines(provinces: Iterable[Province], year: int) -> tuple[list[PublishedLine], ReportVersion | None]:
    """Each province with its latest published version of a year, and the national one; one query."""
    rows = published().filter(report__year=year).defer("report_json", "public_json").order_by("number")
    latest = {version.report.province_id: version for version in rows}
    lines = [PublishedLine(province.pk, province.name, latest.get(province.pk)) for province in provinces]
    return lines, latest.get(None)
