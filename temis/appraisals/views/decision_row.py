"""One row of the table of quick work, saved by itself while it is filled in."""

from django.http import HttpResponse
from django.shortcuts import render

from temis.access import P
from temis.appraisals import forms
from temis.appraisals.actions import decision as actions
from temis.appraisals.models import Appraisal
from temis.appraisals.queries.decision_table import table_rows
from temis.appraisals.views.decision import to_decide
from temis.core.http import ScopedRequest, writes
from temis.standards.queries import edition_rule


@writes(P.APPRAISAL_DECIDE)
def save_row(request: ScopedRequest, pk: int) -> HttpResponse:
    """Keep the levels of one row, or with `decide` decide by them; answers with the row's last cell."""
    appraisal = to_decide(request, pk)
    levels = forms.levels_in(request.POST, edition_rule(appraisal.edition).criteria)
    note = _note(appraisal)
    if "decide" in request.POST:
        seen = forms.number_in(request.POST, "seen")
        actions.decide(pk, levels=levels, note=note, revision=seen, scope=request.scope)
        return _row_result(request, pk)
    revision = forms.number_in(request.POST, "revision") + 1
    saved = actions.save_decision_draft(pk, levels=levels, note=note, revision=revision, scope=request.scope)
    if saved.is_late:
        context = {"text": actions.faster_than(saved)}
        return render(request, "appraisals/_row_refused.html", context, status=409)
    return _row_result(request, pk)


def _note(appraisal: Appraisal) -> str:
    """The table has no place for the note: the one that is there stays."""
    draft = getattr(appraisal, "decision_draft", None)
    return draft.note if draft else appraisal.decision_note


def _row_result(request: ScopedRequest, pk: int) -> HttpResponse:
    related = ("period", "edition", "person", "group", "organization", "decision_draft")
    fresh = Appraisal.objects.select_related(*related).get(pk=pk)
    (row,) = table_rows(request.scope, [fresh])
    return render(request, "appraisals/_decision_row_result.html", {"row": row})
