"""Words of the audit trail for reports."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "report.create": _("đã lập báo cáo TEMIS"),
    "report.extract": _("đã chiết xuất số liệu báo cáo"),
    "report.freeze": _("đã chốt số liệu báo cáo"),
    "report.submit": _("đã trình báo cáo để phê duyệt"),
    "report.withdraw": _("đã rút lại báo cáo để sửa"),
    "report.approve": _("đã phê duyệt báo cáo"),
    "report.return": _("đã trả lại báo cáo"),
    "report.publish": _("đã công bố báo cáo"),
    "report.send": _("đã gửi báo cáo đến các nơi nhận"),
    "report.scan": _("đã đính kèm bản quét của báo cáo"),
    "report.receipt": _("đã ghi nhận nơi nhận báo cáo"),
    "report.deadlines": _("đã đặt các hạn nộp báo cáo"),
    "report.recipient_add": _("đã thêm một nơi nhận báo cáo"),
    "report.recipient_change": _("đã sửa một nơi nhận báo cáo"),
    "report.template": _("đã nạp mẫu báo cáo"),
    "report.letterhead": _("đã sửa phần đầu và nơi nhận của báo cáo"),
}
