"""What the circulars say about the course of an appraisal. Pure: no database, no clock, no request.

Sources: TT 20/2018 Điều 10, 11; TT 14/2018 Điều 10, 11; CV 4530, 4529/BGDĐT-NGCBQLGD (2018). Ids: docs/rules.md.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from temis.access import P
from temis.appraisals.enums import DECIDED_STATES, Exclusion, PeriodState, State
from temis.core.errors import RuleViolation
from temis.standards.enums import Level


@dataclass(frozen=True, slots=True)
class Step:
    """One legal step of an appraisal: from which states, to which one, who may take it."""

    name: str
    label: str | Promise
    sources: tuple[State, ...]
    to: State
    permission: P


SUBMIT = Step("submit", gettext_lazy("Gửi tự đánh giá"), (State.OPEN,), State.SUBMITTED, P.OWN_APPRAISAL)
WITHDRAW = Step("withdraw", gettext_lazy("Rút lại để sửa"), (State.SUBMITTED,), State.OPEN, P.OWN_APPRAISAL)
# From OPEN too: a head decides on one who let the time of self-assessment pass.
DECIDE = Step("decide", gettext_lazy("Xếp loại"), (State.OPEN, State.SUBMITTED), State.DECIDED, P.APPRAISAL_DECIDE)
REVISE = Step("revise", gettext_lazy("Sửa xếp loại"), (State.DECIDED,), State.DECIDED, P.APPRAISAL_DECIDE)
# Undo of a decision while nobody has been told of it.
RETRACT = Step("retract", gettext_lazy("Hủy xếp loại"), (State.DECIDED,), State.SUBMITTED, P.APPRAISAL_DECIDE)
RETRACT_UNSENT = Step("retract", gettext_lazy("Hủy xếp loại"), (State.DECIDED,), State.OPEN, P.APPRAISAL_DECIDE)
ANNOUNCE = Step("announce", gettext_lazy("Thông báo kết quả"), (State.DECIDED,), State.ANNOUNCED, P.APPRAISAL_DECIDE)
ACKNOWLEDGE = Step(
    "acknowledge", gettext_lazy("Xác nhận kết quả"), (State.ANNOUNCED,), State.ACKNOWLEDGED, P.OWN_APPRAISAL
)
OBJECT = Step("object", gettext_lazy("Phản hồi kết quả"), (State.ANNOUNCED,), State.OBJECTED, P.OWN_APPRAISAL)
ANSWER = Step("answer", gettext_lazy("Trả lời phản hồi"), (State.OBJECTED,), State.ANNOUNCED, P.APPRAISAL_DECIDE)
EXCLUDE = Step(
    "exclude", gettext_lazy("Đưa ra ngoài đợt"), (State.OPEN, State.SUBMITTED), State.EXCLUDED, P.APPRAISAL_EXCLUDE
)
INCLUDE = Step("include", gettext_lazy("Đưa lại vào đợt"), (State.EXCLUDED,), State.OPEN, P.APPRAISAL_EXCLUDE)
# Somebody who had sent his self-assessment before he was taken out comes back with it.
INCLUDE_SUBMITTED = Step(
    "include", gettext_lazy("Đưa lại vào đợt"), (State.EXCLUDED,), State.SUBMITTED, P.APPRAISAL_EXCLUDE
)

STEPS = (
    SUBMIT,
    WITHDRAW,
    DECIDE,
    REVISE,
    RETRACT,
    RETRACT_UNSENT,
    ANNOUNCE,
    ACKNOWLEDGE,
    OBJECT,
    ANSWER,
    EXCLUDE,
    INCLUDE,
    INCLUDE_SUBMITTED,
)


def check_step(step: Step, state: str) -> None:
    """APR-02. The step is one of those that this state allows."""
    if state not in step.sources:
        message = _("Không thể “%(step)s” vì phiếu đang ở bước “%(state)s”. Hãy tải lại trang để xem tình trạng mới.")
        raise RuleViolation("APR-02", message % {"step": step.label, "state": State(state).label})


def check_writable(state: str) -> None:
    """APR-02. What is being written is kept; what was sent, perhaps in another tab, has first to be taken back."""
    if state == State.SUBMITTED:
        raise RuleViolation(
            "APR-02",
            _("Phiếu đã được gửi, có thể ở thẻ hoặc máy khác. Muốn sửa: tải lại trang, rút lại phiếu."),
        )
    check_step(SUBMIT, state)


def allowed_steps(state: str) -> tuple[Step, ...]:
    """The steps that this state allows to somebody, whoever it is."""
    return tuple(step for step in STEPS if state in step.sources)


def is_decided(state: str) -> bool:
    """Does the appraisal count as completed ("hoàn thành đánh giá và xếp loại")?"""
    return state in DECIDED_STATES


def decision_due(last_decision: int | None, year: int, cadence: int = 2) -> bool:
    """APR-07. Is the head's decision due in `year`? (TT 20/2018 Điều 11, TT 14/2018 Điều 10.)

    Self-assessment is yearly, the head's decision every `cadence` years; who has never been decided on is due.
    """
    return last_decision is None or year - last_decision >= cadence


def check_early_decision(reason: str) -> None:
    """APR-10. The cadence may be shortened, for a stated reason (Điều 11: special cases)."""
    if not reason.strip():
        message = _("Hãy nêu lý do đánh giá sớm hơn chu kỳ, ví dụ: để cử đi học, để tuyển chọn cốt cán.")
        raise RuleViolation("APR-10", message, field="reason")


def check_complete(levels: Sequence[int | None], criteria: Sequence[int]) -> None:
    """APR-03. A self-assessment is sent with a level for every criterion; evidence is never a condition."""
    missing = missing_criteria(levels, criteria)
    if missing:
        message = _("Còn thiếu mức của tiêu chí %(numbers)s. Hãy chọn đủ rồi gửi.")
        raise RuleViolation("APR-03", message % {"numbers": ", ".join(map(str, missing))}, field=f"level-{missing[0]}")


def missing_criteria(levels: Sequence[int | None], criteria: Sequence[int]) -> list[int]:
    """Numbers of the criteria that have no level yet; `levels` stand in the order of `criteria`."""
    given = [*levels, *[None] * (len(criteria) - len(levels))]
    return [number for number, level in zip(criteria, given, strict=False) if level is None]


def check_levels(levels: Sequence[int | None], total: int) -> None:
    """APR-15. As many levels as criteria, each one of the four or none yet."""
    if len(levels) != total or not {None, *Level.values}.issuperset(levels):
        raise RuleViolation("APR-15", _("Mức của tiêu chí không đọc được. Hãy tải lại trang rồi chọn lại."))


@dataclass(frozen=True, slots=True)
class Window:
    """First and last day of a stage as it holds for a body, and which body set it."""

    opens_on: date
    closes_on: date
    set_by: int
    set_by_name: str = ""

    def is_open(self, on: date) -> bool:
        return self.opens_on <= on <= self.closes_on

    def has_begun(self, on: date) -> bool:
        return self.opens_on <= on

    def has_ended(self, on: date) -> bool:
        return on > self.closes_on

    def holds(self, opens_on: date, closes_on: date) -> bool:
        """Do these days lie within this window?"""
        return self.opens_on <= opens_on <= closes_on <= self.closes_on


@dataclass(frozen=True, slots=True)
class Arrival:
    """When somebody came and was told to wait, by a receipt of this installation; `path` is the page that he wanted."""

    at: datetime
    number: str
    path: str = ""


def late_end(window: Window, hours: int, zone: tzinfo) -> datetime:
    """APR-16. Until when a self-assessment is taken from somebody who came on the last day."""
    return datetime.combine(window.closes_on + timedelta(days=1), time.min, zone) + timedelta(hours=hours)


def arrival_that_counts(
    arrivals: Iterable[Arrival], window: Window, *, hours: int, now: datetime, appraisal_id: int, zone: tzinfo
) -> Arrival | None:
    """APR-16. Somebody who came on the last day and was told to wait writes and sends for so many hours after it.

    A receipt of an earlier day does not count: who came back on the last day needs none, who did not has let the day
    pass. A receipt that names another self-assessment counts for that one only.
    """
    end = late_end(window, hours, zone)
    if not end - timedelta(hours=hours) <= now < end:
        return None
    other = re.compile(rf"^/self-assessments/(?!{appraisal_id}/)\d+/")
    counting = [
        one for one in arrivals if one.at.astimezone(zone).date() == window.closes_on and not other.match(one.path)
    ]
    return min(counting, key=lambda one: one.at, default=None)


def can_withdraw(state: str, on: date, own: Window | None, decision: Window | None) -> bool:
    """APR-05. A sent self-assessment may be taken back until the next step has begun.

    The next step is the head's decision: it has begun when he has decided or when the days of the decision have come
    for the school. Opinions of colleagues do not hold it back, they are given without knowing the self-assessment. Past
    the days of self-assessment nobody can take back what he could not send again.
    """
    in_time = own is None or own.is_open(on)
    return state == State.SUBMITTED and in_time and not (decision is not None and decision.has_begun(on))


def check_exclusion(reason: str, note: str) -> None:
    """APR-08. Out of the period only for a stated reason; "other" is told in words."""
    if reason not in Exclusion.values:
        raise RuleViolation("APR-08", _("Hãy chọn lý do đưa ra ngoài đợt."), field="exclusion")
    if reason == Exclusion.OTHER and not note.strip():
        message = _("Hãy ghi rõ lý do khác là gì, lý do này được nêu trong báo cáo.")
        raise RuleViolation("APR-08", message, field="note")


def check_period(state: str) -> None:
    """APR-06. Appraisals change only while their period is open."""
    if state == PeriodState.DRAFT:
        raise RuleViolation("APR-06", _("Đợt đánh giá chưa mở."))
    if state == PeriodState.CLOSED:
        raise RuleViolation("APR-06", _("Đợt đánh giá đã đóng. Chỉ Bộ GDĐT mở lại được đợt này."))
