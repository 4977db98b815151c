"""Puts on every request as what the user acts, and asks those above the school for a second factor first."""

from collections.abc import Callable
from typing import cast

from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode

from temis.access import SECOND_FACTOR, Role, Scope
from temis.accounts import session
from temis.accounts.models import User
from temis.people.assignments import assignments_of, scope_of
from temis.people.models import RoleAssignment

SESSION_KEY = session.ASSIGNMENT
GetResponse = Callable[[HttpRequest], HttpResponseBase]
# What stays open to somebody who still has to show or set up the second factor.
_OPEN = ("/accounts/", "/static/", "/language/", "/i18n/")


class ScopeMiddleware:
    """`request.scope` (None for a visitor or a user without a role today) and `request.assignments`."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.assignments, request.scope = [], None  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            held = assignments_of(request.user)
            request.assignments = held  # type: ignore[attr-defined]
            request.scope = _chosen(request, held)  # type: ignore[attr-defined]
        return self.get_response(request)


def _chosen(request: HttpRequest, held: list[RoleAssignment]) -> Scope | None:
    """The assignment chosen in this session while it is held, else the first."""
    wanted = request.session.get(SESSION_KEY)
    chosen = next((a for a in held if a.id == wanted), held[0] if held else None)
    return scope_of(chosen, cast(User, request.user)) if chosen else None


class SecondFactorMiddleware:
    """ACC-10. Who holds any role above the school, in force or not, shows a second factor in each session: a
    password alone must not be one click away from a province. See ADR 5."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not _is_missing(request) or request.path.startswith(_OPEN):
            return self.get_response(request)
        has_one = is_mfa_enabled(request.user)
        page = reverse("mfa_reauthenticate" if has_one else "mfa_activate_totp")
        target = request.get_full_path() if request.method == "GET" else "/"
        address = f"{page}?{urlencode({'next': target})}"
        if getattr(request, "htmx", False):
            return HttpResponse(status=401, headers={"HX-Redirect": address})
        return HttpResponseRedirect(address)


def _is_missing(request: HttpRequest) -> bool:
    if not any(Role(a.role) in SECOND_FACTOR for a in request.assignments):  # type: ignore[attr-defined]
        return False
    return request.session.get(session.SECOND_FACTOR) != request.user.pk
