"""A list as a file: a short one in the answer, a long one by a job."""

import io
from itertools import chain

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from temis.access import NotPermitted, P
from temis.core import kept
from temis.core.errors import RuleViolation
from temis.core.http import ScopedRequest, reads, writes
from temis.following.exports.files import FORMATS, TYPES, file_name, write
from temis.following.exports.jobs import kept_for, request_export
from temis.following.exports.listings import BODIES, PEOPLE, listing
from temis.following.queries.looks import Look, look_at

AT_ONCE = 1_000  # rows that are written while one waits


def download(request: ScopedRequest, what: str, seen: Look) -> HttpResponse:
    """The file; or where the list is long, a page from which it is asked for."""
    of, kind = listing(what, request.scope, seen), request.GET["download"]
    rows = of.at_once(AT_ONCE)
    if rows is None and not seen.place.group:
        context = {"seen": seen, "what": what, "most": AT_ONCE, "kept_for": kept_for(), "asked": request.GET.items()}
        return render(request, "following/export.html", context)
    out = io.BytesIO()
    write(kind, out, of.head, chain.from_iterable(of.portions(AT_ONCE)) if rows is None else rows)
    headers = {"Content-Disposition": f'attachment; filename="{file_name(of.name, kind)}"'}
    return HttpResponse(out.getvalue(), content_type=TYPES[kind], headers=headers)


@writes(P.PROGRESS_VIEW)
def export(request: ScopedRequest, period_pk: int, body_pk: int) -> HttpResponse:
    """Have the list of the form's filters written by a job."""
    asked = request.POST.dict()
    what, kind = asked.get("what"), asked.get("download")
    seen = look_at(request.scope, asked, period_pk, body_pk)
    if seen is None or what not in (BODIES, PEOPLE) or kind not in FORMATS:
        raise RuleViolation("FOL-04", _("Không rõ cần ghi danh sách nào. Hãy mở lại trang Tiến độ."))
    listing(what, request.scope, seen)  # refused at once where there may be none
    job = request_export(seen, what, kind, seen.filters.as_asked(), scope=request.scope)
    return redirect("core:job", job.pk)


@reads(P.PROGRESS_VIEW)
def exported(request: ScopedRequest, name: str) -> HttpResponseBase:
    """A file that a job made for this assignment; nobody else's."""
    file = kept.given("exports", request.scope.assignment_id, name, to_keep=True)
    if file is None:
        raise NotPermitted(P.PROGRESS_VIEW)
    return file
