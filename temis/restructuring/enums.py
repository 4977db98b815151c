"""Words of the restructuring domain."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Effect(TextChoices):
    """What a reorganization did to a record; enough to take it back."""

    VERSION_ENDED = "VERSION_ENDED", _("Kết thúc thông tin đơn vị")
    VERSION_BEGUN = "VERSION_BEGUN", _("Bắt đầu thông tin đơn vị")
    EMPLOYMENT_ENDED = "EMPLOYMENT_ENDED", _("Kết thúc vị trí công tác")
    EMPLOYMENT_BEGUN = "EMPLOYMENT_BEGUN", _("Bắt đầu vị trí công tác")
    GRANT_ENDED = "GRANT_ENDED", _("Kết thúc vai trò được phân")
    APPRAISAL_MOVED = "APPRAISAL_MOVED", _("Chuyển đánh giá đang mở")
