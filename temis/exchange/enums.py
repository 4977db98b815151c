"""Words of the exchange domain."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """What a file holds; the value is also the word of the command and of the address."""

    ORGANIZATIONS = "organizations", _("Danh sách đơn vị")
    STAFF = "staff", _("Danh sách nhân sự")
    RESULTS = "results", _("Kết quả đánh giá đã hoàn thành")


class BatchState(TextChoices):
    """Where an import stands. Work in progress is no state: it happens in one transaction, and when the server is
    killed in the middle of it the import is again where it was."""

    UPLOADED = "UPLOADED", _("Đã nhận tệp")
    REFUSED = "REFUSED", _("Không đọc được tệp")
    CHECKED = "CHECKED", _("Đã kiểm tra")
    LOADED = "LOADED", _("Đã nạp")
    UNDONE = "UNDONE", _("Đã hoàn tác")
    DISCARDED = "DISCARDED", _("Đã bỏ")
