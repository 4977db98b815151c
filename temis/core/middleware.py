"""Turns the errors that carry a message into a page or a fragment with that message; no answer is a blank page."""

from collections.abc import Callable
from http import HTTPStatus

from csp.constants import HEADER
from csp.utils import build_policy
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.defaults import bad_request

from temis.access import NotPermitted
from temis.core.errors import RuleViolation


class PolicyMiddleware:
    """The content security policy of the settings, which is the same on every page: put into words once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response, self.policy = get_response, build_policy()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault(HEADER, self.policy)
        return response


class ErrorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if _has_null(request):
            return bad_request(request, SuspiciousOperation())
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not getattr(request, "htmx", False):
            return _said(request, response)
        return response

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


def _has_null(request: HttpRequest) -> bool:
    """A zero byte in the address: PostgreSQL keeps none, so that no such thing can be looked for."""
    return "\0" in request.path or "%00" in request.META.get("QUERY_STRING", "")


def _said(request: HttpRequest, refused: HttpResponseBase) -> HttpResponseBase:
    """An address that only takes forms was opened by hand, by a reload or from a list of the browser."""
    page = render(request, "405.html", status=HTTPStatus.METHOD_NOT_ALLOWED)
    page["Allow"] = refused["Allow"]
    return page
