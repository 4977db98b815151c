"""Words of the organization domain."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Tier(TextChoices):
    """What a kind of body is for, independent of the names and levels that decrees give it."""

    NATION = "NATION", _("Trung ương")
    PROVINCE = "PROVINCE", _("Cấp tỉnh")
    LOCAL = "LOCAL", _("Dưới cấp tỉnh")
    SCHOOL = "SCHOOL", _("Trường")
    UNIVERSITY = "UNIVERSITY", _("Cơ sở đào tạo giáo viên")


class SchoolLevel(TextChoices):
    """Level of schooling (cấp học)."""

    TH = "TH", _("Tiểu học")
    THCS = "THCS", _("Trung học cơ sở")
    THPT = "THPT", _("Trung học phổ thông")


class Change(TextChoices):
    """What a reorganization does to a body."""

    RENAME = "RENAME", _("Đổi tên")
    MOVE = "MOVE", _("Chuyển đơn vị quản lý")
    MERGE = "MERGE", _("Sáp nhập")
    SPLIT = "SPLIT", _("Chia, tách")
    CLOSE = "CLOSE", _("Giải thể")


class ReorganizationState(TextChoices):
    DRAFT = "DRAFT", _("Đang soạn")
    APPLIED = "APPLIED", _("Đã áp dụng")
    UNDONE = "UNDONE", _("Đã hoàn tác")
