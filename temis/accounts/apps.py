from django import forms
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "temis.accounts"
    verbose_name = _("Tài khoản")

    def ready(self) -> None:
        """Receivers; and our words for an empty field: Django's Vietnamese says "trường", which is a school here."""
        forms.Field.default_error_messages["required"] = _("Cần điền mục này.")
        from temis.accounts import signals  # noqa: F401  (receivers)
