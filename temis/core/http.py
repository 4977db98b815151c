"""How a view declares what it does: `@reads(P.X)`, `@writes(P.X)`, `@public_page`; views do not decide."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme

from temis.access import NotPermitted, P, Scope
from temis.core import audit, replicas
from temis.core.planned import planned_once

View = Callable[..., HttpResponseBase]


class ScopedRequest(HttpRequest):
    """A request of somebody who acts in a role (for annotations)."""

    scope: Scope
    htmx: Any


@dataclass(frozen=True)
class Declaration:
    """What a view said of itself; the architecture test reads it."""

    kind: str  # "reads", "writes", "public"
    permission: P | None = None
    replica: bool = False  # may be read from a copy of the database that is a moment behind


def reads(permission: P, *, replica: bool = False, planned: bool = False) -> Callable[[View], View]:
    """A page that only reads: GET or HEAD, in a transaction in which PostgreSQL refuses every write.

    `planned`: it is asked for so often, and reads by keys, that the plans of its statements are kept.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: ScopedRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method not in ("GET", "HEAD"):
                return HttpResponseNotAllowed(["GET", "HEAD"])
            if refused := _refusal(request, permission):
                return refused
            if replica:
                response = replicas.read(request, lambda: view(request, *args, **kwargs))
            else:
                with replicas.read_only(), planned_once() if planned else nullcontext():
                    response = view(request, *args, **kwargs)
            audit.write_views(request)
            return response

        wrapper.declares = (Declaration("reads", permission, replica),)  # type: ignore[attr-defined]
        return wrapper

    return decorate


def writes(permission: P, *, alone: bool = False) -> Callable[[View], View]:
    """A change: POST, one transaction with its audit entries.

    `alone`: the change is one statement, thus a transaction by itself, and has neither history nor audit entry. A test
    of the view holds it to that.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: ScopedRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method != "POST":
                return HttpResponseNotAllowed(["POST"])
            if refused := _refusal(request, permission):
                return refused
            with nullcontext() if alone else _changing(request):
                response = view(request, *args, **kwargs)
            replicas.remember(response)
            return response

        wrapper.declares = (Declaration("writes", permission),)  # type: ignore[attr-defined]
        return wrapper

    return decorate


@contextmanager
def _changing(request: ScopedRequest) -> Iterator[None]:
    with audit.context(request.scope, audit.client_address(request)), transaction.atomic():
        yield


def public_page(view: View) -> View:
    """A page that everybody may see, without login. It reads only."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return view(request, *args, **kwargs)

    wrapper.declares = (Declaration("public"),)  # type: ignore[attr-defined]
    return wrapper


def by_method(*, get: View, post: View) -> View:
    """One address that shows a form and takes it: two declared views."""

    @wraps(get)
    def dispatch(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return (post if request.method == "POST" else get)(request, *args, **kwargs)

    dispatch.declares = get.declares + post.declares  # type: ignore[attr-defined]
    return dispatch


def _page_in_front(request: HttpRequest) -> str:
    """Where to come back to after a login: this page; for a form that was sent, the page that it stands on, because
    what was typed there waits in the browser. An address that only takes forms shows nothing itself."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    came_from = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came_from, {request.get_host()}, request.is_secure()):
        return "/"
    parts = urlsplit(came_from)
    return urlunsplit(("", "", parts.path or "/", parts.query, ""))


def _refusal(request: ScopedRequest, permission: P) -> HttpResponse | None:
    """To the login page without a user; 404 (an absent page) without the right."""
    if not request.user.is_authenticated:
        if request.htmx:
            return HttpResponse(
                status=401, headers={"HX-Redirect": redirect_to_login(request.htmx.current_url or "/").url}
            )
        return redirect_to_login(_page_in_front(request))
    if request.scope is None or not request.scope.has(permission):
        raise NotPermitted(permission)
    return None
