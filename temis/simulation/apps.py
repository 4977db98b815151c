from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SimulationConfig(AppConfig):
    name = "temis.simulation"
    verbose_name = _("Quốc gia mô phỏng")
