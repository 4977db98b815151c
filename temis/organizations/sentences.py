"""Words of the audit trail for bodies."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "organization.create": _("đã lập đơn vị"),
    "organization.describe": _("đã cập nhật thông tin đơn vị"),
}
