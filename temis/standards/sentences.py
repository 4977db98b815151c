"""Words of the audit trail for standards."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "standard.load": _("đã nạp bộ chuẩn"),
    "standard.lock": _("đã khóa bộ chuẩn vì bắt đầu được dùng"),
    "standard.correct": _("đã đính chính lời văn của bộ chuẩn"),
}
