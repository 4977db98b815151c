"""Words of the reporting domain."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class VersionState(TextChoices):
    """Where one version of a report stands. EXTRACTED may be replaced; from FROZEN on its figures never change."""

    EXTRACTED = "EXTRACTED", _("Bản chiết xuất, chưa chốt")
    FROZEN = "FROZEN", _("Đã chốt số liệu, đang soạn")
    SUBMITTED = "SUBMITTED", _("Chờ phê duyệt")
    RETURNED = "RETURNED", _("Bị trả lại")
    APPROVED = "APPROVED", _("Đã phê duyệt, chờ công bố")
    PUBLISHED = "PUBLISHED", _("Đã công bố")
    SENT = "SENT", _("Đã công bố và gửi")


class Map(TextChoices):
    """By which map of provinces people are counted: that of the report's reference day or today's."""

    THEN = "THEN", _("như tại thời điểm báo cáo")
    TODAY = "TODAY", _("theo địa giới hiện nay")


class Audience(TextChoices):
    """Whom a file is for."""

    OFFICIAL = "OFFICIAL", _("Bản chính thức")
    PUBLIC = "PUBLIC", _("Bản công khai, đã ẩn ô nhỏ")
    SCAN = "SCAN", _("Bản quét có chữ ký, dấu")


class RecipientKind(TextChoices):
    """Who receives the report by the letter of 2020."""

    DEPARTMENT = "DEPARTMENT", _("Cục của Bộ")
    PROGRAMME = "PROGRAMME", _("Ban quản lý chương trình")
    UNIVERSITY = "UNIVERSITY", _("Trường được phân công")
    OTHER = "OTHER", _("Nơi nhận khác")


# The outcome of a year in a row of facts: a level, or one of these. Why somebody is excluded stands in the number.
NOT_DONE_CODE = -1
EXCLUSION_CODES = {
    "MATERNITY": 11, "BELOW_QUALIFICATION": 12, "SHORT_SERVICE": 13, "LONG_LEAVE": 14, "STUDY": 15, "OTHER": 19,
}  # fmt: skip
OUTCOME_CODES: dict[int, str | int] = {
    **{rank: rank for rank in range(4)},
    NOT_DONE_CODE: "not_done",
    **{code: f"excluded:{reason}" for reason, code in EXCLUSION_CODES.items()},
}


class Milestone(TextChoices):
    """The three deadlines of a report."""

    EXTRACT = "EXTRACT", _("Chiết xuất")
    PUBLISH = "PUBLISH", _("Công bố")
    SEND = "SEND", _("Gửi")


PUBLISHED_STATES = (VersionState.PUBLISHED, VersionState.SENT)
EDITABLE_STATES = (VersionState.FROZEN, VersionState.RETURNED)
FROZEN_STATES = tuple(state for state in VersionState if state != VersionState.EXTRACTED)
