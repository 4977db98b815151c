"""Words of the people domain."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Gender(TextChoices):
    MALE = "M", _("Nam")
    FEMALE = "F", _("Nữ")


class Position(TextChoices):
    """Job position (vị trí việc làm)."""

    TEACHER = "TEACHER", _("Giáo viên")
    PRINCIPAL = "PRINCIPAL", _("Hiệu trưởng")
    DEPUTY = "DEPUTY", _("Phó hiệu trưởng")
    STAFF = "STAFF", _("Nhân viên")
    LOCAL_OFFICER = "LOCAL_OFFICER", _("Cán bộ Phòng")
    PROVINCE_OFFICER = "PROVINCE_OFFICER", _("Cán bộ Sở")
    MINISTRY_OFFICER = "MINISTRY_OFFICER", _("Chuyên viên Bộ")
    LECTURER = "LECTURER", _("Giảng viên sư phạm")


TEACHERS = (Position.TEACHER,)
MANAGERS = (Position.PRINCIPAL, Position.DEPUTY)
OFFICERS = (Position.LOCAL_OFFICER, Position.PROVINCE_OFFICER, Position.MINISTRY_OFFICER)
KINH = "Kinh"
