from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OpinionsConfig(AppConfig):
    name = "temis.opinions"
    verbose_name = _("Ý kiến")

    def ready(self) -> None:
        from temis.appraisals.aggregates import Source, register  # models are not ready before
        from temis.opinions.queries.sums import aggregates_for, are_closing, medians_for

        register(Source(aggregates_for, medians_for, are_closing))
