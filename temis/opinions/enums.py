"""Words of the opinion domain."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Circle(TextChoices):
    """Who is asked about whom."""

    COLLEAGUES = "COLLEAGUES", _("Đồng nghiệp trong tổ chuyên môn")  # about a teacher: TT 20/2018 Điều 10
    STAFF = "STAFF", _("Giáo viên, nhân viên của trường")  # about principal and deputies: TT 14/2018 Điều 10


class Hidden(TextChoices):
    """Why the sums of the opinions are not shown (yet)."""

    NOBODY_ASKED = "NOBODY_ASKED", _("Không có người cùng tổ để lấy ý kiến, bước này được bỏ qua.")
    COLLECTING = (
        "COLLECTING",
        _("Đang lấy ý kiến. Kết quả tổng hợp hiện ra khi mọi người đã góp ý hoặc khi hết hạn lấy ý kiến."),
    )
    CLOSING = (
        "CLOSING",
        _("Đã hết hạn lấy ý kiến. Kết quả tổng hợp được mở trong đêm, hoặc ngay khi bấm “Mở tổng hợp”."),
    )
    TOO_FEW = "TOO_FEW", _("Chưa đủ 3 ý kiến nên không hiện kết quả tổng hợp, để không ai đoán được ai đã chọn gì.")
