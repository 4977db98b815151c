from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class FollowingConfig(AppConfig):
    name = "temis.following"
    verbose_name = _("Theo dõi và nhắc việc")

    def ready(self) -> None:
        from temis.following import news  # models are not ready before
        from temis.following.reference import load_rules

        news.listen()
        post_migrate.connect(load_rules, sender=self)
