"""Words of the audit trail for imports."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "import.upload": _("đã tải lên một tệp để nạp"),
    "import.discard": _("đã bỏ một tệp chưa nạp"),
    "import.organizations": _("đã nạp danh sách đơn vị"),
    "import.staff": _("đã nạp danh sách nhân sự"),
    "import.results": _("đã nạp kết quả đánh giá đã hoàn thành"),
    "import.evidence": _("đã tải lên minh chứng kèm kết quả đã nạp"),
    "import.organizations.undo": _("đã hoàn tác một đợt nạp danh sách đơn vị"),
    "import.staff.undo": _("đã hoàn tác một đợt nạp danh sách nhân sự"),
    "import.results.undo": _("đã hoàn tác một đợt nạp kết quả đánh giá"),
    "period.create_by_import": _("đã lập đợt đánh giá khi nạp kết quả"),
}
