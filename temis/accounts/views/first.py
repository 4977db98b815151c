"""The first login, and the way back for those who forgot the password and have no mail: code, then own password."""

from datetime import datetime, timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.utils import perform_login
from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from temis.accounts import actions, session, validators
from temis.accounts.forms import FirstLoginForm, NewPasswordForm
from temis.accounts.models import User
from temis.accounts.views.pages import account_page
from temis.core import clock
from temis.core.errors import RuleViolation

_TIME_TO_CHOOSE = timedelta(minutes=15)


@account_page
def enter_code(request: HttpRequest) -> HttpResponseBase:
    """Step 1: who, and the code from the sheet or the letter."""
    if request.user.is_authenticated:
        return redirect("account_change_password")
    form = FirstLoginForm(request.POST or None, initial={"login": request.GET.get("login", "")})
    if request.method == "POST" and form.is_valid():
        user = _checked(request, form)
        if user is not None:
            until = clock.now() + _TIME_TO_CHOOSE
            request.session[session.FIRST_LOGIN] = [user.pk, user.code_digest, until.isoformat()]
            return redirect("accounts:first_password")
    return render(request, "accounts/first_code.html", {"form": form}, status=422 if form.errors else 200)


def _checked(request: HttpRequest, form: FirstLoginForm) -> User | None:
    """The user of the code; None with a message in the form. Attempts are limited by account and by address."""
    login, code = form.cleaned_data["login"].strip(), form.cleaned_data["code"]
    if not ratelimit.consume(request, action="first_login", key=login.lower()):
        form.add_error(None, get_adapter().validation_error("too_many_login_attempts"))
        return None
    user = actions.find_by_code(login, code)
    if user is None:
        form.add_error(
            None,
            _(
                "Mã định danh hoặc mã dùng một lần chưa đúng, hoặc mã đã hết hạn."
                " Kiểm tra lại hoặc đề nghị nhà trường cấp mã mới."
            ),
        )
    return user


@account_page
def choose_password(request: HttpRequest) -> HttpResponseBase:
    """Step 2: one's own password; then logged in, through the second factor where there is one."""
    pending = _pending(request)
    if pending is None:
        return redirect("accounts:first")
    user, digest = pending
    form = NewPasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        return _finish(request, user, digest, form.cleaned_data["password1"])
    context = {"form": form, "person": user, "rules": validators.help_texts()}
    return render(request, "accounts/first_password.html", context, status=422 if form.errors else 200)


def _pending(request: HttpRequest) -> tuple[User, str] | None:
    kept: list[Any] | None = request.session.get(session.FIRST_LOGIN)
    if not kept or datetime.fromisoformat(kept[2]) < clock.now():
        return None
    user = User.objects.filter(pk=kept[0], code_digest=kept[1], is_active=True).first()
    return (user, kept[1]) if user else None


def _finish(request: HttpRequest, user: User, digest: str, password: str) -> HttpResponse:
    request.session.pop(session.FIRST_LOGIN, None)
    try:
        user = actions.redeem_code(user.pk, digest, password)
    except RuleViolation as error:
        form = FirstLoginForm({"login": user.username, "code": ""})
        form.is_valid()
        form.errors.pop("code", None)
        form.add_error(None, str(error))
        return render(request, "accounts/first_code.html", {"form": form}, status=422)
    get_adapter().send_notification_mail("account/email/password_changed", user)
    return perform_login(request, user)
