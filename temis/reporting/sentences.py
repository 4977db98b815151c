"""Words of the audit trail for what happens to reports."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "report.create": _("đã lập báo cáo TEMIS"),
    "report.extract": _("đã chiết xuất báo cáo TEMIS"),
    "report.freeze": _("đã chốt số liệu báo cáo TEMIS"),
    "report.letterhead": _("đã sửa thể thức văn bản của báo cáo TEMIS"),
    "report.submit": _("đã trình báo cáo TEMIS"),
    "report.withdraw": _("đã rút báo cáo TEMIS về sửa"),
    "report.approve": _("đã phê duyệt báo cáo TEMIS"),
    "report.return": _("đã trả lại báo cáo TEMIS"),
    "report.publish": _("đã công bố báo cáo TEMIS"),
    "report.scan": _("đã đính kèm bản quét báo cáo TEMIS"),
    "report.send": _("đã gửi báo cáo TEMIS"),
    "report.resend": _("đã gửi lại báo cáo TEMIS"),
    "report.receipt": _("đã xác nhận nhận báo cáo TEMIS"),
    "report.recipient_add": _("đã thêm nơi nhận báo cáo"),
    "report.recipient_change": _("đã sửa nơi nhận báo cáo"),
    "report.deadlines": _("đã đặt mốc thời gian của báo cáo"),
    "report.template": _("đã nạp mẫu báo cáo"),
}
