"""The public pages: without login, fast, printable, the same for everybody."""

import hashlib
from typing import Any

from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.feedgenerator import Atom1Feed
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import condition

from temis.appraisals.models import Period
from temis.core.asked import whole_number
from temis.core.http import public_page
from temis.core.templatetags.components import share
from temis.core.templatetags.temis import vi_percent
from temis.reporting.documents import public_document_of, template_of
from temis.reporting.models import ReportFile, ReportVersion
from temis.reporting.queries import public as queries
from temis.reporting.queries.overview import map_year, provinces_of
from temis.reporting.suppression import THRESHOLD
from temis.reporting.views import common

MAX_AGE = 300  # seconds; a new version shows within five minutes


def _etag(request: HttpRequest, *parts: object) -> str:
    who = request.user.pk if request.user.is_authenticated else ""
    told = [get_language(), who, request.GET.urlencode(), bool(getattr(request, "htmx", False)), *parts]
    return f'"{hashlib.sha256(repr(told).encode()).hexdigest()[:32]}"'


def _index_etag(request: HttpRequest) -> str:
    last = queries.published().values_list("pk", "state").first()
    return _etag(request, last, Period.objects.count())


def _report_etag(request: HttpRequest, slug: str, year: int, number: int | None = None) -> str:
    return _etag(request, [version.pk for version in queries.versions_of(slug, year)], number)


def _cached(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Pages bear the name of who is logged in: those are his alone."""
    private = request.user.is_authenticated
    patch_cache_control(response, max_age=MAX_AGE, **({"private": True} if private else {"public": True}))
    patch_vary_headers(response, ("Cookie", "Accept-Language"))
    return response


@public_page
@condition(etag_func=_index_etag)
def index(request: HttpRequest) -> HttpResponseBase:
    """Provinces of a year and what they published; the map and the table say the same."""
    years = queries.years()
    asked = whole_number(request.GET.get("year"))
    year = asked if asked in years else (years[0] if years else None)
    period = Period.objects.filter(year=year).first() if year else None
    if period is None:
        return _cached(request, render(request, "reporting/public/index.html", {"period": None}))
    lines, national = queries.index_lines(provinces_of(period, queries.published_reports()), period.year)
    context = {
        "period": period,
        "years": years,
        "lines": [line for line in lines if line.version],
        "total": len(lines),
        "national": national,
        "tiles": [_tile(line) for line in lines],
        "key": [(None, _("Chưa công bố")), (4, _("Đã công bố"))],
        "map_year": map_year(period),
    }
    return _cached(request, render(request, "reporting/public/index.html", context))


def _tile(line: queries.PublishedLine) -> dict[str, Any]:
    """The share of teachers who completed; the whole province is never a small group."""
    version = line.version
    if version is None:
        return {"code": line.code, "name": line.name, "text": "", "shade": None, "url": ""}
    url = reverse("reporting:public_report", args=[line.code, version.report.year])
    return {"code": line.code, "name": line.name, "text": _coverage(version), "shade": 4, "url": url}


def _coverage(version: ReportVersion) -> str:
    remaining = version.teachers - version.teachers_completed
    if 0 < remaining < THRESHOLD:  # RPT-10 holds on the map too
        return ""
    return vi_percent(share(version.teachers_completed, version.teachers), 0)


@public_page
@condition(etag_func=_report_etag)
def public_report(request: HttpRequest, slug: str, year: int) -> HttpResponseBase:
    """The last published version of a report."""
    return _report_page(request, queries.versions_of(slug, year), None)


@public_page
@condition(etag_func=_report_etag)
def public_version(request: HttpRequest, slug: str, year: int, number: int) -> HttpResponseBase:
    """A published version, also when a later one has been published since."""
    return _report_page(request, queries.versions_of(slug, year), number)


def _report_page(request: HttpRequest, versions: list[ReportVersion], number: int | None) -> HttpResponseBase:
    chosen = [version for version in versions if number is None or version.number == number]
    if not chosen:
        raise Http404
    version = chosen[0]
    profile = common.chosen_profile(request, template_of(version))
    files = queries.public_files(version)
    context = {
        "version": version,
        "report": version.report,
        "document": public_document_of(version, profile=profile),
        "versions": versions,
        "newest": versions[0],
        "files": files,
        "signed": next((file for file in files if file.signed_by), None),
        "profile": profile,
        "profiles": template_of(version).formats,
        "threshold": THRESHOLD,
        "content": mark_safe(queries.fragment(version.pk, version.data_hash, profile)),  # escaped where it is made
    }
    return _cached(request, render(request, "reporting/public/report.html", context))


@public_page
def public_file(request: HttpRequest, slug: str, year: int, number: int, name: str) -> HttpResponseBase:
    """A public file; it never changes, so it may be kept for a year."""
    version = next((version for version in queries.versions_of(slug, year) if version.number == number), None)
    files = queries.public_files(version) if version else []
    found = next((file for file in files if file.name == name), None)
    if found is None:
        raise Http404
    response = common.serve_file(found)
    response["ETag"] = f'"{found.sha256}"'
    patch_cache_control(response, public=True, max_age=31_536_000, immutable=True)
    return response


class PublicationFeed(Feed):
    """What was published, the latest first, as Atom."""

    feed_type = Atom1Feed
    title = gettext_lazy("Báo cáo TEMIS đã công bố")
    subtitle = gettext_lazy("Báo cáo TEMIS hằng năm của các tỉnh, thành phố")

    def link(self) -> str:
        return reverse("reporting:public")

    def items(self) -> list[ReportVersion]:
        return list(queries.published().defer("report_json", "public_json")[:100])

    def item_title(self, item: ReportVersion) -> str:
        title = _("%(area)s: báo cáo TEMIS năm %(year)s, lần chiết xuất %(number)s")
        return title % {"area": item.report.area, "year": item.report.year, "number": item.number}

    def item_description(self, item: ReportVersion) -> str:
        files = ReportFile.objects.filter(version=item, audience="PUBLIC")
        return "\n".join(f"{file.name} SHA-256: {file.sha256}" for file in files)

    def item_link(self, item: ReportVersion) -> str:
        return reverse("reporting:public_version", args=[item.report.slug, item.report.year, item.number])

    def item_updateddate(self, item: ReportVersion) -> Any:
        return item.published_at

    def item_pubdate(self, item: ReportVersion) -> Any:
        return item.published_at


feed = public_page(PublicationFeed())
