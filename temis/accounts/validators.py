"""Django's password rules, said in the words of this system (Django's Vietnamese catalogue has gaps)."""

from typing import Any

from django.contrib.auth import password_validation as django_rules
from django.utils.translation import gettext as _


class NotLikeOneself(django_rules.UserAttributeSimilarityValidator):
    def __init__(self) -> None:
        super().__init__(user_attributes=("username", "display_name", "email"))

    def get_error_message(self) -> str:
        return _("Mật khẩu quá giống họ tên, tên đăng nhập hoặc thư điện tử (%(verbose_name)s). Chọn mật khẩu khác.")

    def get_help_text(self) -> str:
        return _("không giống họ tên, tên đăng nhập, thư điện tử của thầy/cô")


class LongEnough(django_rules.MinimumLengthValidator):
    def get_error_message(self) -> str:
        return _("Mật khẩu quá ngắn, cần ít nhất %(min_length)d ký tự.") % {"min_length": self.min_length}

    def get_help_text(self) -> str:
        return _("ít nhất %(min_length)d ký tự, dài càng tốt; có thể dùng cả một câu") % {"min_length": self.min_length}


class NotCommon(django_rules.CommonPasswordValidator):
    def get_error_message(self) -> str:
        return _("Mật khẩu này nhiều người dùng, dễ bị đoán. Chọn mật khẩu khác.")

    def get_help_text(self) -> str:
        return _("không phải mật khẩu nhiều người dùng như “12345678” hay “password”")


class NotOnlyDigits(django_rules.NumericPasswordValidator):
    def get_error_message(self) -> str:
        return _("Mật khẩu không được chỉ gồm chữ số. Thêm chữ cái.")

    def get_help_text(self) -> str:
        return _("có cả chữ cái, không chỉ gồm chữ số")


def help_texts() -> list[str]:
    """The rules as a list of short phrases."""
    rules: list[Any] = django_rules.get_default_password_validators()
    return [rule.get_help_text() for rule in rules]
