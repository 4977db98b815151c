"""How a form of people is shown and taken."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise

from temis.core.errors import RuleViolation
from temis.core.http import ScopedRequest


def done_by(form: Form, action: Callable[[], Any]) -> bool:
    """Do the action with a valid form; a rule that says no becomes the message of its field."""
    if not form.is_valid():
        return False
    try:
        with transaction.atomic():
            action()
    except RuleViolation as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return False
    return True


def form_page(request: ScopedRequest, form: Form, **context: Any) -> HttpResponse:
    """A page with one form: `title`, `button`, `back` (an address), `lead`; 422 where the form has errors."""
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "people/form.html", {"form": form, **context}, status=status)


def on_to(request: ScopedRequest, address: str, message: str | Promise, *args: Any) -> HttpResponse:
    messages.success(request, str(message))
    return redirect(address, *args)
