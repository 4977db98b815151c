"""The ministry's page: all provinces against the three deadlines, and the country's figures."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from temis.access import P
from temis.core.http import ScopedRequest, reads
from temis.core.templatetags.components import share
from temis.core.templatetags.temis import vi_percent
from temis.reporting.models import Report, ReportVersion
from temis.reporting.queries import overview as queries
from temis.reporting.queries.lists import periods
from temis.reporting.reference import deadlines_for


@reads(P.REPORT_OVERVIEW, replica=True)
def overview(request: ScopedRequest) -> HttpResponse:
    known, may_manage = periods(), request.scope.has(P.STANDARD_MANAGE)
    asked = request.GET.get("year", "")
    period = next((period for period in known if str(period.year) == asked), known[0] if known else None)
    if period is None:
        return render(request, "reporting/overview.html", {"period": None, "may_manage": may_manage})
    lines = queries.province_lines(period, request.scope)
    national = Report.objects.permitted(request.scope, P.REPORT_VIEW).filter(year=period.year, province=None).first()
    context = {
        "period": period,
        "years": [each.year for each in known],
        "lines": sorted(lines, key=lambda line: (-line.late, line.name)) if request.GET.get("late") else lines,
        "totals": queries.totals(lines),
        "as_of": queries.last_extraction(lines),
        "deadlines": deadlines_for(period.year),
        "tiles": [_tile(line) for line in lines],
        "key": tile_key(),
        "map_year": queries.map_year(period),
        "national": _last(national) if national else None,
        "may_extract": request.scope.has(P.REPORT_EDIT),
        "may_manage": may_manage,
    }
    return render(request, "reporting/overview.html", context)


def _last(report: Report) -> ReportVersion | None:
    return report.versions.defer("report_json", "public_json").order_by("-number").first()


def _tile(line: queries.ProvinceLine) -> dict[str, object]:
    version = line.version
    text = vi_percent(share(version.teachers_completed, version.teachers), 0) if version else ""
    url = version.get_absolute_url() if version else ""
    return {"code": line.code, "name": line.name, "text": text, "shade": line.shade, "url": url}


def tile_key() -> list[tuple[int | None, str]]:
    return [
        (None, _("Chưa chiết xuất")),
        (0, _("Đã chiết xuất, chưa chốt")),
        (1, _("Đã chốt số liệu")),
        (2, _("Đã trình, đã phê duyệt")),
        (3, _("Đã công bố")),
        (4, _("Đã gửi")),
    ]
