"""Reorganizations: the list, a draft with its changes, what it would do, do it, take it back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from temis.access import P
from temis.core.http import ScopedRequest, by_method, reads, writes
from temis.core.paging import keyset
from temis.organizations.enums import ReorganizationState
from temis.organizations.models import Reorganization
from temis.people.enums import Position
from temis.restructuring import actions
from temis.restructuring.forms import ReorganizationForm, StepForm, StepListForm
from temis.restructuring.queries import Effects, effects_of

KINDS = {"DRAFT": "active", "APPLIED": "done", "UNDONE": "neutral"}


@reads(P.ORGANIZATION_MANAGE)
def reorganization_list(request: ScopedRequest) -> HttpResponse:
    found = Reorganization.objects.permitted(request.scope, P.ORGANIZATION_MANAGE).select_related("organization")
    page = keyset(found, ["-id"], after=request.GET.get("after", ""), before=request.GET.get("before", ""), size=30)
    return render(request, "restructuring/list.html", {"page": page, "kinds": KINDS})


@reads(P.ORGANIZATION_MANAGE)
def _show_new(request: ScopedRequest) -> HttpResponse:
    return render(request, "restructuring/new.html", {"form": ReorganizationForm()})


@writes(P.ORGANIZATION_MANAGE)
def _create(request: ScopedRequest) -> HttpResponse:
    form = ReorganizationForm(request.POST)
    if not form.is_valid():
        return render(request, "restructuring/new.html", {"form": form}, status=422)
    draft = actions.create_reorganization(scope=request.scope, **form.cleaned_data)
    return redirect("restructuring:detail", pk=draft.pk)


new = by_method(get=_show_new, post=_create)


def _page(
    request: ScopedRequest,
    pk: int,
    *,
    form: StepForm | None = None,
    lines: StepListForm | None = None,
    preview: Effects | None = None,
) -> HttpResponse:
    found: Reorganization = Reorganization.objects.fetch(request.scope, P.ORGANIZATION_MANAGE, pk=pk)
    steps = keyset(
        found.steps.select_related("organization", "target", "new_province"),
        ["id"],
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        size=100,
    )
    applied = found.state == ReorganizationState.APPLIED
    context = {
        "reorganization": found,
        "kind": KINDS[found.state],
        "steps": steps,
        "is_draft": found.state == ReorganizationState.DRAFT,
        "is_applied": applied,
        "form": form or StepForm(scope=request.scope),
        "lines": lines or StepListForm(scope=request.scope),
        "effects": preview or (effects_of(found) if applied else None),
        "is_preview": preview is not None,
        "positions": dict(Position.choices),
    }
    invalid = (form is not None and form.errors) or (lines is not None and lines.errors)
    return render(request, "restructuring/detail.html", context, status=422 if invalid else 200)


@reads(P.ORGANIZATION_MANAGE)
def detail(request: ScopedRequest, pk: int) -> HttpResponse:
    return _page(request, pk)


@writes(P.ORGANIZATION_MANAGE)
def add_step(request: ScopedRequest, pk: int) -> HttpResponse:
    form = StepForm(request.POST, scope=request.scope)
    if not form.is_valid():
        return _page(request, pk, form=form)
    actions.add_step(pk, form.step(), scope=request.scope)
    return redirect("restructuring:detail", pk=pk)


@writes(P.ORGANIZATION_MANAGE)
def add_steps(request: ScopedRequest, pk: int) -> HttpResponse:
    lines = StepListForm(request.POST, scope=request.scope)
    if not lines.is_valid():
        return _page(request, pk, lines=lines)
    number = actions.add_steps(pk, lines.cleaned_data["lines"], scope=request.scope)
    messages.success(request, _("Đã thêm %(number)d thay đổi.") % {"number": number})
    return redirect("restructuring:detail", pk=pk)


@writes(P.ORGANIZATION_MANAGE)
def remove_step(request: ScopedRequest, pk: int, step_id: int) -> HttpResponse:
    actions.remove_step(pk, step_id, scope=request.scope)
    return redirect("restructuring:detail", pk=pk)


@writes(P.ORGANIZATION_MANAGE)
def preview(request: ScopedRequest, pk: int) -> HttpResponse:
    """A POST, because it does the change and takes it back."""
    return _page(request, pk, preview=actions.preview_reorganization(pk, scope=request.scope))


@writes(P.ORGANIZATION_MANAGE)
def apply(request: ScopedRequest, pk: int) -> HttpResponse:
    done = actions.apply_reorganization(pk, scope=request.scope)
    messages.success(request, _("Đã áp dụng “%(title)s”.") % {"title": done.title})
    return redirect("restructuring:detail", pk=pk)


@writes(P.ORGANIZATION_MANAGE)
def undo(request: ScopedRequest, pk: int) -> HttpResponse:
    done = actions.undo_reorganization(pk, scope=request.scope)
    messages.success(request, _("Đã hoàn tác “%(title)s”.") % {"title": done.title})
    return redirect("restructuring:detail", pk=pk)
