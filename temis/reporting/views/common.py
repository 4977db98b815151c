"""What the pages of one version share: fetching it, its frame, serving its files."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from temis.access import P, Scope
from temis.core.http import ScopedRequest
from temis.reporting import rules
from temis.reporting.jobs import running_job
from temis.reporting.models import ReportFile, ReportVersion
from temis.reporting.template import Template

ROWS = ("report__organization", "report__province", "report__period", "template", "letterhead")
# A browser does nothing with these files but show them.
INERT = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"


@dataclass(frozen=True)
class Section:
    """A page of one version."""

    label: str
    url: str
    current: bool


def fetch(scope: Scope, permission: P, report: int, number: int) -> ReportVersion:
    """The version with all it hangs on, or NotPermitted."""
    rows = ReportVersion.objects.select_related(*ROWS)
    found: ReportVersion = rows.fetch(scope, permission, report_id=report, number=number)
    return found


def frame(request: ScopedRequest, version: ReportVersion, here: str) -> dict[str, Any]:
    """Title, sections and the work under way: what every page of a version shows."""
    report = version.report
    return {
        "version": version,
        "report": report,
        "area": report.area,
        "sections": _sections(version, here),
        "job": running_job(report),
    }


def _sections(version: ReportVersion, here: str) -> list[Section]:
    names = {
        "version": _("Tình trạng"),
        "tables": _("Số liệu"),
        "differences": _("Thay đổi"),
        "words": _("Nội dung"),
        "sending": _("Gửi báo cáo"),
    }
    if version.frozen_at is None:
        del names["words"]
    if version.published_at is None:
        del names["sending"]
    place = [version.report_id, version.number]
    return [Section(label, reverse(f"reporting:{name}", args=place), name == here) for name, label in names.items()]


def steps_for(scope: Scope, version: ReportVersion) -> set[str]:
    """Names of the steps that the one in front may take now."""
    return {
        step.name
        for step in rules.allowed_steps(version.state)
        if ReportVersion.objects.permitted(scope, step.permission).filter(pk=version.pk).exists()
    }


def chosen_profile(request: Any, template: Template) -> str:
    """The number format asked for in the address, else the Vietnamese one."""
    asked = request.GET.get("format", "")
    return asked if asked in template.formats else "vi"


def serve_file(file: ReportFile, *, inline: bool = False) -> HttpResponseBase:
    """A kept file, named so that it can be told from others in a folder of downloads."""
    try:
        content = default_storage.open(file.storage_key, "rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(content, content_type=file.media_type)
    response["Content-Length"] = str(file.size)
    report = file.version.report
    return with_headers(response, f"TEMIS-{report.slug}-{report.year}-{file.name}", inline=inline)


def with_headers(response: Any, name: str, *, inline: bool = False) -> Any:
    kind = "inline" if inline else "attachment"
    response["Content-Disposition"] = f"{kind}; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = INERT
    return response


def rendered(content: bytes, media_type: str, name: str) -> HttpResponse:
    return with_headers(HttpResponse(content, content_type=media_type), name)
