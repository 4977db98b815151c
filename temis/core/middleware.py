"""Turns the errors that carry a message into a page or a fragment with that message."""

from collections.abc import Callable

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from temis.access import NotPermitted
from temis.core.errors import RuleViolation


class ErrorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """NotPermitted → 404. RuleViolation → 422, as a fragment for htmx and as a page else."""
        if isinstance(error, NotPermitted):
            raise Http404 from error
        if isinstance(error, RuleViolation):
            htmx = getattr(request, "htmx", False)
            template = "components/_violation.html" if htmx else "violation.html"
            response = render(request, template, {"violation": error}, status=422)
            if htmx:
                response["HX-Retarget"], response["HX-Reswap"] = "#messages", "innerHTML"
            return response
        return None
