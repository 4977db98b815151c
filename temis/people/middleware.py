"""Puts on every request who it is and as what he acts, and asks those above the school for a second factor first."""

from collections.abc import Callable
from typing import cast

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import auth
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode

from temis.access import SECOND_FACTOR, Role, Scope
from temis.accounts import session
from temis.accounts.models import User
from temis.people.assignments import assignments_in, assignments_of, scope_of
from temis.people.models import RoleAssignment
from temis.people.sessions import Holder

SESSION_KEY = session.ASSIGNMENT
GetResponse = Callable[[HttpRequest], HttpResponseBase]
# What stays open to somebody who still has to show or set up the second factor.
_OPEN = ("/accounts/", "/static/", "/language/", "/i18n/")


class UserMiddleware(AuthenticationMiddleware):
    """`request.user`, as Django's own, out of what was read with the session."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: _user_of(request))  # type: ignore[assignment]


def _user_of(request: HttpRequest) -> AbstractBaseUser | AnonymousUser:
    """Whatever is not as it should be (locked, password changed, session ended) is Django's to refuse."""
    holder = _holder(request)
    return holder.user if holder else auth.get_user(request)


def _holder(request: HttpRequest) -> Holder | None:
    """Whose session it is, where the session is his, the account open and the password still the same."""
    session = request.session
    held_by = session.get(auth.SESSION_KEY)
    holder: Holder | None = getattr(session, "holder", None)
    if holder is None or held_by != str(holder.user.pk) or not holder.user.is_active:
        return None
    shown, known = session.get(auth.HASH_SESSION_KEY, ""), holder.user.get_session_auth_hash()
    is_ours = session.get(auth.BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
    return holder if is_ours and constant_time_compare(shown, known) else None


class ScopeMiddleware:
    """`request.scope` (None for a visitor or a user without a role today) and `request.assignments`."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.assignments, request.scope = [], None  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            held = _held(request)
            request.assignments = held  # type: ignore[attr-defined]
            request.scope = _chosen(request, held)  # type: ignore[attr-defined]
        return self.get_response(request)


def _held(request: HttpRequest) -> list[RoleAssignment]:
    holder: Holder | None = getattr(request.session, "holder", None)
    if holder is None or holder.user.pk != request.user.pk:
        return assignments_of(cast(User, request.user))
    return assignments_in(holder.roles, cast(User, request.user))


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
