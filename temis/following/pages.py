"""What the pages print of the counts: one step after the other, one row after the other."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from temis.appraisals.rules import Window
from temis.following.enums import Waiting
from temis.following.queries.bodies import BodyRow
from temis.following.queries.reminders import ReminderButton
from temis.following.queries.school import GroupRow
from temis.following.rules import Share, Tally

# What the table and the cards show, in the order of the steps.
STEPS = (Waiting.SELF, Waiting.OPINIONS, Waiting.DECISION, Waiting.ANNOUNCEMENT, Waiting.RESPONSE)
DONE = {
    Waiting.SELF: _("Đã gửi tự đánh giá"),
    Waiting.OPINIONS: _("Ý kiến đã góp"),
    Waiting.DECISION: _("Đã xếp loại"),
    Waiting.ANNOUNCEMENT: _("Đã thông báo kết quả"),
    Waiting.RESPONSE: _("Đã xác nhận kết quả"),
}
# The same in the head of a table with many columns.
SHORT = {
    Waiting.SELF: _("Tự đánh giá"),
    Waiting.OPINIONS: _("Ý kiến"),
    Waiting.DECISION: _("Xếp loại"),
    Waiting.ANNOUNCEMENT: _("Đã thông báo"),
    Waiting.RESPONSE: _("Đã xác nhận"),
}
DEFINITIONS = {
    Waiting.SELF: _(
        "Số người đã gửi chia cho số người phải gửi. Không kể người ngoài đợt và người đã được xếp loại mà không qua "
        "tự đánh giá trên hệ thống."
    ),
    Waiting.OPINIONS: _(
        "Số ý kiến đã góp chia cho số ý kiến cần có: mỗi người góp ý cho từng đồng nghiệp trong tổ; giáo viên, nhân "
        "viên góp ý cho hiệu trưởng, phó hiệu trưởng. Người còn thiếu là người còn ý kiến phải góp."
    ),
    Waiting.DECISION: _("Số người đã được thủ trưởng xếp loại chia cho số người đến kỳ xếp loại."),
    Waiting.ANNOUNCEMENT: _("Số người đã được thông báo kết quả chia cho số người đã xếp loại."),
    Waiting.RESPONSE: _("Số người đã xác nhận hoặc phản hồi chia cho số người đã được thông báo kết quả."),
}


@dataclass(frozen=True, slots=True)
class StepCard:
    """One step of a place: how complete, until when, who is missing, and the button."""

    waiting: Waiting
    title: str | Promise
    definition: str | Promise
    share: Share
    missing: int
    window: Window | None
    button: ReminderButton | None
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Row:
    """A body or a subject group in the table. `shares` stand in the order of `STEPS`; None where it is not counted."""

    pk: int | None
    name: str
    tally: Tally | None
    shares: list[Share | None]
    is_school: bool = False
    schools: int = 0
    schools_late: int = 0

    @property
    def cells(self) -> list[tuple[Share | None, str, str | Promise]]:
        """Each share with the key and the title of its column."""
        return [(share, step.lower(), SHORT[step]) for share, step in zip(self.shares, STEPS, strict=True)]


def step_cards(
    tally: Tally,
    windows: Mapping[str, Window],
    buttons: Mapping[Waiting, ReminderButton],
    *,
    now: datetime,
    opinions_at: datetime | None,
) -> list[StepCard]:
    """Opinions are left out where they are not counted (a filter by position, nothing asked yet)."""
    found = []
    for waiting in STEPS:
        if waiting == Waiting.OPINIONS and not tally.opinions_asked:
            continue
        found.append(
            StepCard(
                waiting,
                DONE[waiting],
                DEFINITIONS[waiting],
                tally.share(waiting),
                tally.missing(waiting),
                windows.get(waiting.stage),
                buttons.get(waiting),
                (opinions_at or now) if waiting == Waiting.OPINIONS else now,
            )
        )
    return found


def body_rows(rows: Iterable[BodyRow]) -> list[Row]:
    return [
        Row(row.pk, row.name, row.tally, _shares(row.tally), row.is_school, row.schools, row.schools_late)
        for row in rows
    ]


def group_rows(rows: Iterable[GroupRow]) -> list[Row]:
    return [Row(row.pk, row.name, row.tally, _shares(row.tally)) for row in rows]


def _shares(tally: Tally | None) -> list[Share | None]:
    if tally is None:
        return [None for _waiting in STEPS]
    return [
        None if waiting == Waiting.OPINIONS and tally.opinions_asked is None else tally.share(waiting)
        for waiting in STEPS
    ]
