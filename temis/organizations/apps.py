from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class OrganizationsConfig(AppConfig):
    name = "temis.organizations"
    verbose_name = _("Đơn vị")

    def ready(self) -> None:
        from temis.organizations.reference import load_reference  # models are not ready before

        post_migrate.connect(load_reference, sender=self)
