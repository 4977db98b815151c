"""Pages of no domain."""

import sys

import structlog
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.defaults import server_error

from temis.access import NotPermitted, P
from temis.core import replicas
from temis.core.http import ScopedRequest, public_page, reads
from temis.core.models import Job
from temis.core.outage import is_outage

RETRY_AFTER = 5  # seconds

log = structlog.get_logger()


@reads(P.HOME)
def job(request: ScopedRequest, pk: int) -> HttpResponse:
    """Long work that the user asked for: a page, or for htmx only the panel, which asks again while the work runs."""
    found = Job.objects.filter(pk=pk, user_id=request.scope.user_id).first()
    if found is None:
        raise NotPermitted(P.HOME)
    template = "components/_job.html" if request.htmx else "core/job.html"
    response = render(request, template, {"job": found})
    if found.finished_at:  # what the person was told is done must be on the next page
        replicas.remember(response)
    return response


@public_page
def health(request: HttpRequest) -> JsonResponse:
    """For those who watch: 200 while the database answers, else 503."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@public_page
def live(request: HttpRequest) -> JsonResponse:
    """For the proxy: 200 while this process answers. It asks no database: without one, TEMIS itself says what to do."""
    return JsonResponse({"status": "ok"})


def failure(request: HttpRequest) -> HttpResponse:
    """Every error nobody foresaw. A database that is away for a moment is told apart: nothing is broken then."""
    error = sys.exc_info()[1]
    if not is_outage(error):
        return server_error(request)
    log.warning("database is away", path=request.path, reason=str(error).strip())
    is_fragment = bool(getattr(request, "htmx", False))
    template = "components/_outage.html" if is_fragment else "503.html"
    response = HttpResponse(render_to_string(template, {"is_form": request.method == "POST"}), status=503)
    response["Retry-After"], response["Cache-Control"] = str(RETRY_AFTER), "no-store"
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django would add where it happened, each time
    if is_fragment:
        response["HX-Retarget"], response["HX-Reswap"] = "#messages", "innerHTML"
    return response


@public_page
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines may read what is public, not the forms."""
    lines = ["User-agent: *", "Disallow: /accounts/", "Disallow: /jobs/", "Disallow: /gallery/", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain")
