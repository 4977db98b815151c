"""What allauth tells of logins and second factors, kept in the session and in the audit trail."""

from typing import Any

from allauth.account.signals import user_logged_in
from allauth.mfa.signals import authenticator_removed, authenticator_used
from django.dispatch import receiver
from django.http import HttpRequest

from temis.accounts import session
from temis.accounts.models import User
from temis.core import audit


@receiver(user_logged_in)
def keep_login(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:
    audit.record("account.login", scope=None, by=user, target=user)


@receiver(authenticator_used)
def remember_second_factor(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:
    """This session has shown a second factor (a code of the app or of the paper)."""
    request.session[session.SECOND_FACTOR] = user.pk


@receiver(authenticator_removed)
def forget_second_factor(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:
    request.session.pop(session.SECOND_FACTOR, None)
