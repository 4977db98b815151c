"""What makes an opinion anonymous and a sum of opinions safe to show. Pure: no database, no clock, no request.

Sources: TT 20/2018 Điều 10 khoản 1 điểm b, TT 14/2018 Điều 10 khoản 1; ADR 4. Ids: docs/rules.md.
"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from temis.appraisals.enums import State
from temis.core.errors import RuleViolation
from temis.opinions.enums import Hidden
from temis.standards.enums import Level

# From how many opinions on their sums are shown.
FEWEST_SHOWN = 3
# The head reads the opinions before he decides; afterwards another one would count for nothing.
ASKED_STATES = (State.OPEN, State.SUBMITTED)
LONGEST_REMARK = 1000

LEVELS = len(Level)


def hidden_reason(*, asked: int, given: int, closed: bool, ended: bool) -> Hidden | None:
    """OPN-03. Why the sums are not shown, None where they are: from three opinions up, once no more are taken.

    `closed` when everybody has answered or when the time is over; it is never opened again. While answers still come in
    nobody sees the sums: who looks before and after one answer would know that answer. `ended` alone (the last day is
    over, not closed yet) is not enough, the days may be moved.
    """
    if not asked and not given:
        return Hidden.NOBODY_ASKED
    if not closed and not ended:
        return Hidden.COLLECTING
    if given < FEWEST_SHOWN:
        return Hidden.TOO_FEW
    return None if closed else Hidden.CLOSING


def is_shown(*, given: int, closed: bool) -> bool:
    """Whether `hidden_reason` has none, however many were asked: who shows sums need not count those."""
    return closed and given >= FEWEST_SHOWN


def is_complete(*, left: int, given: int) -> bool:
    """OPN-05. Has everybody answered, so that it closes before its time?

    Never below three opinions: there is nothing to show yet, and somebody may still join the group.
    """
    return left == 0 and given >= FEWEST_SHOWN


def check_levels(levels: Sequence[int | None], criteria: Sequence[int]) -> None:
    """OPN-04. An opinion has one of the four levels for each criterion, else it would be recognised by its gaps."""
    if len(levels) != len(criteria) or any(level is not None and level not in Level.values for level in levels):
        raise RuleViolation("OPN-04", _("Mức của tiêu chí không đọc được. Hãy tải lại trang rồi chọn lại."))
    missing = [number for number, level in zip(criteria, levels, strict=True) if level is None]
    if missing:
        message = ngettext(
            "Còn thiếu mức của tiêu chí %(numbers)s. Hãy chọn rồi gửi.",
            "Còn thiếu mức của các tiêu chí %(numbers)s. Hãy chọn đủ rồi gửi.",
            len(missing),
        )
        raise RuleViolation("OPN-04", message % {"numbers": ", ".join(map(str, missing))}, field=f"level-{missing[0]}")


def check_remark(remark: str) -> None:
    """OPN-04. A remark has an end."""
    if len(remark) > LONGEST_REMARK:
        message = _("Nhận xét dài quá %(most)s ký tự. Hãy rút gọn rồi gửi.") % {"most": LONGEST_REMARK}
        raise RuleViolation("OPN-04", message, field="remark")


def refusal(*, state: str, in_time: bool, closed: bool) -> RuleViolation | None:
    """OPN-02. Opinions are taken in their days, until they are closed (OPN-05) or the head has decided."""
    if state not in ASKED_STATES:
        return RuleViolation("OPN-02", _("Thủ trưởng đã xếp loại nên không nhận thêm ý kiến về thầy/cô này."))
    if closed:
        return RuleViolation("OPN-05", _("Đã đóng lấy ý kiến về thầy/cô này vì mọi người đã góp ý hoặc đã hết hạn."))
    if not in_time:
        return RuleViolation("OPN-02", _("Ngoài thời gian lấy ý kiến. Hãy xem thời hạn ở danh sách góp ý kiến."))
    return None


def empty_counts(criteria: int) -> list[int]:
    """No opinion yet: four counts for each criterion."""
    return [0] * (LEVELS * criteria)


def added(counts: Sequence[int], levels: Sequence[int]) -> list[int]:
    """The counts with one more opinion in them; `counts[4 * place + level]`."""
    sums = list(counts)
    for place, level in enumerate(levels):
        sums[LEVELS * place + level] += 1
    return sums


def median(counts: Sequence[int]) -> Level | None:
    """OPN-06. The level in the middle of the opinions on one criterion; of two in the middle the lower one, so that
    a level is only named where at least half of those asked see it reached."""
    total, below = sum(counts), 0
    for level in Level:
        below += counts[level]
        if total and 2 * below >= total:
            return level
    return None


def most_frequent(counts: Sequence[int]) -> tuple[Level, ...]:
    """OPN-06. The level or levels named most often, ascending; none without opinions."""
    top = max(counts)
    return tuple(level for level in Level if top and counts[level] == top)
