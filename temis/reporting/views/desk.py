"""The list of reports, and the pages on which one version is looked at."""

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.safestring import mark_safe

from temis.access import P, Role
from temis.core.asked import whole_number
from temis.core.http import ScopedRequest, reads
from temis.reporting.actions.publication import may_sign
from temis.reporting.documents import document_of, public_document_of, template_of
from temis.reporting.enums import Audience, Map
from temis.reporting.forms import PublishForm, ReturnForm, ScanForm
from temis.reporting.models import ReportVersion
from temis.reporting.queries import comparison, lists
from temis.reporting.queries.mine import counted_in
from temis.reporting.reference import deadlines_for
from temis.reporting.render import html
from temis.reporting.rendering import FORMATS
from temis.reporting.views import common

PROVINCIAL = (Role.PROVINCE_OFFICER, Role.PROVINCE_LEADER)


@reads(P.REPORT_VIEW, replica=True)
def report_list(request: ScopedRequest) -> HttpResponse:
    """Own province by year; for the ministry and universities every report of a year within reach."""
    if request.scope.role in PROVINCIAL:
        context = {
            "lines": lists.own_lines(request.scope),
            "inherited": lists.inherited_lines(request.scope),
            "may_extract": request.scope.has(P.REPORT_EDIT),
        }
        return render(request, "reporting/list.html", context)
    years = sorted({period.year for period in lists.periods()}, reverse=True)
    asked = whole_number(request.GET.get("year"))
    year = asked if asked in years else lists.latest_year(request.scope) or next(iter(years), None)
    lines = lists.lines_of_year(request.scope, year) if year else []
    return render(request, "reporting/list_all.html", {"lines": lines, "years": years, "year": year})


@reads(P.OWN_APPRAISAL)
def mine(request: ScopedRequest) -> HttpResponse:
    """In which cells of the report the one in front is counted."""
    return render(request, "reporting/mine.html", {"counted": counted_in(request.scope)})


@reads(P.REPORT_VIEW, replica=True)
def version(request: ScopedRequest, report: int, number: int) -> HttpResponse:
    """Where it stands, what to do next, what changed, its files and its history."""
    found = common.fetch(request.scope, P.REPORT_VIEW, report, number)
    return render(request, "reporting/version.html", version_page(request, found))


def version_page(request: ScopedRequest, found: ReportVersion, scan_form: ScanForm | None = None) -> dict[str, object]:
    """What the page of a version shows; `scan_form` with what was wrong with it."""
    others = comparison.candidates(found, request.scope)
    before = _full(others[0]) if others else None
    versions = ReportVersion.objects.permitted(request.scope, P.REPORT_VIEW).filter(report=found.report)
    last, published = _last_two(list(versions.defer("report_json", "public_json").order_by("number")))
    return common.frame(request, found, "version") | {
        "steps": common.steps_for(request.scope, found),
        "deadlines": lists.deadline_strip(deadlines_for(found.report.year), last, published),
        "headlines": comparison.headlines(found, before, "vi"),
        "before": before,
        "exclusions": comparison.exclusions(found),
        "versions": versions.order_by("-number"),
        "files": found.files.exclude(audience=Audience.PUBLIC),
        "public_files": found.files.filter(audience=Audience.PUBLIC),
        "formats": FORMATS,
        "events": found.events.all(),
        "has_scan": found.files.filter(audience=Audience.SCAN).exists(),
        "may_sign": may_sign(found),
        "may_extract": _may(request, P.REPORT_EDIT, found),
        "may_scan": found.approved_at is not None and _may(request, P.REPORT_PUBLISH, found),
        "has_predecessors": _has_predecessors(found),
        "return_form": ReturnForm(),
        "publish_form": PublishForm(expected=confirmation(found)),
        "confirmation": confirmation(found),
        "scan_form": scan_form or ScanForm(),
    }


def confirmation(version: ReportVersion) -> str:
    """What is typed to confirm publication."""
    report = version.report
    area = report.area
    return f"{area} {report.year}"


def _may(request: ScopedRequest, permission: P, version: ReportVersion) -> bool:
    return ReportVersion.objects.permitted(request.scope, permission).filter(pk=version.pk).exists()


def _has_predecessors(version: ReportVersion) -> bool:
    """Whether today's map differs from that of the time: other provinces were merged into this one."""
    province = version.report.province
    return version.map == Map.TODAY or (province is not None and province.predecessors.exists())


def _last_two(versions: list[ReportVersion]) -> tuple[ReportVersion | None, ReportVersion | None]:
    """The last version and the last public one."""
    published = [version for version in versions if version.published_at]
    return (versions[-1] if versions else None, published[-1] if published else None)


def _full(version: ReportVersion) -> ReportVersion:
    return ReportVersion.objects.select_related("report__province", "template").get(pk=version.pk)


@reads(P.REPORT_VIEW, replica=True)
def tables(request: ScopedRequest, report: int, number: int) -> HttpResponse:
    """All tables with definitions and charts; in full, or as the public will see them."""
    found = common.fetch(request.scope, P.REPORT_VIEW, report, number)
    template = template_of(found)
    profile = common.chosen_profile(request, template)
    public = request.GET.get("view") == "public" and bool(found.public_json)
    document = public_document_of(found, profile=profile) if public else document_of(found, profile=profile)
    context = common.frame(request, found, "tables") | {
        "document": document,
        "public": public,
        "profile": profile,
        "profiles": template.formats,
        "content": mark_safe(html.render_parts(document)),  # escaped piece by piece where it is made
    }
    return render(request, "reporting/tables.html", context)


@reads(P.REPORT_VIEW, replica=True)
def differences(request: ScopedRequest, report: int, number: int) -> HttpResponse:
    """Cell by cell what differs from another version or from the year before."""
    found = common.fetch(request.scope, P.REPORT_VIEW, report, number)
    others = comparison.candidates(found, request.scope)
    asked = request.GET.get("with", "")
    chosen = next((other for other in others if str(other.pk) == asked), others[0] if others else None)
    profile = common.chosen_profile(request, template_of(found))
    context = common.frame(request, found, "differences") | {
        "others": others,
        "chosen": chosen,
        "changed": comparison.changed_tables(_full(chosen), found, profile) if chosen else [],
    }
    return render(request, "reporting/differences.html", context)


@reads(P.REPORT_VIEW, replica=True)
def download(request: ScopedRequest, report: int, number: int, name: str) -> HttpResponseBase:
    """A file in full: the kept one of a published version, else made now."""
    found = common.fetch(request.scope, P.REPORT_VIEW, report, number)
    kept = found.files.exclude(audience=Audience.PUBLIC).filter(name=name).select_related("version__report").first()
    if kept is not None:
        return common.serve_file(kept)
    chosen = next((each for each in FORMATS.values() if each.name == name), None)
    if chosen is None or found.published_at is not None:
        raise Http404
    content = chosen.render(document_of(found))
    slug = found.report.slug
    return common.rendered(content, chosen.media_type, f"TEMIS-{slug}-{found.report.year}-v{number}-{name}")
