"""Delegations of a head; roles given by name."""

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from temis.access import P, Role
from temis.core import clock
from temis.core.http import ScopedRequest, by_method, reads, writes
from temis.core.paging import keyset
from temis.people import actions, queries
from temis.people.forms import MOST_OFFERED, DelegationForm, GrantForm, NameForm
from temis.people.views.answers import done_by, on_to


def _delegation_form(request: ScopedRequest, data: QueryDict | None = None) -> DelegationForm:
    return DelegationForm(data, scope=request.scope, text=NameForm(request.GET).text)


def _show_delegations(request: ScopedRequest, form: DelegationForm) -> HttpResponse:
    """Two questions: to whom (only in a body of many people), then what."""
    given = [
        (one, queries.Period.of(one.validity), [P(p).label for p in one.permissions], _counts(one))
        for one in queries.delegations_given(request.scope)
    ]
    context = {"form": form, "given": given, "search": NameForm(request.GET), "most": MOST_OFFERED}
    return render(request, "people/delegations.html", context, status=422 if form.is_bound and form.errors else 200)


def _counts(delegation: object) -> str:
    """In words: whether a delegation counts today."""
    if delegation.revoked_at is not None:  # type: ignore[attr-defined]
        return "revoked"
    period = queries.Period.of(delegation.validity)  # type: ignore[attr-defined]
    today = clock.today()
    if period.since and period.since > today:
        return "coming"
    return "over" if period.last_day and period.last_day < today else "now"


@reads(P.DELEGATE)
def read_delegations(request: ScopedRequest) -> HttpResponse:
    return _show_delegations(request, _delegation_form(request))


@writes(P.DELEGATE)
def give_delegation(request: ScopedRequest) -> HttpResponse:
    form = _delegation_form(request, request.POST)

    def give() -> None:
        data = form.cleaned_data
        rights = {P(p) for p in data["permissions"]}
        actions.give_delegation(
            data["deputy"].pk, rights, data["start"], data["end"], data["reason"], scope=request.scope
        )

    if done_by(form, give):
        return on_to(request, "people:delegations", _("Đã ủy quyền. Người nhận chọn vai trò này ở đầu trang."))
    return _show_delegations(request, form)


delegations = by_method(get=read_delegations, post=give_delegation)


@writes(P.DELEGATE)
def revoke_delegation(request: ScopedRequest, pk: int) -> HttpResponse:
    actions.revoke_delegation(pk, scope=request.scope)
    return on_to(request, "people:delegations", _("Đã thu hồi ủy quyền, có hiệu lực ngay."))


GRANTS = 25  # on a page, which has a form below them


def _show_grants(request: ScopedRequest, form: GrantForm) -> HttpResponse:
    ended = request.GET.get("ended") == "1"
    page = keyset(
        queries.grants_within(request.scope, ended=ended),
        ["-id"],
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        size=GRANTS,
    )
    grantable = {value for value, _label in form.fields["role"].choices}  # type: ignore[attr-defined]
    rows = [
        (g, Role(g.role).label, "" if g.validity.isempty else queries.Period.of(g.validity), g.role in grantable)
        for g in page.rows
    ]
    context = {"form": form, "page": page, "rows": rows, "ended": ended}
    return render(request, "people/grants.html", context, status=422 if form.is_bound and form.errors else 200)


@reads(P.GRANT_MANAGE)
def read_grants(request: ScopedRequest) -> HttpResponse:
    return _show_grants(request, GrantForm(scope=request.scope))


@writes(P.GRANT_MANAGE)
def give_grant(request: ScopedRequest) -> HttpResponse:
    form = GrantForm(request.POST, scope=request.scope)

    def give() -> None:
        data = form.cleaned_data
        actions.give_grant(
            data["code"],
            Role(data["role"]),
            data["organization"].pk,
            data["start"],
            data["end"],
            data["reason"],
            scope=request.scope,
        )

    if done_by(form, give):
        return on_to(request, "people:grants", _("Đã phân vai trò."))
    return _show_grants(request, form)


grants = by_method(get=read_grants, post=give_grant)


@writes(P.GRANT_MANAGE)
def end_grant(request: ScopedRequest, pk: int) -> HttpResponse:
    actions.end_grant(pk, scope=request.scope)
    return on_to(request, "people:grants", _("Đã kết thúc vai trò, có hiệu lực ngay."))
