"""Words of the audit trail for evidence."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "evidence.add": _("đã thêm một minh chứng"),
    "evidence.edit": _("đã sửa một minh chứng"),
    "evidence.archive": _("đã cất một minh chứng"),
    "evidence.restore": _("đã lấy lại một minh chứng"),
    "evidence.clean": _("đã dọn %(count)s tệp không còn ai dùng"),
    "evidence.infected": _("đã chặn một tệp có mã độc"),
}
LOOKS = {
    "evidence.item": _("minh chứng"),
}
