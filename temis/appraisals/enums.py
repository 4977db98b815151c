"""Words of the appraisal domain."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PeriodState(TextChoices):
    DRAFT = "DRAFT", _("Đang chuẩn bị")
    OPEN = "OPEN", _("Đang mở")
    CLOSED = "CLOSED", _("Đã đóng")


class Stage(TextChoices):
    """Steps of a period that have dates (TT 20/2018 Điều 10 khoản 1)."""

    SELF = "SELF", _("Tự đánh giá")
    OPINIONS = "OPINIONS", _("Lấy ý kiến")
    DECISION = "DECISION", _("Đánh giá của thủ trưởng")
    RESPONSE = "RESPONSE", _("Xác nhận, phản hồi kết quả")


class State(TextChoices):
    """Where one person's appraisal stands."""

    OPEN = "OPEN", _("Chưa gửi tự đánh giá")
    SUBMITTED = "SUBMITTED", _("Đã gửi tự đánh giá")
    DECIDED = "DECIDED", _("Đã xếp loại, chưa thông báo")
    ANNOUNCED = "ANNOUNCED", _("Đã thông báo kết quả")
    ACKNOWLEDGED = "ACKNOWLEDGED", _("Đã xác nhận kết quả")
    OBJECTED = "OBJECTED", _("Có phản hồi chờ trả lời")
    EXCLUDED = "EXCLUDED", _("Ngoài đợt")


DECIDED_STATES = (State.DECIDED, State.ANNOUNCED, State.ACKNOWLEDGED, State.OBJECTED)


class Exclusion(TextChoices):
    """Why a person is not appraised in a period; shown apart from "not done" (CV 3556/2021)."""

    MATERNITY = "MATERNITY", _("Nghỉ thai sản")
    BELOW_QUALIFICATION = "BELOW_QUALIFICATION", _("Chưa đạt trình độ chuẩn được đào tạo")
    SHORT_SERVICE = "SHORT_SERVICE", _("Chưa đủ thời gian giữ vị trí")
    LONG_LEAVE = "LONG_LEAVE", _("Nghỉ ốm, nghỉ không lương dài ngày")
    STUDY = "STUDY", _("Đi học tập trung dài hạn")
    OTHER = "OTHER", _("Lý do khác")


class Source(TextChoices):
    """Where a decided result came from."""

    SYSTEM = "SYSTEM", _("Đánh giá trên hệ thống")
    IMPORT = "IMPORT", _("Nạp kết quả đã hoàn thành")


class Outcome(TextChoices):
    """What the head answered to an objection."""

    UPHELD = "UPHELD", _("Giữ nguyên kết quả")
    CHANGED = "CHANGED", _("Điều chỉnh kết quả")
