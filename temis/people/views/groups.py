"""Subject groups of a school."""

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from temis.access import P
from temis.core.asked import whole_number
from temis.core.errors import RuleViolation
from temis.core.http import ScopedRequest, by_method, reads, writes
from temis.organizations.models import Organization
from temis.people import actions, queries
from temis.people.forms import GroupNameForm
from temis.people.models import SubjectGroup
from temis.people.views.answers import done_by, on_to


def _body(request: ScopedRequest) -> Organization:
    pk = whole_number(request.GET.get("organization")) or request.scope.unit_id
    body: Organization = Organization.objects.fetch(request.scope, P.PERSON_MANAGE, pk=pk)
    return body


def _show(request: ScopedRequest, body: Organization, form: GroupNameForm, **renaming: object) -> HttpResponse:
    context = {"body": body, "form": form, "groups": queries.groups_with_members(request.scope, body.pk), **renaming}
    refused = bool(renaming) or (form.is_bound and bool(form.errors))
    return render(request, "people/groups.html", context, status=422 if refused else 200)


@reads(P.PERSON_MANAGE)
def read_groups(request: ScopedRequest) -> HttpResponse:
    return _show(request, _body(request), GroupNameForm())


@writes(P.PERSON_MANAGE)
def create(request: ScopedRequest) -> HttpResponse:
    body, form = _body(request), GroupNameForm(request.POST)
    if done_by(form, lambda: actions.create_group(body.pk, form.cleaned_data["name"], scope=request.scope)):
        return on_to(request, _address(body.pk), _("Đã lập tổ chuyên môn."))
    return _show(request, body, form)


groups = by_method(get=read_groups, post=create)


@writes(P.PERSON_MANAGE)
def rename(request: ScopedRequest, pk: int) -> HttpResponse:
    """A name that a rule refuses stays in its field, with the reason beside it."""
    wanted = request.POST.get("name", "")
    try:
        with transaction.atomic():
            group = actions.rename_group(pk, wanted, scope=request.scope)
    except RuleViolation as refusal:
        group = SubjectGroup.objects.select_related("organization").fetch(request.scope, P.PERSON_MANAGE, pk=pk)
        shown = {"renaming": pk, "wanted": wanted, "refusal": str(refusal)}
        return _show(request, group.organization, GroupNameForm(), **shown)
    return on_to(request, _address(group.organization_id), _("Đã đổi tên tổ."))


@writes(P.PERSON_MANAGE)
def remove(request: ScopedRequest, pk: int) -> HttpResponse:
    organization_id = actions.remove_group(pk, scope=request.scope)
    return on_to(request, _address(organization_id), _("Đã xóa tổ chưa có người."))


def _address(organization_id: int) -> str:
    return f"{reverse('people:groups')}?organization={organization_id}"
