"""The tree of bodies: browse, look at one, add one, describe one from a day on."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from temis.access import P
from temis.core.http import ScopedRequest, by_method, reads, writes
from temis.core.paging import keyset
from temis.organizations import actions, queries
from temis.organizations.enums import Tier
from temis.organizations.forms import DescriptionForm, NewOrganizationForm
from temis.organizations.models import Organization


@reads(P.ORGANIZATION_VIEW)
def organization_list(request: ScopedRequest) -> HttpResponse:
    """Search over all bodies within reach; without a search, the own body and what hangs under it."""
    text = request.GET.get("q", "").strip()
    if not text:
        return _body_page(
            request, Organization.objects.fetch(request.scope, P.ORGANIZATION_VIEW, pk=request.scope.unit_id)
        )
    page = keyset(
        queries.found(request.scope, text),
        ["name", "id"],
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    return render(request, "organizations/search.html", {"page": page, "text": text})


@reads(P.ORGANIZATION_VIEW)
def organization_detail(request: ScopedRequest, pk: int) -> HttpResponse:
    return _body_page(request, Organization.objects.fetch(request.scope, P.ORGANIZATION_VIEW, pk=pk))


def _body_page(request: ScopedRequest, body: Organization) -> HttpResponse:
    page = keyset(
        queries.children(body, request.scope),
        ["name", "id"],
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    came_from, went_to = queries.successions(body)
    context = {
        "body": body,
        "crumbs": queries.crumbs(body, request.scope),
        "page": page,
        "counts": queries.counts_below(body, request.scope),
        "history": queries.history(body),
        "came_from": came_from,
        "went_to": went_to,
        "is_school": body.kind.tier == Tier.SCHOOL,
        "may_manage": request.scope.has(P.ORGANIZATION_MANAGE),
        "may_issue": request.scope.has(P.CODE_ISSUE),
    }
    return render(request, "organizations/detail.html", context)


@reads(P.ORGANIZATION_VIEW)
def suggestions(request: ScopedRequest) -> HttpResponse:
    """Options for a field in which somebody types the name or code of a body."""
    text = request.GET.get("q", "")
    found = queries.found(request.scope, text).filter(is_open=True).order_by("name")[:10] if len(text) > 1 else []
    return render(request, "organizations/_suggestions.html", {"found": found})


def _new_page(
    request: ScopedRequest, parent: Organization, form: NewOrganizationForm, status: int = 200
) -> HttpResponse:
    context = {"parent": parent, "form": form, "crumbs": queries.crumbs(parent, request.scope)}
    return render(request, "organizations/new.html", context, status=status)


@reads(P.ORGANIZATION_MANAGE)
def _show_new(request: ScopedRequest, pk: int) -> HttpResponse:
    parent = Organization.objects.fetch(request.scope, P.ORGANIZATION_MANAGE, pk=pk)
    return _new_page(request, parent, NewOrganizationForm())


@writes(P.ORGANIZATION_MANAGE)
def _create(request: ScopedRequest, pk: int) -> HttpResponse:
    parent = Organization.objects.fetch(request.scope, P.ORGANIZATION_MANAGE, pk=pk)
    form = NewOrganizationForm(request.POST)
    if not form.is_valid():
        return _new_page(request, parent, form, status=422)
    data = form.cleaned_data
    body = actions.create_organization(
        code=data["code"],
        name=data["name"],
        kind=data["kind"].pk,
        parent=parent,
        scope=request.scope,
        valid_from=data["valid_from"],
        levels=data["levels"],
        disadvantaged=data["disadvantaged"],
        province_id=parent.province_id,
    )
    messages.success(request, _("Đã thêm %(name)s.") % {"name": body.name})
    return redirect("organizations:detail", pk=body.pk)


new = by_method(get=_show_new, post=_create)


def _describe_page(
    request: ScopedRequest, body: Organization, form: DescriptionForm, status: int = 200
) -> HttpResponse:
    context = {"body": body, "form": form, "crumbs": queries.crumbs(body, request.scope)}
    return render(request, "organizations/describe.html", context, status=status)


@reads(P.ORGANIZATION_MANAGE)
def _show_describe(request: ScopedRequest, pk: int) -> HttpResponse:
    body = Organization.objects.fetch(request.scope, P.ORGANIZATION_MANAGE, pk=pk)
    form = DescriptionForm(initial={"levels": body.levels, "disadvantaged": body.disadvantaged})
    return _describe_page(request, body, form)


@writes(P.ORGANIZATION_MANAGE)
def _describe(request: ScopedRequest, pk: int) -> HttpResponse:
    body = Organization.objects.fetch(request.scope, P.ORGANIZATION_MANAGE, pk=pk)
    form = DescriptionForm(request.POST)
    if not form.is_valid():
        return _describe_page(request, body, form, status=422)
    actions.describe_organization(pk, scope=request.scope, **form.cleaned_data)
    messages.success(request, _("Đã cập nhật thông tin của %(name)s.") % {"name": body.name})
    return redirect(reverse("organizations:detail", args=[pk]))


describe = by_method(get=_show_describe, post=_describe)
