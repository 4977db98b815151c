from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AppraisalsConfig(AppConfig):
    name = "temis.appraisals"
    verbose_name = _("Đánh giá")

    def ready(self) -> None:
        from temis.appraisals.reference import load_deciders  # models are not ready before

        post_migrate.connect(load_deciders, sender=self)
