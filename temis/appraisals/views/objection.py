"""The head answers an objection: the result stays or changes, with a reason."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from temis.access import P
from temis.appraisals import forms
from temis.appraisals.actions.objection import answer_objection
from temis.appraisals.enums import Outcome, State
from temis.appraisals.models import Appraisal
from temis.appraisals.queries.decision import objections_of, person_view, signer
from temis.appraisals.views.decision import to_decide
from temis.core import audit
from temis.core.errors import RuleViolation
from temis.core.http import ScopedRequest, by_method, reads, writes
from temis.standards.queries import edition_rule


@never_cache
@reads(P.APPRAISAL_DECIDE)
def show(request: ScopedRequest, pk: int) -> HttpResponseBase:
    appraisal = to_decide(request, pk)
    if appraisal.state != State.OBJECTED:
        return redirect("appraisals:decide", pk)
    audit.viewed(request, appraisal.person_id, "appraisal.objection")
    return _page(request, appraisal, list(appraisal.decided_levels or ()))


@writes(P.APPRAISAL_DECIDE)
def take(request: ScopedRequest, pk: int) -> HttpResponseBase:
    appraisal = to_decide(request, pk)
    levels = forms.levels_in(request.POST, edition_rule(appraisal.edition).criteria)
    outcome, answer = request.POST.get("outcome", ""), request.POST.get("answer", "")
    seen = forms.number_in(request.POST, "seen")
    try:
        answer_objection(pk, outcome=outcome, answer=answer, levels=levels, revision=seen, scope=request.scope)
    except RuleViolation as refused:
        if refused.field is None:
            raise
        return _page(request, appraisal, levels, refused)
    messages.success(request, _("Đã trả lời phản hồi của %(name)s.") % {"name": appraisal.person.full_name})
    return redirect("appraisals:school")


answer = by_method(get=show, post=take)


def _page(
    request: ScopedRequest, appraisal: Appraisal, levels: list[int | None], refused: RuleViolation | None = None
) -> HttpResponse:
    field = refused.field or "" if refused else ""
    anchor = f"{field}_field" if field.startswith("level-") else field
    context = {
        "appraisal": appraisal,
        "view": person_view(appraisal, request.scope, levels),
        "objections": objections_of(appraisal),
        "signer": signer(appraisal),
        "outcomes": Outcome,
        "outcome": request.POST.get("outcome", ""),
        "answer": request.POST.get("answer", ""),
        "errors": [{"url": f"#{anchor}", "text": str(refused)}] if refused else [],
    }
    return render(request, "appraisals/objection_answer.html", context, status=422 if refused else 200)
