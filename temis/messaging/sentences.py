"""Words of the audit trail for messages."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "messaging.channel": _("đã chọn cách nhận thông báo"),
    "messaging.resend": _("đã cho gửi lại thư"),
}
