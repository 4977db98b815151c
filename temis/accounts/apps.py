from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "temis.accounts"
    verbose_name = _("Tài khoản")

    def ready(self) -> None:
        from temis.accounts import signals  # noqa: F401  (receivers)
