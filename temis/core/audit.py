"""The audit trail: one entry for each action, in the action's own transaction; one for each look at a person.

Row history (what a record looked like before) is kept beside it by triggers of pghistory, which bulk statements cannot
escape; `context` ties both together. See ADR 3.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import pghistory
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.core.validators import validate_ipv46_address
from django.db import models
from django.http import HttpRequest

from temis.access.scope import Scope
from temis.core import clock
from temis.core.models import AccessEntry, AuditEntry

_address: ContextVar[str | None] = ContextVar("address", default=None)


def client_address(request: HttpRequest) -> str | None:
    """Where the request comes from. The proxy's word counts only where the installation stands behind one: otherwise
    anybody could write an address of his choice into the audit trail and around the throttling."""
    header = settings.TRUSTED_ADDRESS_HEADER
    address = (header and request.META.get(header)) or request.META.get("REMOTE_ADDR") or ""
    try:
        validate_ipv46_address(address)
    except ValidationError:
        return None
    return str(address)


@contextmanager
def context(scope: Scope | None, address: str | None = None, *, by: AbstractBaseUser | None = None) -> Iterator[None]:
    """Tie every row change inside to who acts, as what, under whose delegation, and from where.

    `by` is the user where no role is in force yet (login, first password).
    """
    token = _address.set(address)
    who: dict[str, Any] = {"address": address}
    if by is not None:
        who |= {"user": by.pk}
    if scope is not None:
        who |= {
            "user": scope.user_id,
            "role": scope.role,
            "unit": scope.unit_id,
            "delegation": scope.delegation_id,
        }
    try:
        with pghistory.context(**who):
            yield
    finally:
        _address.reset(token)


def record(
    action: str,
    *,
    scope: Scope | None,
    by: AbstractBaseUser | None = None,
    target: models.Model | None = None,
    organization_id: int | None = None,
    person_id: int | None = None,
    rule_id: str = "",
    count: int | None = None,
    note: str = "",
) -> AuditEntry:
    """Write the entry of one action (`appraisal.decide`). `scope=None` means the system itself, or `by`, a user
    before he acts in a role.

    `organization_id` is the body in which it happened (its head reads it), `person_id` whose record it was (that
    person reads it), `count` the number of records of a bulk action, `note` a sentence or a reason.
    """
    tracker = getattr(pghistory.runtime._tracker, "value", None)
    return AuditEntry.objects.create(
        at=clock.now(),
        action=action,
        rule_id=rule_id,
        user_id=scope.user_id if scope else by.pk if by else None,
        actor=scope.actor if scope else by.get_full_name() if by else "",  # type: ignore[attr-defined]
        role=scope.role if scope else "",
        unit_id=scope.unit_id if scope else None,
        delegation_id=scope.delegation_id if scope else None,
        object_type=target._meta.label_lower if target else "",
        object_id=str(target.pk) if target else "",
        organization_id=organization_id or (scope.unit_id if scope else None),
        person_id=person_id,
        count=count,
        note=note,
        address=_address.get(),
        context_id=tracker.id if tracker else None,
    )


def viewed(request: HttpRequest, person_id: int, what: str) -> None:
    """Note that the one in front of the page looks at a person's record; written after the read-only transaction."""
    scope: Scope | None = getattr(request, "scope", None)
    if scope is None or scope.person_id == person_id:
        return
    if not hasattr(request, "viewed_people"):
        request.viewed_people = []  # type: ignore[attr-defined]
    request.viewed_people.append((person_id, what))  # type: ignore[attr-defined]


def write_views(request: HttpRequest) -> None:
    """Write what `viewed` collected, in one statement."""
    views = getattr(request, "viewed_people", [])
    scope: Scope | None = getattr(request, "scope", None)
    if not views or scope is None:
        return
    AccessEntry.objects.bulk_create(
        AccessEntry(
            at=clock.now(),
            user_id=scope.user_id,
            actor=scope.actor,
            role=scope.role,
            unit_id=scope.unit_id,
            delegation_id=scope.delegation_id,
            person_id=person_id,
            what=what,
            address=client_address(request),
        )
        for person_id, what in dict.fromkeys(views)
    )
