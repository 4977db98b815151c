"""What happened in the bodies within reach."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from temis.access import NotPermitted, P
from temis.core.http import ScopedRequest, reads
from temis.core.sentences import sentences
from temis.people import trail
from temis.people.changes import changes_of
from temis.people.forms import TrailFilterForm


def _filter_form(request: ScopedRequest) -> TrailFilterForm:
    form = TrailFilterForm(request.GET)
    words = {"person": "…", "count": "…"}
    actions = sorted((str(text) % words, action) for action, text in sentences().items())
    form.fields["action"].choices = [("", _("Tất cả")), *((action, text) for text, action in actions)]  # type: ignore[attr-defined]
    return form


@reads(P.AUDIT_VIEW)
def body(request: ScopedRequest) -> HttpResponse:
    form = _filter_form(request)
    data = form.cleaned_data if form.is_valid() else {}
    wanted = trail.TrailFilter(
        action=data.get("action", ""), text=data.get("q", ""), since=data.get("since"), until=data.get("until")
    )
    after, before = (request.GET.get(name, "") for name in ("after", "before"))
    page = trail.body_page(request.scope, wanted, after=after, before=before)
    return render(request, "people/trail.html", {"form": form, "page": page, "lines": trail.lines(page.rows)})


@reads(P.AUDIT_VIEW)
def entry(request: ScopedRequest, pk: int) -> HttpResponse:
    found = trail.body_trail(request.scope, trail.TrailFilter()).filter(pk=pk).first()
    if found is None:
        raise NotPermitted(P.AUDIT_VIEW)
    context = {
        "line": trail.lines([found])[0],
        "changes": changes_of(found, request.scope),
        "back": "people:audit",
    }
    return render(request, "people/entry.html", context)
