"""How a page of the account machinery declares itself: open to whoever holds the account's own secret, in no role."""

from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from temis.core import audit
from temis.core.http import Declaration, View


def account_page(view: View) -> View:
    """GET and POST, with or without login. What it changes is tied to the user and the address."""

    @wraps(view)
    @never_cache
    @sensitive_post_parameters()
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = request.user if request.user.is_authenticated else None
        scope = getattr(request, "scope", None)
        with audit.context(scope, audit.client_address(request), by=user):
            return view(request, *args, **kwargs)

    wrapper.declares = (Declaration("account"),)  # type: ignore[attr-defined]
    return wrapper
