"""Of counts: what is missing, what is late, how complete. Pure: no database, no clock, no request."""

from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from temis.appraisals.enums import Stage
from temis.core.errors import RuleViolation
from temis.following.enums import Waiting


@dataclass(frozen=True, slots=True)
class Share:
    """`done` of `due`; what is left of it and how much of that is past its day."""

    done: int
    due: int
    late: int = 0

    @property
    def left(self) -> int:
        return self.due - self.done

    @property
    def percent(self) -> float | None:
        return self.done * 100 / self.due if self.due else None


@dataclass(frozen=True, slots=True)
class Tally:
    """The counts of `Progress`, added up over any bodies; `late` holds how many of a count are past their day."""

    unsent: int = 0
    submitted: int = 0
    decided: int = 0
    announced: int = 0
    acknowledged: int = 0
    objected: int = 0
    excluded: int = 0
    sent: int = 0
    awaiting: int = 0
    awaiting_unsent: int = 0
    late: dict[Waiting, int] = field(default_factory=dict)
    late_people: int = 0
    opinions_asked: int | None = None
    opinions_given: int = 0
    raters_left: int = 0

    @property
    def people(self) -> int:
        """In the period: all but the excluded."""
        return self.unsent + self.submitted + self.has_result

    @property
    def has_result(self) -> int:
        return self.decided + self.told

    @property
    def told(self) -> int:
        return self.announced + self.acknowledged + self.objected

    def share(self, waiting: Waiting) -> Share:
        """How complete a step is. Who was decided on without a self-assessment (an imported result) owes none."""
        match waiting:
            case Waiting.SELF:
                done, left = self.sent, self.unsent
            case Waiting.OPINIONS:
                done, left = self.opinions_given, (self.opinions_asked or 0) - self.opinions_given
            case Waiting.DECISION:
                done, left = self.has_result, self.awaiting
            case Waiting.ANNOUNCEMENT:
                done, left = self.told, self.decided
            case Waiting.RESPONSE:
                done, left = self.acknowledged + self.objected, self.announced
            case Waiting.ANSWER:
                done, left = 0, self.objected
        return Share(done, done + left, self.late.get(waiting, 0))

    def missing(self, waiting: Waiting) -> int:
        """How many people (for the opinions: raters) stand on this step."""
        return self.raters_left if waiting == Waiting.OPINIONS else self.share(waiting).left


def check_reminder_day(stage: str, days: int) -> None:
    """FOL-02. From 60 days before to 30 after the last day; opinions are not asked for when none is taken any more."""
    if not -30 <= days <= 60:
        raise RuleViolation("FOL-02", _("Chọn từ 60 ngày trước hạn đến 30 ngày sau hạn."), field="days")
    if days < 0 and stage == Stage.OPINIONS:
        message = _("Hết hạn lấy ý kiến thì không góp được nữa, nên bước này không nhắc sau hạn.")
        raise RuleViolation("FOL-02", message, field="days")


def is_remindable(waiting: Waiting, closes_on: date, on: date) -> bool:
    """FOL-01. Is it any use to remind of a step on a day? Of opinions only while they are taken."""
    return waiting != Waiting.OPINIONS or on <= closes_on
