"""Words of following and reminding."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from temis.appraisals.enums import Stage


class Waiting(TextChoices):
    """What is still missing: a step of somebody's appraisal, and so who has to do something."""

    SELF = "SELF", _("Chưa gửi tự đánh giá")
    OPINIONS = "OPINIONS", _("Chưa góp ý kiến đủ")
    DECISION = "DECISION", _("Chưa được xếp loại")
    ANNOUNCEMENT = "ANNOUNCEMENT", _("Chưa được thông báo kết quả")
    RESPONSE = "RESPONSE", _("Chưa xác nhận kết quả")
    ANSWER = "ANSWER", _("Phản hồi chờ trả lời")

    @property
    def stage(self) -> Stage:
        """The stage whose last day counts."""
        return _STAGES[self]

    @property
    def on_head(self) -> bool:
        """Is it the head who has to do something, not the one appraised?"""
        return self in (Waiting.DECISION, Waiting.ANNOUNCEMENT, Waiting.ANSWER)


_STAGES = {
    Waiting.SELF: Stage.SELF,
    Waiting.OPINIONS: Stage.OPINIONS,
    Waiting.DECISION: Stage.DECISION,
    Waiting.ANNOUNCEMENT: Stage.DECISION,
    Waiting.RESPONSE: Stage.RESPONSE,
    Waiting.ANSWER: Stage.RESPONSE,
}
