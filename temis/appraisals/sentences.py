"""Words of the audit trail for periods and appraisals."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "appraisal.submit": _("đã gửi tự đánh giá"),
    "appraisal.withdraw": _("đã rút lại tự đánh giá để sửa"),
    "appraisal.decide": _("đã xếp loại %(person)s"),
    "appraisal.revise": _("đã sửa xếp loại của %(person)s"),
    "appraisal.retract": _("đã hủy xếp loại của %(person)s"),
    "appraisal.announce": _("đã thông báo kết quả xếp loại của %(person)s"),
    "appraisal.acknowledge": _("đã xác nhận kết quả của mình"),
    "appraisal.object": _("đã phản hồi kết quả của mình"),
    "appraisal.answer": _("đã trả lời phản hồi của %(person)s"),
    "appraisal.exclude": _("đã đưa %(person)s ra ngoài đợt đánh giá"),
    "appraisal.include": _("đã đưa %(person)s lại vào đợt đánh giá"),
    "appraisal.early": _("đã yêu cầu xếp loại sớm hơn chu kỳ"),
    "appraisal.print": _("đã in phiếu của %(count)s người"),
    "period.create": _("đã lập đợt đánh giá"),
    "period.edit": _("đã sửa đợt đánh giá"),
    "period.open": _("đã mở đợt đánh giá"),
    "period.close": _("đã đóng đợt đánh giá"),
    "period.reopen": _("đã mở lại đợt đánh giá"),
    "period.windows": _("đã đặt thời hạn các bước của đợt đánh giá"),
    "period.sync": _("đã cập nhật danh sách của đợt đánh giá"),
    "period.deciders": _("đã xác định lại người xếp loại"),
}
LOOKS = {
    "appraisal.record": _("kết quả đánh giá"),
    "appraisal.decision": _("phiếu đánh giá khi xếp loại"),
    "appraisal.objection": _("phản hồi kết quả"),
    "appraisal.print": _("biểu mẫu in"),
}
