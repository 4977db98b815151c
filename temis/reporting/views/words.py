"""Narrative and letterhead of a version: written while it is on the officer's desk, read afterwards."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from temis.access import P
from temis.core.asked import whole_number
from temis.core.http import ScopedRequest, by_method, reads, writes
from temis.reporting.actions import words as actions
from temis.reporting.enums import EDITABLE_STATES
from temis.reporting.forms import LetterheadForm
from temis.reporting.models import ReportVersion
from temis.reporting.views import common


@reads(P.REPORT_VIEW)
def _show(request: ScopedRequest, report: int, number: int) -> HttpResponse:
    version = common.fetch(request.scope, P.REPORT_VIEW, report, number)
    return _page(request, version, LetterheadForm(instance=getattr(version, "letterhead", None)))


def _page(request: ScopedRequest, version: ReportVersion, form: LetterheadForm, status: int = 200) -> HttpResponse:
    sections = list(version.narrative.all())
    suggestions = {passage.key: passage.text for passage in actions.suggested(version)} if sections else {}
    own = ReportVersion.objects.permitted(request.scope, P.REPORT_EDIT).filter(pk=version.pk)
    context = common.frame(request, version, "words") | {
        "narrative": sections,
        "suggestions": suggestions,
        "revision": max((section.revision for section in sections), default=0),
        "saved_at": max((section.saved_at for section in sections if section.saved_at), default=None),
        "editable": version.state in EDITABLE_STATES and own.exists(),
        "form": form,
    }
    return render(request, "reporting/words.html", context, status=status)


@writes(P.REPORT_EDIT)
def _save(request: ScopedRequest, report: int, number: int) -> HttpResponse:
    """The letterhead; the narrative saves itself."""
    version = common.fetch(request.scope, P.REPORT_EDIT, report, number)
    form = LetterheadForm(request.POST, instance=version.letterhead)
    if not form.is_valid():
        return _page(request, version, form, status=422)
    actions.save_letterhead(version.pk, scope=request.scope, **form.cleaned_data)
    messages.success(request, _("Đã lưu thể thức văn bản, dùng cho cả các báo cáo sau."))
    return redirect("reporting:words", report=report, number=number)


words = by_method(get=_show, post=_save)


@writes(P.REPORT_EDIT)
def narrative(request: ScopedRequest, report: int, number: int) -> HttpResponse:
    """A save while typing: 204 when kept, 409 where a later one was. Without a script: back to the page."""
    version = common.fetch(request.scope, P.REPORT_EDIT, report, number)
    revision = whole_number(request.POST.get("revision")) or 0
    texts = {key.removeprefix("text-"): str(text) for key, text in request.POST.items() if key.startswith("text-")}
    kept = actions.save_narrative(version.pk, texts=texts, revision=revision, scope=request.scope)
    if request.headers.get("X-Autosave"):
        return HttpResponse(status=204 if kept else 409)
    messages.success(request, _("Đã lưu nội dung."))
    return redirect("reporting:words", report=report, number=number)
