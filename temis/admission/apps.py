from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AdmissionConfig(AppConfig):
    name = "temis.admission"
    verbose_name = _("Hàng chờ")

    def ready(self) -> None:
        from temis.admission import signals  # noqa: F401  (receivers)
