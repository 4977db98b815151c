"""Accounts of others: finding one, seeing how it stands, locking, unlocking, taking off the second factor."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from temis.access import P
from temis.core import audit
from temis.core.http import ScopedRequest, reads, writes
from temis.people import accounts as queries
from temis.people import actions, trail
from temis.people.forms import AccountFilterForm, ReasonForm
from temis.people.models import Person
from temis.people.views.answers import done_by, on_to

PAGE = 25  # one person is looked for


@reads(P.ACCOUNT_MANAGE)
def accounts(request: ScopedRequest) -> HttpResponse:
    """Found by name or code, or the locked ones; nobody is listed unasked."""
    form = AccountFilterForm(request.GET)
    after, before = (request.GET.get(name, "") for name in ("after", "before"))
    page = queries.accounts_page(
        request.scope, text=form.text, locked=form.locked_only, after=after, before=before, size=PAGE
    )
    context = {"form": form, "page": page, "is_asked": bool(form.text or form.locked_only)}
    return render(request, "people/accounts.html", context)


@reads(P.ACCOUNT_MANAGE)
def account(request: ScopedRequest, pk: int) -> HttpResponse:
    return _show(request, _managed(request, pk))


def _managed(request: ScopedRequest, pk: int) -> Person:
    people = actions.may_manage_account(request.scope).select_related("organization", "user")
    found: Person = people.fetch(request.scope, P.ACCOUNT_MANAGE, pk=pk)  # type: ignore[attr-defined]
    audit.viewed(request, found.pk, "account")
    return found


def _show(request: ScopedRequest, person: Person, wrong: dict[str, ReasonForm] | None = None) -> HttpResponse:
    """`wrong`: the form that was sent and refused, by what it does."""
    forms = {name: ReasonForm(auto_id=f"{name}_%s") for name in ("lock", "unlock", "reset")} | (wrong or {})
    context: dict[str, Any] = {
        "person": person,
        "state": queries.account_state(person),
        "history": trail.lines(queries.account_history(person)),
        "forms": forms,
        "may_get_code": actions.may_get_code(request.scope).filter(pk=person.pk).exists(),
        "may_view": request.scope.has(P.PERSON_VIEW),
    }
    return render(request, "people/account.html", context, status=422 if wrong else 200)


def _do(request: ScopedRequest, pk: int, name: str, action: Callable[..., None], message: str) -> HttpResponse:
    person = _managed(request, pk)
    form = ReasonForm(request.POST, auto_id=f"{name}_%s")
    if done_by(form, lambda: action(pk, form.cleaned_data["reason"], scope=request.scope)):
        return on_to(request, "people:account", message, pk)
    return _show(request, person, {name: form})


@writes(P.ACCOUNT_MANAGE)
def lock(request: ScopedRequest, pk: int) -> HttpResponse:
    message = _("Đã khóa tài khoản. Mọi phiên đang mở đã kết thúc.")
    return _do(request, pk, "lock", actions.lock_account, message)


@writes(P.ACCOUNT_MANAGE)
def unlock(request: ScopedRequest, pk: int) -> HttpResponse:
    return _do(request, pk, "unlock", actions.unlock_account, _("Đã mở khóa tài khoản."))


@writes(P.ACCOUNT_MANAGE)
def reset_second_factor(request: ScopedRequest, pk: int) -> HttpResponse:
    message = _("Đã gỡ xác thực hai bước. Lần đăng nhập tới, người này được hướng dẫn thiết lập lại.")
    return _do(request, pk, "reset", actions.reset_second_factor, message)
