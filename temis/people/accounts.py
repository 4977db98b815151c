"""Reads of accounts for those who look after them."""

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db.models import Q, QuerySet

from temis.access import Scope
from temis.accounts.models import User
from temis.core import clock
from temis.core.models import AuditEntry
from temis.core.paging import Page
from temis.core.text import spellings
from temis.people.actions import may_manage_account
from temis.people.models import Person
from temis.people.names import NOT_OTHERWISE, page_by_name

_HISTORY = ("account.lock", "account.unlock", "account.second_factor_reset", "account.second_factor_off")


@dataclass(frozen=True)
class AccountState:
    """How an account stands; `locked` the entry that says since when, by whom and why, where there is one."""

    user: User
    has_second_factor: bool
    code_until: datetime | None
    locked: AuditEntry | None


def accounts_page(scope: Scope, *, text: str, locked: bool, after: str, before: str, size: int) -> Page[Person]:
    """Those whom the one in front may lock, by name: found by a part of it, by the code or the name of the account, or
    all who are locked."""
    # Joined with all who bear a common name, of whom one page is shown, these would cost as much as the search.
    people = may_manage_account(scope).prefetch_related("organization", "user")
    otherwise = NOT_OTHERWISE
    if text:
        # The users first: a condition across two tables could use the indexes of neither.
        users = list(User.objects.filter(username__in=spellings(text)).values_list("pk", flat=True))
        otherwise = Q(code__in=spellings(text)) | Q(user__in=users)
    elif not locked:
        people = people.none()
    if locked:
        people = people.filter(user__is_active=False)
    return page_by_name(
        people, path=scope.path, text=text, otherwise=otherwise, few=locked, after=after, before=before, size=size
    )


def account_state(person: Person) -> AccountState:
    user = person.user
    assert user is not None
    is_waiting = bool(user.code_digest) and user.code_expires_at is not None and user.code_expires_at > clock.now()
    entries = account_history(person)
    return AccountState(
        user=user,
        has_second_factor=Authenticator.objects.filter(user=user).exists(),
        code_until=user.code_expires_at if is_waiting else None,
        locked=None if user.is_active else entries.filter(action="account.lock").first(),
    )


def account_history(person: Person) -> QuerySet[AuditEntry]:
    """What was done to the account by others, the latest first."""
    about = AuditEntry.objects.filter(object_type="accounts.user", object_id=str(person.user_id))
    return about.filter(action__in=_HISTORY).order_by("-id")
