"""Forms of login and account: allauth's, in our words."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from temis.accounts import jobs
from temis.accounts.models import User

_CODE_INPUT = {"autocomplete": "one-time-code", "inputmode": "numeric", "autocapitalize": "none", "spellcheck": "false"}
_NAME_INPUT = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}


def _reword(form: forms.BaseForm, **labels: Any) -> None:
    """Give fields our labels; no placeholders (they vanish while one types), no help in markup."""
    for name, label in labels.items():
        field = form.fields[name]
        field.label, field.help_text = label, ""
        field.widget.attrs.pop("placeholder", None)


class _TwiceTheSame:
    """Says our words where both entries of a new password differ."""

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = forms.Form.clean(self) or {}  # type: ignore[arg-type]
        if data.get("password1") and data.get("password2") and data["password1"] != data["password2"]:
            self.add_error("password2", _("Hai lần nhập chưa giống nhau."))  # type: ignore[attr-defined]
        return data


class LoginForm(account.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _reword(self, login=_("Mã định danh hoặc tên đăng nhập"), password=_("Mật khẩu"))
        self.fields["login"].widget.attrs |= _NAME_INPUT


class FirstLoginForm(forms.Form):
    """The person's code and the one-time code from the school's sheet."""

    login = forms.CharField(
        label=gettext_lazy("Mã định danh hoặc tên đăng nhập"), max_length=60, widget=forms.TextInput(attrs=_NAME_INPUT)
    )
    code = forms.CharField(
        label=gettext_lazy("Mã dùng một lần"),
        help_text=gettext_lazy(
            "12 ký tự trên phiếu hoặc trong thư, ví dụ 7K2M-9XQ4-TB0V; gõ chữ thường hay chữ hoa đều được."
        ),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class NewPasswordForm(_TwiceTheSame, forms.Form):
    """A new password, entered twice."""

    password1 = forms.CharField(
        label=gettext_lazy("Mật khẩu mới"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=gettext_lazy("Nhập lại mật khẩu mới"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password1(self) -> str:
        password: str = self.cleaned_data["password1"]
        validate_password(password, self.user)
        return password


class ChangePasswordForm(_TwiceTheSame, account.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _reword(
            self,
            oldpassword=_("Mật khẩu hiện tại"),
            password1=_("Mật khẩu mới"),
            password2=_("Nhập lại mật khẩu mới"),
        )


class ResetPasswordKeyForm(_TwiceTheSame, account.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _reword(self, password1=_("Mật khẩu mới"), password2=_("Nhập lại mật khẩu mới"))


class ResetPasswordForm(account.ResetPasswordForm):
    """Asks for a link. The answer is the same whether or not the address is known, and so is its time: the queue
    makes link and letter."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _reword(self, email=_("Thư điện tử"))

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        if self.users:
            jobs.send_reset_links.task.defer(user_ids=[user.pk for user in self.users])  # type: ignore[attr-defined]
        return str(self.cleaned_data["email"])


class ReauthenticateForm(account.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _reword(self, password=_("Mật khẩu"))


class AuthenticateForm(mfa.AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _reword(self, code=_("Mã xác thực"))
        self.fields["code"].widget.attrs |= _CODE_INPUT


class ReauthenticateCodeForm(mfa.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _reword(self, code=_("Mã xác thực"))
        self.fields["code"].widget.attrs |= _CODE_INPUT


class ActivateForm(totp.ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _reword(self, code=_("Mã 6 chữ số đang hiện trong ứng dụng"))
        self.fields["code"].widget.attrs |= _CODE_INPUT
