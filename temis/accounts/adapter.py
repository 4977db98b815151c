"""What TEMIS answers where allauth asks."""

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from temis.accounts import keys
from temis.core.audit import client_address


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by the import of the roster, never by signing up; mail leaves through the queue."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("Tài khoản này đã bị khóa. Liên hệ đơn vị quản lý."),
        "enter_current_password": _("Mật khẩu hiện tại chưa đúng."),
        "incorrect_code": _("Mã chưa đúng."),
        "incorrect_password": _("Mật khẩu chưa đúng."),
        "invalid_login": _("Tên đăng nhập hoặc mật khẩu chưa đúng."),
        "invalid_password_reset": _("Liên kết đặt lại mật khẩu không còn hiệu lực. Thầy/cô yêu cầu liên kết mới."),
        "rate_limited": _("Thầy/cô đã thử quá nhiều lần. Chờ năm phút rồi thử lại."),
        "too_many_login_attempts": _("Thầy/cô đã thử quá nhiều lần. Chờ năm phút rồi thử lại."),
        "username_password_mismatch": _("Tên đăng nhập hoặc mật khẩu chưa đúng."),
        "email_password_mismatch": _("Tên đăng nhập hoặc mật khẩu chưa đúng."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that throttling counts: the same that the audit trail writes."""
        return client_address(request) or "0.0.0.0"

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who has logged in within the last five minutes is not asked twice."""
        if not super().is_reauthentication_required(app=app, **kwargs):
            return False
        shown = get_authentication_records(self.request, self.request.user)
        return not shown or time.time() - shown[-1]["at"] > REAUTHENTICATION_TIMEOUT

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return self.get_login_redirect_url(request)

    def send_notification_mail(self, template_prefix: str, user: Any, *args: Any, **kwargs: Any) -> None:
        """Tell the owner that his account changed; from the queue, so that a mail server at rest stops nobody."""
        from temis.accounts import jobs  # jobs need the app registry

        if user.email:
            jobs.notify.task.defer(user_id=user.pk, what=template_prefix.rsplit("/", 1)[-1])  # type: ignore[attr-defined]


class SecondFactorAdapter(DefaultMFAAdapter):
    """Keys of authenticator apps are encrypted with a key of the installation, so that a dump alone opens nothing."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": _("Chưa tắt được xác thực hai bước."),
        "cannot_generate_recovery_codes": _("Bật xác thực hai bước trước, rồi tạo mã dự phòng."),
        "incorrect_code": _("Mã chưa đúng. Mở ứng dụng, nhập mã 6 chữ số đang hiện."),
    }

    def encrypt(self, text: str) -> str:
        return Fernet(keys.key("second-factor")).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return Fernet(keys.key("second-factor")).decrypt(encrypted_text.encode()).decode()

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        return str(user.get_username())
