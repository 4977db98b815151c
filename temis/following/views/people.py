"""Who stands on a step, by name."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from temis.access import P
from temis.core.http import ScopedRequest, reads
from temis.following.enums import Waiting
from temis.following.exports.files import FORMATS
from temis.following.exports.listings import PEOPLE, require_names
from temis.following.queries.filters import OUT, POSITIONS
from temis.following.queries.looks import Look
from temis.following.queries.people import people_at
from temis.following.views.exports import download
from temis.following.views.places import context, look
from temis.organizations.enums import SchoolLevel


@reads(P.PROGRESS_VIEW, replica=True)
def people(request: ScopedRequest, period_pk: int, body_pk: int) -> HttpResponse:
    return _answer(request, look(request, period_pk, body_pk))


@reads(P.PROGRESS_VIEW, replica=True)
def group_people(request: ScopedRequest, period_pk: int, group_pk: int) -> HttpResponse:
    return _answer(request, look(request, period_pk, group_pk=group_pk))


def _answer(request: ScopedRequest, seen: Look | None) -> HttpResponse:
    if seen is None:
        return redirect("following:progress")
    require_names(seen.place)
    if request.GET.get("download") in FORMATS:
        return download(request, PEOPLE, seen)
    shown = context(request, seen) | {
        "page": people_at(request.scope, seen.period, seen.place, seen.filters),
        "title": _title(seen),
        "positions": [(one.value, one.label) for one in POSITIONS],
        "levels": SchoolLevel.choices,
        "waitings": [*((one.value, one.label) for one in Waiting), (OUT, _("Ngoài đợt"))],
        "chosen": OUT if seen.filters.out else seen.filters.waiting or "",
    }
    return render(request, "following/people.html", shown)


def _title(seen: Look) -> str:
    if seen.filters.out:
        return _("Người ngoài đợt")
    return str(seen.filters.waiting.label) if seen.filters.waiting else _("Mọi người trong đợt")
