"""Words of the audit trail for the demo province."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "demo.load": _("đã tạo dữ liệu minh họa"),
}
