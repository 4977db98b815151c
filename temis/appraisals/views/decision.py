"""The head's decision on one person: side by side, saved while typed, decided, next."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from temis.access import P
from temis.appraisals import forms, rules
from temis.appraisals.actions import decision as actions
from temis.appraisals.actions.participation import call_early_decision
from temis.appraisals.enums import PeriodState, Stage, State
from temis.appraisals.models import Appraisal
from temis.appraisals.queries.decision import PersonView, next_waiting, person_view, signer
from temis.appraisals.queries.self_assessment import explanation_of
from temis.appraisals.queries.windows import window_of
from temis.core import audit
from temis.core.asked import whole_numbers
from temis.core.errors import RuleViolation
from temis.core.http import ScopedRequest, by_method, reads, writes
from temis.standards.enums import Level
from temis.standards.queries import edition_rule
from temis.standards.wording import sentences

RELATED = ("period", "edition", "organization", "group", "person", "decided_by_person", "decided_by", "decided_under")


@never_cache
@reads(P.APPRAISAL_DECIDE, planned=True)
def show(request: ScopedRequest, pk: int) -> HttpResponse:
    """One person. `?fill=self` fills in the self-assessment, `?fill=colleagues` the middle of the opinions."""
    appraisal = to_decide(request, pk)
    audit.viewed(request, appraisal.person_id, "appraisal.decision")
    return _page(request, appraisal, fill=request.GET.get("fill", ""))


@writes(P.APPRAISAL_DECIDE)
def take(request: ScopedRequest, pk: int) -> HttpResponseBase:
    """Decide; then to the next one who waits, or back to this one."""
    appraisal = to_decide(request, pk)
    levels = forms.levels_in(request.POST, edition_rule(appraisal.edition).criteria)
    note, seen = request.POST.get("note", "").strip(), forms.number_in(request.POST, "seen")
    try:
        done = actions.decide(pk, levels=levels, note=note, revision=seen, scope=request.scope)
    except RuleViolation as refused:
        if refused.field is None:
            raise
        return _page(request, appraisal, posted=levels, note=note, refused=refused)
    told = _("Đã xếp loại %(name)s: %(level)s.")
    messages.success(
        request, told % {"name": appraisal.person.full_name, "level": Level(done.decided_overall or 0).label}
    )
    following = next_waiting(request.scope, appraisal) if request.POST.get("then") == "next" else None
    if request.POST.get("then") == "next" and following is None:
        return redirect("appraisals:school")
    return redirect("appraisals:decide", (following or appraisal).pk)


decide = by_method(get=show, post=take)


@reads(P.APPRAISAL_DECIDE)
def preview(request: ScopedRequest, pk: int) -> HttpResponse:
    """What the levels on the page give, in words; nothing is saved."""
    rule = edition_rule(to_decide(request, pk).edition)
    levels = forms.levels_in(request.GET, rule.criteria)
    found = explanation_of(levels, rule)
    context = {
        "explanation": found,
        "sentences": sentences(found) if found else [],
        "missing": rules.missing_criteria(levels, rule.criteria),
    }
    return render(request, "appraisals/_decision_result.html", context)


@writes(P.APPRAISAL_DECIDE)
def save_draft(request: ScopedRequest, pk: int) -> HttpResponseBase:
    """Save while typing (autosave.js): 200, or 409 where somebody else saved something newer."""
    appraisal = to_decide(request, pk)
    saved = actions.save_decision_draft(
        pk,
        levels=forms.levels_in(request.POST, edition_rule(appraisal.edition).criteria),
        note=request.POST.get("note", ""),
        revision=forms.number_in(request.POST, "revision"),
        scope=request.scope,
    )
    kept = {"revision": saved.revision, "saved_at": saved.saved_at.isoformat()}
    return JsonResponse(kept, status=409 if saved.is_late else 200)


@writes(P.APPRAISAL_DECIDE)
def early(request: ScopedRequest, pk: int) -> HttpResponseBase:
    """APR-10: decide on this person before the cadence asks for it, for a stated reason."""
    to_decide(request, pk)  # absent before anything is said about the reason
    call_early_decision([pk], reason=request.POST.get("reason", ""), scope=request.scope)
    messages.success(request, _("Đã ghi lý do đánh giá sớm. Thầy/cô có thể xếp loại."))
    return redirect("appraisals:decide", pk)


@writes(P.APPRAISAL_DECIDE)
def retract(request: ScopedRequest) -> HttpResponseBase:
    """Undo decisions that nobody has been told yet."""
    chosen = whole_numbers(request.POST.getlist("pk"))
    count = actions.retract(chosen, scope=request.scope)
    messages.success(request, _("Đã hủy xếp loại của %(count)s người.") % {"count": count})
    return redirect("appraisals:decide", chosen[0]) if len(chosen) == 1 else redirect("appraisals:school")


def to_decide(request: ScopedRequest, pk: int) -> Appraisal:
    """The appraisal, if the one who acts decides on it; else absent."""
    found: Appraisal = Appraisal.objects.select_related(*RELATED).fetch(request.scope, P.APPRAISAL_DECIDE, pk=pk)
    return found


def _page(
    request: ScopedRequest,
    appraisal: Appraisal,
    *,
    fill: str = "",
    posted: list[int | None] | None = None,
    note: str | None = None,
    refused: RuleViolation | None = None,
) -> HttpResponse:
    view = person_view(appraisal, request.scope, posted)
    if fill:
        view = view.with_levels(_filled(view, fill))
    window = window_of(appraisal.period_id, appraisal.organization_id, Stage.DECISION)
    context: dict[str, Any] = {
        "view": view,
        "appraisal": appraisal,
        "window": window,
        "closed": _why_closed(appraisal),
        "note": note if note is not None else (view.draft.note if view.draft else appraisal.decision_note),
        "draft_revision": view.draft.revision if view.draft else 0,
        "filled": fill,
        "refused": refused,
        "errors": [{"url": f"#{_anchor(refused)}", "text": str(refused)}] if refused else [],
        "following": next_waiting(request.scope, appraisal),
        "signer": signer(appraisal),
        "can_retract": appraisal.state == State.DECIDED and appraisal.period.state == PeriodState.OPEN,
        "can_close_opinions": view.aggregate.hidden_code == "CLOSING",
    }
    return render(request, "appraisals/decision.html", context, status=422 if refused else 200)


def _anchor(refused: RuleViolation) -> str:
    field = refused.field or ""
    return f"{field}_field" if field.startswith("level-") else field


def _filled(view: PersonView, fill: str) -> list[int | None]:
    rows = [row for _standard, group in view.groups for row in group]
    return [row.own if fill == "self" else row.median for row in rows]


def _why_closed(appraisal: Appraisal) -> str:
    """Why the levels cannot be changed now, for the top of the page; empty where they can."""
    try:
        rules.check_period(appraisal.period.state)
        if appraisal.state not in (State.OPEN, State.SUBMITTED, State.DECIDED):
            return str(State(appraisal.state).label)
        actions.check_window(appraisal)
    except RuleViolation as refused:
        return str(refused)
    return ""
