"""One's own record: what it says, what is missing, who looked at it and what happened to it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from temis.access import NotPermitted, P
from temis.core.http import ScopedRequest, by_method, reads, writes
from temis.core.paging import keyset
from temis.people import actions, queries, trail
from temis.people.changes import changes_of
from temis.people.forms import ProfileForm
from temis.people.models import Person
from temis.people.tasks import missing
from temis.people.views.answers import done_by, on_to


def _own(request: ScopedRequest) -> Person | None:
    return Person.objects.select_related("organization", "group").filter(pk=request.scope.person_id or 0).first()


def _show(request: ScopedRequest, person: Person | None, form: ProfileForm | None) -> HttpResponse:
    context = {
        "person": person,
        "form": form,
        "history": queries.history(person) if person else [],
        "missing": missing(person),
        "held": [
            (one, queries.Period.of(one.validity), [P(p).label for p in one.permissions])
            for one in queries.delegations_held(request.scope)
        ],
    }
    return render(request, "people/profile.html", context, status=422 if form and form.errors else 200)


@reads(P.OWN_PROFILE)
def read_profile(request: ScopedRequest) -> HttpResponse:
    person = _own(request)
    return _show(request, person, ProfileForm(person=person) if person else None)


@writes(P.OWN_PROFILE)
def save_profile(request: ScopedRequest) -> HttpResponse:
    person = _own(request)
    if person is None:
        return _show(request, None, None)
    form = ProfileForm(request.POST, person=person)

    def save() -> None:
        given = {name: value for name, value in form.cleaned_data.items() if value is not None}
        actions.complete_profile(given, scope=request.scope)

    if done_by(form, save):
        return on_to(request, "people:profile", _("Đã lưu hồ sơ."))
    return _show(request, person, form)


profile = by_method(get=read_profile, post=save_profile)


@reads(P.OWN_AUDIT)
def own_audit(request: ScopedRequest) -> HttpResponse:
    """What happened to one's record and account; `?view=looks`: who looked at it."""
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    if request.GET.get("view") == "looks":
        looks = keyset(trail.own_looks(request.scope), ["-id"], after=after, before=before)
        context = {"page": looks, "looks": trail.look_lines(looks.rows), "view": "looks"}
    else:
        entries = keyset(trail.own_trail(request.scope), ["-id"], after=after, before=before)
        context = {"page": entries, "lines": trail.lines(entries.rows), "view": "changes"}
    return render(request, "people/own_audit.html", context)


@reads(P.OWN_AUDIT)
def own_entry(request: ScopedRequest, pk: int) -> HttpResponse:
    """What exactly one action changed in one's own record."""
    entry = trail.own_trail(request.scope).filter(pk=pk).first()
    if entry is None:
        raise NotPermitted(P.OWN_AUDIT)
    context = {
        "line": trail.lines([entry])[0],
        "changes": changes_of(entry, request.scope, own=True),
        "back": "people:own_audit",
    }
    return render(request, "people/entry.html", context)
