"""The switcher: from now on act under another assignment."""

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import redirect

from temis.access import NotPermitted, P, Role
from temis.accounts import session
from temis.core import audit
from temis.core.http import ScopedRequest, writes


@writes(P.HOME)
def switch(request: ScopedRequest) -> HttpResponse:
    """POST `assignment`: its id, one of those held today. Then to the task list of that role."""
    wanted = request.POST.get("assignment", "")
    chosen = next((a for a in request.assignments if a.id == wanted), None)  # type: ignore[attr-defined]
    if chosen is None:
        raise NotPermitted(P.HOME)
    if chosen.id != request.scope.assignment_id:
        scope = replace(
            request.scope,
            role=Role(chosen.role),
            unit_id=chosen.organization_id,
            delegation_id=chosen.delegation_id,
            assignment_id=chosen.id,
        )
        request.session[session.ASSIGNMENT] = chosen.id
        audit.record("role.switch", scope=scope, person_id=scope.person_id)
    return redirect("/")
