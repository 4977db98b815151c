"""Pages of no domain."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from temis.access import NotPermitted, P
from temis.core.http import ScopedRequest, public_page, reads
from temis.core.models import Job


@reads(P.HOME)
def job(request: ScopedRequest, pk: int) -> HttpResponse:
    """Long work that the user asked for: a page, or for htmx only the panel, which asks again while the work runs."""
    found = Job.objects.filter(pk=pk, user_id=request.scope.user_id).first()
    if found is None:
        raise NotPermitted(P.HOME)
    template = "components/_job.html" if request.htmx else "core/job.html"
    return render(request, template, {"job": found})


@public_page
def health(request: HttpRequest) -> JsonResponse:
    """For the load balancer: 200 while the database answers, else the error page."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@public_page
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines may read what is public, not the forms."""
    lines = ["User-agent: *", "Disallow: /accounts/", "Disallow: /jobs/", "Disallow: /gallery/", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain")
