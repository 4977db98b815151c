"""The list of people within reach, and the page of one."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from temis.access import P, Reach, Scope
from temis.core import audit
from temis.core.asked import whole_number
from temis.core.http import ScopedRequest, by_method, reads, writes
from temis.organizations.models import Organization
from temis.people import actions, queries
from temis.people.forms import NewPersonForm, ParticularsForm, PeopleFilterForm
from temis.people.models import Person
from temis.people.views.answers import done_by, form_page, on_to


@reads(P.PERSON_VIEW)
def people(request: ScopedRequest) -> HttpResponse:
    """By name the Vietnamese way, 50 a page; search, filters and page stand in the address."""
    form = PeopleFilterForm(request.GET, scope=request.scope)
    wanted = form.wanted
    after, before = (request.GET.get(name, "") for name in ("after", "before"))
    page = queries.people_page(request.scope, wanted, after=after, before=before)
    body = None
    if wanted.organization_id is not None:
        found = Organization.objects.permitted(request.scope, P.ORGANIZATION_VIEW)
        body = found.filter(pk=wanted.organization_id).first()
    context = {
        "form": form,
        "page": page,
        "body": body,
        "may_issue": request.scope.has(P.CODE_ISSUE),
        "add_to": _own_body(request.scope, body),
        "show_body": request.scope.reach(P.PERSON_VIEW) == Reach.SUBTREE and body is None,
        "is_narrowed": any(request.GET.get(name) for name in form.fields if name not in ("q", "organization")),
        "is_filtered": any(value for key, value in request.GET.items() if key not in ("after", "before")),
    }
    return render(request, "people/list.html", context)


def _own_body(scope: Scope, body: Organization | None) -> int | None:
    """Where a new person would go: the body looked at, else one's own."""
    if not scope.has(P.PERSON_MANAGE):
        return None
    return body.pk if body else scope.unit_id


@reads(P.PERSON_VIEW)
def person(request: ScopedRequest, pk: int) -> HttpResponse:
    """Who somebody is, what he worked as and where; that somebody looked is kept."""
    found: Person = Person.objects.select_related("organization", "group", "user").fetch(
        request.scope, P.PERSON_VIEW, pk=pk
    )
    audit.viewed(request, found.pk, "person")
    appointments = found.core_appointments.order_by("-validity")
    context = {
        "person": found,
        "history": queries.history(found),
        "appointments": [(one, queries.Period.of(one.validity)) for one in appointments],
        "is_self": found.pk == request.scope.person_id,
        "may_manage": Person.objects.permitted(request.scope, P.PERSON_MANAGE).filter(pk=pk).exists(),
        "may_manage_account": actions.may_manage_account(request.scope).filter(pk=pk).exists(),
    }
    return render(request, "people/person.html", context)


def _body_for_new(request: ScopedRequest) -> Organization:
    """The body named in the address (within reach), else one's own."""
    pk = whole_number(request.GET.get("organization")) or request.scope.unit_id
    bodies = Organization.objects.select_related("kind")
    body: Organization = bodies.fetch(request.scope, P.PERSON_MANAGE, pk=pk, is_open=True)
    return body


def _show_new(request: ScopedRequest, form: NewPersonForm, body: Organization) -> HttpResponse:
    return form_page(
        request,
        form,
        title=_("Thêm người vào %(body)s") % {"body": body.name},
        lead=_("Tài khoản được mở ngay; sau đó cấp mã đăng nhập lần đầu ở trang của người này."),
        button=_("Thêm người"),
        back="people:list",
    )


@reads(P.PERSON_MANAGE)
def new_person(request: ScopedRequest) -> HttpResponse:
    body = _body_for_new(request)
    return _show_new(request, NewPersonForm(scope=request.scope, body=body), body)


@writes(P.PERSON_MANAGE)
def add_person(request: ScopedRequest) -> HttpResponse:
    body = _body_for_new(request)
    form = NewPersonForm(request.POST, scope=request.scope, body=body)
    made: list[Person] = []

    def add() -> None:
        data = form.cleaned_data
        made.append(
            actions.add_person(data["code"], form.particulars, body.pk, form.post, data["since"], scope=request.scope)
        )

    if done_by(form, add):
        return on_to(request, "people:person", _("Đã thêm người vào đơn vị."), made[0].pk)
    return _show_new(request, form, body)


new = by_method(get=new_person, post=add_person)


def _managed(request: ScopedRequest, pk: int) -> Person:
    found: Person = Person.objects.fetch(request.scope, P.PERSON_MANAGE, pk=pk)
    return found


def _show_edit(request: ScopedRequest, form: ParticularsForm, person: Person) -> HttpResponse:
    title = _("Sửa hồ sơ: %(name)s") % {"name": person.full_name}
    return form_page(request, form, title=title, button=_("Lưu hồ sơ"), back="people:person", back_pk=person.pk)


@reads(P.PERSON_MANAGE)
def edit_form(request: ScopedRequest, pk: int) -> HttpResponse:
    found = _managed(request, pk)
    audit.viewed(request, found.pk, "person")
    initial = {name: getattr(found, name) for name in ParticularsForm.base_fields}
    return _show_edit(request, ParticularsForm(initial=initial), found)


@writes(P.PERSON_MANAGE)
def save_edit(request: ScopedRequest, pk: int) -> HttpResponse:
    found = _managed(request, pk)
    form = ParticularsForm(request.POST)
    if done_by(form, lambda: actions.edit_person(pk, form.particulars, scope=request.scope)):
        return on_to(request, "people:person", _("Đã lưu hồ sơ."), pk)
    return _show_edit(request, form, found)


edit = by_method(get=edit_form, post=save_edit)
