"""Words of the audit trail for the simulated country."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "simulation.load": _("đã tạo dữ liệu mô phỏng"),
}
