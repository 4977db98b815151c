"""What every page's frame shows: where one can go, as what one acts."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from temis.accounts.models import Delegation
from temis.portal.navigation import FOOTER, links, navigation


def frame(request: HttpRequest) -> dict[str, Any]:
    """`navigation`, `acting` (the assignment in force), `delegating_head`, `footer_links`, `product_version`."""
    scope = getattr(request, "scope", None)
    shared = {"footer_links": SimpleLazyObject(lambda: list(links(FOOTER))), "product_version": _version()}
    if scope is None:
        return shared
    acting = next((a for a in request.assignments if a.id == scope.assignment_id), None)  # type: ignore[attr-defined]
    return shared | {
        "acting": acting,
        "navigation": SimpleLazyObject(lambda: navigation(scope, request.path)),
        "delegating_head": SimpleLazyObject(lambda: _head_of(scope.delegation_id)),
    }


def _head_of(delegation_id: int) -> str:
    return str(Delegation.objects.select_related("head").get(pk=delegation_id).head.display_name)


@cache
def _version() -> str:
    try:
        return version("temis")
    except PackageNotFoundError:  # run from a folder that was never installed
        return ""
