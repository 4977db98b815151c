"""The life of a report as a table of steps, and what each asks for. Pure: no database, no clock, no request.

Sources: the letter of November 2020 (extract, publish, send); NĐ 30/2020/NĐ-CP (who signs). Ids: docs/rules.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from temis.access import P
from temis.core.errors import RuleViolation
from temis.messaging.enums import MailState
from temis.reporting.enums import VersionState as State


@dataclass(frozen=True, slots=True)
class Step:
    """One legal step of a version: from which states, to which one, who may take it."""

    name: str
    label: str | Promise
    sources: tuple[State, ...]
    to: State
    permission: P


FREEZE = Step("freeze", gettext_lazy("Chốt số liệu"), (State.EXTRACTED,), State.FROZEN, P.REPORT_EDIT)
SUBMIT = Step("submit", gettext_lazy("Trình phê duyệt"), (State.FROZEN, State.RETURNED), State.SUBMITTED, P.REPORT_EDIT)
WITHDRAW = Step("withdraw", gettext_lazy("Rút lại để sửa"), (State.SUBMITTED,), State.FROZEN, P.REPORT_EDIT)
APPROVE = Step("approve", gettext_lazy("Phê duyệt"), (State.SUBMITTED,), State.APPROVED, P.REPORT_APPROVE)
RETURN = Step("return", gettext_lazy("Trả lại"), (State.SUBMITTED,), State.RETURNED, P.REPORT_APPROVE)
PUBLISH = Step("publish", gettext_lazy("Công bố"), (State.APPROVED,), State.PUBLISHED, P.REPORT_PUBLISH)
SEND = Step("send", gettext_lazy("Gửi các nơi nhận"), (State.PUBLISHED, State.SENT), State.SENT, P.REPORT_PUBLISH)

STEPS = (FREEZE, SUBMIT, WITHDRAW, APPROVE, RETURN, PUBLISH, SEND)

# What the log of a version tells: the steps, and what happens beside them.
EVENTS: dict[str, str | Promise] = {
    "extract": gettext_lazy("Chiết xuất"),
    "scan": gettext_lazy("Đính kèm bản quét"),
    "resend": gettext_lazy("Gửi lại"),
} | {step.name: step.label for step in STEPS}


def check_step(step: Step, state: str) -> None:
    """RPT-06. The step is one of those that this state allows."""
    if state not in step.sources:
        message = _("Không thể “%(step)s” vì báo cáo đang ở bước “%(state)s”. Hãy tải lại trang để xem tình trạng mới.")
        raise RuleViolation("RPT-06", message % {"step": step.label, "state": State(state).label})


def allowed_steps(state: str) -> tuple[Step, ...]:
    """The steps that this state allows to somebody, whoever it is."""
    return tuple(step for step in STEPS if state in step.sources)


def check_complete(without_level: int) -> None:
    """RPT-05. Frozen figures add up: everybody is counted in one level of schooling."""
    if without_level:
        message = _(
            "Còn %(count)s người chưa ghi cấp học nên số liệu các cấp không cộng đủ. Cập nhật cấp học của họ ở mục "
            "Nhân sự, chiết xuất lại rồi chốt."
        )
        raise RuleViolation("RPT-05", message % {"count": without_level})


def check_reason(reason: str) -> None:
    """RPT-06. A report is returned with a reason."""
    if not reason.strip():
        raise RuleViolation("RPT-06", _("Hãy nêu lý do trả lại để người soạn biết cần sửa gì."), field="reason")


def check_approver(user_id: int, submitted_by: int | None) -> None:
    """RPT-07. Nobody approves what he submitted himself."""
    if user_id == submitted_by:
        message = _("Người trình báo cáo không phê duyệt báo cáo của mình. Đề nghị lãnh đạo khác phê duyệt.")
        raise RuleViolation("RPT-07", message)


def check_words(state: str) -> None:
    """RPT-07. Words and letterhead change only while the officer works on the version."""
    if state not in (State.FROZEN, State.RETURNED):
        message = _("Báo cáo đang ở bước “%(state)s” nên không sửa được nội dung.")
        raise RuleViolation("RPT-07", message % {"state": State(state).label})


class HasLetterhead(Protocol):
    """What a submitted version must bear."""

    issuing_body: str
    place: str
    signer_title: str
    signer_name: str


def check_letterhead(head: HasLetterhead) -> None:
    """RPT-07. An administrative document names body, place and signer (NĐ 30/2020, Điều 8)."""
    if not all((head.issuing_body, head.place, head.signer_title, head.signer_name)):
        message = _("Thể thức văn bản còn thiếu: cần tên cơ quan, địa danh, chức vụ và họ tên người ký.")
        raise RuleViolation("RPT-07", message)


def check_signed(*, has_key: bool, has_scan: bool) -> None:
    """RPT-11. What is published bears a signature: digital, or on a hard copy whose scan is attached."""
    if not has_key and not has_scan:
        message = _(
            "Chưa có khóa ký số của cơ quan và chưa có bản quét văn bản đã ký. Đính kèm bản quét, hoặc đề nghị quản "
            "trị hệ thống cấu hình khóa ký số, rồi công bố."
        )
        raise RuleViolation("RPT-11", message)


def check_issue(number: str, issued_on: date, today: date) -> None:
    """RPT-07. An issued document bears its number and its date (NĐ 30/2020, Điều 8)."""
    if not number.strip():
        raise RuleViolation("RPT-07", _("Hãy ghi số văn bản do văn thư cấp."), field="number")
    if issued_on > today:
        raise RuleViolation("RPT-07", _("Ngày ban hành không được sau hôm nay."), field="issued_on")


def check_scan(state: str) -> None:
    """RPT-14. What is scanned is the approved report."""
    if state not in (State.APPROVED, State.PUBLISHED, State.SENT):
        message = _("Đính kèm bản quét sau khi báo cáo được phê duyệt.")
        raise RuleViolation("RPT-14", message, field="scan")


def check_resend(mail_state: str) -> None:
    """RPT-15. Nobody gets a second copy while the first is on its way."""
    if mail_state in (MailState.WAITING, MailState.SENDING):
        raise RuleViolation("RPT-15", _("Thư trước đang chờ gửi. Đợi thư đó gửi xong rồi mới gửi lại."))


def check_order(number: int, latest_published: int | None) -> None:
    """RPT-08. An older version is not published over a newer one."""
    if latest_published is not None and number < latest_published:
        message = _("Đã công bố lần chiết xuất %(number)s mới hơn. Hãy dùng bản mới nhất.")
        raise RuleViolation("RPT-08", message % {"number": latest_published})


Standards = Mapping[int, Sequence[int]]


def check_template(subject: str, of_template: Standards | None, of_edition: Standards, code: str) -> None:
    """RPT-09. The template was made for the criteria by which people were appraised."""
    if of_template is None:
        return
    wanted = {int(number): tuple(map(int, criteria)) for number, criteria in of_template.items()}
    if wanted != {number: tuple(criteria) for number, criteria in of_edition.items()}:
        message = _(
            "Mẫu báo cáo %(code)s không khớp với bộ chuẩn của đợt dành cho %(subject)s. Đề nghị Bộ GDĐT nạp mẫu "
            "báo cáo mới."
        )
        raise RuleViolation("RPT-09", message % {"code": code, "subject": subject})
