from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class FollowingConfig(AppConfig):
    name = "temis.following"
    verbose_name = _("Theo dõi và nhắc việc")

    def ready(self) -> None:
        from temis.appraisals.totals import register  # models are not ready before
        from temis.following import news
        from temis.following.queries.totals import totals_for
        from temis.following.reference import load_rules

        register(totals_for)
        news.listen()
        post_migrate.connect(load_rules, sender=self)
