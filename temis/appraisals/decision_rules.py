"""What the circulars say about the head's decision and what follows. Pure, as `rules`.

The head's levels are the result; self-assessment and opinions inform him and are not averaged (TT 20/2018 Điều 10
khoản 1 điểm c; TT 14/2018 Điều 10). The overall level follows from his levels (khoản 2): nobody chooses it.
"""

from collections.abc import Sequence
from datetime import date
from functools import cache

from django.utils.translation import gettext as _

from temis.appraisals.enums import Outcome
from temis.appraisals.rules import Window, missing_criteria
from temis.core.errors import RuleViolation

LONGEST_TEXT = 4000


def check_levels(levels: Sequence[int | None], criteria: Sequence[int]) -> None:
    """APR-21. The head gives a level for every criterion; the overall level is computed from them (STD-01)."""
    if missing := missing_criteria(levels, criteria):
        message = _("Còn thiếu mức của tiêu chí %(numbers)s. Hãy chọn đủ rồi xếp loại.")
        raise RuleViolation("APR-21", message % {"numbers": ", ".join(map(str, missing))}, field=f"level-{missing[0]}")


def check_text(text: str, field: str) -> None:
    """APR-21. Notes, objections and answers have an end."""
    if len(text) > LONGEST_TEXT:
        message = _("Nội dung dài quá %(most)s ký tự. Hãy rút gọn.") % {"most": LONGEST_TEXT}
        raise RuleViolation("APR-21", message, field=field)


def agrees(own: Sequence[int] | None, medians: Sequence[int | None]) -> bool:
    """APR-22. Do the self-assessment and the colleagues say the same for every criterion?

    Nothing agrees with opinions that are not shown.
    """
    return own is not None and len(medians) == len(own) and all(a == b for a, b in zip(own, medians, strict=True))


@cache  # few levels, a thousand criteria on a page
def disagree(*levels: int | None) -> bool:
    """Do those who have said something about a criterion say different things?"""
    return len({level for level in levels if level is not None}) > 1


def may_object(window: Window | None, answered_before: bool, today: date) -> str:
    """APR-24. Why the person cannot object (any more); empty where he can.

    Within the days of the answer, once on each result; a further complaint goes the way of the law on complaints.
    """
    if answered_before:
        return _("Phản hồi của thầy/cô đã được trả lời. Nếu chưa đồng ý, thầy/cô có thể khiếu nại theo quy định.")
    if window is not None and not window.has_begun(today):
        return _("Chưa đến thời gian phản hồi kết quả.")
    if window is not None and window.has_ended(today):
        return _("Đã hết thời gian phản hồi kết quả. Nếu chưa đồng ý, thầy/cô có thể khiếu nại theo quy định.")
    return ""


def check_objection(text: str) -> None:
    """APR-24. An objection says what it objects to."""
    if not text.strip():
        raise RuleViolation(
            "APR-24", _("Hãy viết điều thầy/cô chưa đồng ý, ví dụ: tiêu chí nào và vì sao."), field="text"
        )
    check_text(text, "text")


def check_answer(outcome: str, answer: str, old: Sequence[int] | None, new: Sequence[int | None]) -> None:
    """APR-25. An objection is answered with a reason: the result stays, or it changes to other levels."""
    if outcome not in Outcome.values:
        raise RuleViolation("APR-25", _("Hãy chọn giữ nguyên hay điều chỉnh kết quả."), field="outcome")
    if not answer.strip():
        raise RuleViolation("APR-25", _("Hãy nêu lý do; người có phản hồi sẽ đọc nội dung này."), field="answer")
    check_text(answer, "answer")
    if outcome == Outcome.CHANGED and list(new) == list(old or []):
        message = _("Điều chỉnh kết quả nhưng chưa đổi mức nào. Hãy đổi mức của tiêu chí hoặc chọn giữ nguyên.")
        raise RuleViolation("APR-25", message, field="outcome")
