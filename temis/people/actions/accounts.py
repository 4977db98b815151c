"""Locking and unlocking the account of another, taking off his second factor: by whoever stands above him."""

from collections.abc import Callable

from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from temis.access import P, Role, Scope
from temis.accounts import actions as accounts
from temis.accounts.models import User
from temis.core.models import AuditEntry
from temis.messaging.actions import Message, tell_at_once
from temis.people.models import Person
from temis.people.queries import delegation_notes
from temis.people.standing import standing_below

Change = Callable[..., tuple[User, AuditEntry]]


def may_manage_account(scope: Scope) -> QuerySet[Person]:
    """ACC-12. People within reach whose account stands below the one who acts, himself excluded."""
    return (
        Person.objects.permitted(scope, P.ACCOUNT_MANAGE)
        .exclude(user=None)
        .exclude(user_id=scope.user_id)
        .filter(standing_below(scope.role))
    )


@transaction.atomic
def lock_account(pk: int, reason: str, *, scope: Scope) -> None:
    """ACC-12, ACC-13. At once: running sessions end with it. `pk` is the person."""
    _change(accounts.lock_account, pk, reason, _("tài khoản đã bị khóa"), scope)


@transaction.atomic
def unlock_account(pk: int, reason: str, *, scope: Scope) -> None:
    _change(accounts.unlock_account, pk, reason, _("tài khoản đã được mở lại"), scope)


@transaction.atomic
def reset_second_factor(pk: int, reason: str, *, scope: Scope) -> None:
    _change(accounts.reset_second_factor, pk, reason, _("xác thực hai bước đã được gỡ"), scope)


def _change(change: Change, pk: int, reason: str, event: Promise, scope: Scope) -> None:
    """One change with its audit entry, told to the owner at once, by mail and in the page."""
    people: QuerySet[Person] = may_manage_account(scope)
    person: Person = people.fetch(scope, P.ACCOUNT_MANAGE, pk=pk)  # type: ignore[attr-defined]
    assert person.user_id is not None
    reason = reason.strip()
    user, entry = change(person.user_id, reason, accounts.About(person.pk, person.organization_id), scope=scope)
    with translation.override(user.language):
        tell_at_once(user, _message(user, entry, str(event)))


def _message(user: User, entry: AuditEntry, event: str) -> Message:
    who = {"name": entry.actor, "role": Role(entry.role).label}
    by = str(_("%(name)s, %(role)s") % who)
    notes = delegation_notes([entry.delegation_id])
    context = {
        "user": user,
        "event": event,
        "at": timezone.localtime(entry.at),
        "by": ", ".join([by, *notes.values()]),
        "reason": entry.note,
    }
    return Message(
        kind="account",
        key=f"account:{entry.pk}",
        subject=event[:1].upper() + event[1:],
        body=render_to_string("people/mail/account.txt", context).strip(),
        url=reverse("people:own_audit"),
    )
