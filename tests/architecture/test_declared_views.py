"""Every address says who may use it: `@reads`, `@writes` or `@public_page` (docs/architecture.md, rule 2)."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from temis.access import P
from temis.core.http import Declaration

# Views of libraries, by the module they come from, and why they need no declaration of ours.
FOREIGN = {
    "django.views.static": "files of the browser itself, in development only",
    "django.contrib.staticfiles.views": "files of the browser itself, in development only",
}

# Open without a role: to everybody, or to whoever holds the account's own secret (login, second factor).
WITHOUT_ROLE = {"public", "account"}


def views(patterns: list[Any] | None = None, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        address = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns, address)
        elif isinstance(pattern, URLPattern):
            yield address, pattern.callback


def is_foreign(view: Any) -> bool:
    return view.__module__ in FOREIGN


OURS = [(address, view) for address, view in views() if not is_foreign(view)]


@pytest.mark.parametrize(("address", "view"), OURS, ids=[address or "/" for address, _ in OURS])
def test_view_declares_who_may_use_it(address, view):
    declared = getattr(view, "declares", ())

    assert declared, f"{address}: {view.__module__}.{view.__name__} declares nothing"
    assert {type(one) for one in declared} == {Declaration}
    assert {one.kind for one in declared} <= {"reads", "writes"} | WITHOUT_ROLE


@pytest.mark.parametrize(("address", "view"), OURS, ids=[address or "/" for address, _ in OURS])
def test_permission_is_named_unless_no_role_is_asked_for(address, view):
    for one in getattr(view, "declares", ()):
        assert (one.kind in WITHOUT_ROLE) == (one.permission is None), address
        assert one.permission is None or one.permission in P


def test_only_the_account_pages_ask_for_the_secret_of_an_account():
    asking = [address for address, view in OURS if any(one.kind == "account" for one in view.declares)]

    assert [address for address in asking if not address.startswith("accounts/")] == []
