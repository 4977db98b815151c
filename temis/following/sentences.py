"""Words of the audit trail for following and reminding."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "following.remind": _("đã nhắc %(count)s người còn thiếu"),
    "following.scheduled": _("đã tự động nhắc %(count)s người trước hạn"),
    "following.export": _("đã ghi danh sách %(count)s dòng ra tệp"),
    "following.rules": _("đã đặt các mốc nhắc"),
}
