"""The pages at which everybody starts."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language

from temis.access import SECOND_FACTOR, P, Scope
from temis.core.http import Declaration, ScopedRequest, public_page, reads
from temis.core.planned import planned_once
from temis.portal.gallery import examples
from temis.portal.queries import editions_in_force, latest_reports
from temis.portal.tasks import TaskList, task_list


@public_page
def home(request: HttpRequest) -> HttpResponseBase:
    """One address: what is due from the one in front of the page; for a visitor, what TEMIS is."""
    if getattr(request, "scope", None) is not None:
        return own_tasks(request)
    if request.user.is_authenticated:
        return render(request, "portal/no_role.html")
    return render(request, "portal/landing.html", {"editions": editions_in_force(), "published": latest_reports()})


@reads(P.HOME)
def own_tasks(request: ScopedRequest) -> HttpResponse:
    return render(request, "portal/home.html", {"tasks": _tasks(request.scope)})


def _tasks(scope: Scope) -> TaskList:
    """In one school it is found the same way as in every other; above them the best way depends on where."""
    if scope.role in SECOND_FACTOR:
        return task_list(scope)
    with planned_once():
        return task_list(scope)


@public_page
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/help.html")


@public_page
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in all its states, for those who build pages."""
    return render(request, "portal/gallery.html", examples())


@csrf_exempt
def language(request: HttpRequest) -> HttpResponseBase:
    """Choose the language. It changes only a cookie of the visitor's own, so it asks for no token: public pages then
    need no cookie and can be cached."""
    return set_language(request)


language.declares = (Declaration("public"),)  # type: ignore[attr-defined]
