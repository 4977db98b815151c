"""Who has logged in takes a pass along; the middleware writes it into the answer."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest


@receiver(user_logged_in)
def give_pass(sender: Any, request: HttpRequest | None, user: Any, **_: Any) -> None:
    if request is not None:
        request.new_pass_for = user.pk  # type: ignore[attr-defined]


@receiver(user_logged_out)
def take_pass(sender: Any, request: HttpRequest | None, **_: Any) -> None:
    """The next one at this computer may log in without waiting again."""
    if request is not None:
        request.new_pass_for = None  # type: ignore[attr-defined]
