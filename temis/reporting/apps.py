from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ReportingConfig(AppConfig):
    name = "temis.reporting"
    verbose_name = _("Báo cáo TEMIS")

    def ready(self) -> None:
        from temis.reporting.reference import load_reference  # models are not ready before

        post_migrate.connect(load_reference, sender=self)
