"""Puts on every request as what the user acts: one assignment at a time, kept in the session."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from temis.access import Scope
from temis.people.assignments import assignments_of, scope_of

SESSION_KEY = "assignment"


class ScopeMiddleware:
    """`request.scope` (None for a visitor or a user without a role today) and `request.assignments`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.assignments, request.scope = [], None  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            held = assignments_of(request.user)
            request.assignments = held  # type: ignore[attr-defined]
            request.scope = _chosen(request, held)  # type: ignore[attr-defined]
        return self.get_response(request)


def _chosen(request: HttpRequest, held: list) -> Scope | None:  # type: ignore[type-arg]
    """The assignment chosen in this session while it is held, else the first."""
    wanted = request.session.get(SESSION_KEY)
    chosen = next((a for a in held if a.id == wanted), held[0] if held else None)
    return scope_of(chosen, request.user) if chosen else None
