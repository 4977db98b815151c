"""Posts of a person: transfer, end, group; appointments as core teacher."""

from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from temis.access import P, Reach
from temis.core.http import ScopedRequest, by_method, reads, writes
from temis.core.text import clean
from temis.organizations.models import Organization
from temis.people import actions
from temis.people.forms import CoreForm, EndForm, GroupForm, TransferForm
from temis.people.models import Employment, Person
from temis.people.views.answers import done_by, form_page, on_to


def _employment(request: ScopedRequest, pk: int) -> Employment:
    posts = Employment.objects.select_related("person", "organization__kind")
    found: Employment = posts.fetch(request.scope, P.PERSON_MANAGE, pk=pk)
    return found


def _page(request: ScopedRequest, form: Form, person: Person, title: str, button: str, lead: str = "") -> HttpResponse:
    return form_page(
        request,
        form,
        title=f"{title}: {person.full_name}",
        button=button,
        lead=lead,
        back="people:person",
        back_pk=person.pk,
    )


# transfer


def _target(request: ScopedRequest, employment: Employment) -> Organization | None:
    """Where to: the body whose code stands in the address, within reach; the present one (another post there) without
    a code; None where the code names none."""
    code = clean(request.GET.get("to", ""))
    if not code:
        return employment.organization
    bodies = Organization.objects.permitted(request.scope, P.PERSON_MANAGE).select_related("kind")
    return bodies.filter(is_open=True, code=code).first()


def _show_transfer(request: ScopedRequest, form: TransferForm | None, employment: Employment) -> HttpResponse:
    """Two questions: to which body (only for those who reach several), then which post."""
    context = {
        "form": form,
        "person": employment.person,
        "body": _target(request, employment),
        "to": request.GET.get("to", ""),
        "may_choose": request.scope.reach(P.PERSON_MANAGE) == Reach.SUBTREE,
    }
    status = 422 if form is None or (form.is_bound and form.errors) else 200
    return render(request, "people/transfer.html", context, status=status)


def _transfer_form(request: ScopedRequest, employment: Employment, data: Any = None) -> TransferForm | None:
    body = _target(request, employment)
    initial = {"position": employment.position, "level": employment.level, "subject": employment.subject}
    return TransferForm(data, scope=request.scope, body=body, initial=initial) if body else None


@reads(P.PERSON_MANAGE)
def transfer_form(request: ScopedRequest, pk: int) -> HttpResponse:
    employment = _employment(request, pk)
    return _show_transfer(request, _transfer_form(request, employment), employment)


@writes(P.PERSON_MANAGE)
def save_transfer(request: ScopedRequest, pk: int) -> HttpResponse:
    employment = _employment(request, pk)
    body, form = _target(request, employment), _transfer_form(request, employment, request.POST)
    if body is None or form is None:
        return _show_transfer(request, None, employment)

    def move() -> None:
        data = form.cleaned_data
        actions.transfer_person(pk, body.pk, form.post, data["since"], scope=request.scope, document=data["document"])

    if done_by(form, move):
        return on_to(request, "people:list", _("Đã điều chuyển; quá trình công tác được giữ nguyên."))
    return _show_transfer(request, form, employment)


transfer = by_method(get=transfer_form, post=save_transfer)


# end


def _show_end(request: ScopedRequest, form: EndForm, employment: Employment) -> HttpResponse:
    lead = _("Sau ngày này, vai trò ở %(body)s hết hiệu lực; hồ sơ và kết quả đánh giá được giữ.")
    title, button = _("Thôi công tác"), _("Ghi thôi công tác")
    return _page(request, form, employment.person, title, button, lead % {"body": employment.organization.name})


@reads(P.PERSON_MANAGE)
def end_form(request: ScopedRequest, pk: int) -> HttpResponse:
    return _show_end(request, EndForm(), _employment(request, pk))


@writes(P.PERSON_MANAGE)
def save_end(request: ScopedRequest, pk: int) -> HttpResponse:
    employment = _employment(request, pk)
    form = EndForm(request.POST)

    def finish() -> None:
        data = form.cleaned_data
        actions.end_employment(pk, data["on"], scope=request.scope, reason=data["reason"])

    if done_by(form, finish):
        return on_to(request, "people:list", _("Đã ghi ngày thôi công tác."))
    return _show_end(request, form, employment)


end = by_method(get=end_form, post=save_end)


# group


def _show_group(request: ScopedRequest, form: GroupForm, employment: Employment) -> HttpResponse:
    return _page(request, form, employment.person, _("Tổ chuyên môn, môn dạy"), _("Lưu"))


@reads(P.PERSON_MANAGE)
def group_form(request: ScopedRequest, pk: int) -> HttpResponse:
    found = _employment(request, pk)
    initial = {"subject": found.subject, "group": found.group_id, "leads_group": found.leads_group}
    form = GroupForm(scope=request.scope, organization_id=found.organization_id, initial=initial)
    return _show_group(request, form, found)


@writes(P.PERSON_MANAGE)
def save_group(request: ScopedRequest, pk: int) -> HttpResponse:
    found = _employment(request, pk)
    form = GroupForm(request.POST, scope=request.scope, organization_id=found.organization_id)

    def save() -> None:
        data = form.cleaned_data
        chosen = data["group"].pk if data["group"] else None
        actions.set_group(pk, chosen, leads=data["leads_group"], subject=data["subject"], scope=request.scope)

    if done_by(form, save):
        return on_to(request, "people:person", _("Đã lưu tổ chuyên môn, môn dạy."), found.person_id)
    return _show_group(request, form, found)


group = by_method(get=group_form, post=save_group)


# core teachers


def _person(request: ScopedRequest, pk: int) -> Person:
    found: Person = Person.objects.fetch(request.scope, P.PERSON_MANAGE, pk=pk)
    return found


def _show_core(request: ScopedRequest, form: CoreForm, person: Person) -> HttpResponse:
    lead = _("Theo quyết định công nhận. Bỏ trống ngày cuối nếu quyết định không ghi thời hạn.")
    return _page(request, form, person, _("Công nhận cốt cán"), _("Công nhận"), lead)


@reads(P.PERSON_MANAGE)
def core_form(request: ScopedRequest, pk: int) -> HttpResponse:
    return _show_core(request, CoreForm(), _person(request, pk))


@writes(P.PERSON_MANAGE)
def save_core(request: ScopedRequest, pk: int) -> HttpResponse:
    person, form = _person(request, pk), CoreForm(request.POST)

    def appoint() -> None:
        data = form.cleaned_data
        actions.appoint_core(pk, data["since"], data["until"], data["document"], scope=request.scope)

    if done_by(form, appoint):
        return on_to(request, "people:person", _("Đã ghi công nhận cốt cán."), pk)
    return _show_core(request, form, person)


core = by_method(get=core_form, post=save_core)


def _show_core_end(request: ScopedRequest, form: EndForm, person: Person) -> HttpResponse:
    form.fields["on"].label = _("Ngày cuối là cốt cán")
    return _page(request, form, person, _("Kết thúc cốt cán"), _("Kết thúc"))


@reads(P.PERSON_MANAGE)
def core_end_form(request: ScopedRequest, pk: int) -> HttpResponse:
    return _show_core_end(request, EndForm(), _person(request, pk))


@writes(P.PERSON_MANAGE)
def save_core_end(request: ScopedRequest, pk: int) -> HttpResponse:
    person, form = _person(request, pk), EndForm(request.POST)

    def finish() -> None:
        actions.end_core(pk, form.cleaned_data["on"], scope=request.scope, reason=form.cleaned_data["reason"])

    if done_by(form, finish):
        return on_to(request, "people:person", _("Đã ghi ngày kết thúc cốt cán."), pk)
    return _show_core_end(request, form, person)


core_end = by_method(get=core_end_form, post=save_core_end)
