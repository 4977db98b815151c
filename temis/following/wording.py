"""What reminders say, in the language in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from temis.appraisals.models import Period
from temis.core import clock
from temis.core.templatetags.components import days_left
from temis.core.templatetags.temis import vi_number
from temis.following.enums import Waiting
from temis.messaging.actions import Message

SUBJECTS = {
    Waiting.SELF: gettext_lazy("Thầy/cô chưa gửi tự đánh giá"),
    Waiting.OPINIONS: gettext_lazy("Thầy/cô còn ý kiến góp ý chưa gửi"),
    Waiting.DECISION: gettext_lazy("Còn người chờ thầy/cô xếp loại"),
    Waiting.ANNOUNCEMENT: gettext_lazy("Còn kết quả chờ thầy/cô thông báo"),
    Waiting.RESPONSE: gettext_lazy("Thầy/cô chưa xác nhận kết quả đánh giá"),
    Waiting.ANSWER: gettext_lazy("Còn phản hồi chờ thầy/cô trả lời"),
}
_PAGES = {
    Waiting.SELF: "appraisals:mine",
    Waiting.OPINIONS: "opinions:list",
    Waiting.DECISION: "appraisals:decisions",
    Waiting.ANNOUNCEMENT: "appraisals:decisions",
    Waiting.RESPONSE: "appraisals:results",
    Waiting.ANSWER: "appraisals:decisions",
}


def key_of(waiting: Waiting, period: Period) -> str:
    """One reminder of a step a day for each person, whoever sends it: a head, an officer, the system."""
    return f"remind:{waiting}:{period.pk}:{clock.today().isoformat()}"


def reminder(waiting: Waiting, period: Period, due: date) -> Message:
    left = days_left(due)
    body = _("%(period)s. Hạn: %(due)s.") % {"period": period.name, "due": date_format(due, "SHORT_DATE_FORMAT")}
    if due < clock.today() and waiting == Waiting.SELF:
        body += " " + _("Nếu cần thêm thời gian, thầy/cô đề nghị hiệu trưởng gia hạn.")
    elif waiting == Waiting.OPINIONS:
        body += " " + _("Phiếu không ghi tên người góp ý.")
    return Message(
        kind=f"reminder.{waiting.lower()}",
        key=key_of(waiting, period),
        subject=f"{SUBJECTS[waiting]} · {left}",
        body=body,
        url=reverse(_PAGES[waiting]),
        due_on=due,
    )


def short_text(waiting: Waiting, period: Period) -> str:
    """The SMS of the last day; with the name of the sender it stays within one part of 160 letters."""
    return _("TEMIS: hôm nay %(day)s là hạn cuối. %(what)s (năm %(year)s).") % {
        "day": date_format(clock.today(), "SHORT_DATE_FORMAT"),
        "what": SUBJECTS[waiting],
        "year": period.year,
    }


@dataclass(frozen=True, slots=True)
class Missing:
    """So many people of a body stand on a step whose last day is `due`."""

    waiting: Waiting
    people: int
    schools: int
    due: date


def missing_line(one: Missing, *, is_school: bool) -> str:
    """ "12 người chưa gửi tự đánh giá, hạn 31/05/2020 (Còn 3 ngày)"."""
    people = {"people": vi_number(one.people), "what": one.waiting.label.lower()}
    due = {"due": date_format(one.due, "SHORT_DATE_FORMAT"), "left": days_left(one.due)}
    if is_school:
        words = ngettext(
            "%(people)s người %(what)s, hạn %(due)s (%(left)s)",
            "%(people)s người %(what)s, hạn %(due)s (%(left)s)",
            one.people,
        )
        return words % (people | due)
    words = ngettext(
        "%(people)s người ở %(schools)s trường %(what)s, hạn %(due)s (%(left)s)",
        "%(people)s người ở %(schools)s trường %(what)s, hạn %(due)s (%(left)s)",
        one.people,
    )
    return words % (people | due | {"schools": vi_number(one.schools)})


def summary(period: Period, body_pk: int, body_name: str, found: Sequence[Missing], *, is_school: bool) -> Message:
    """One notice a day for whoever follows a body: how many are missing on the steps that end soon or just ended."""
    first = min(found, key=lambda one: one.due)
    return Message(
        kind="reminder.summary",
        key=f"summary:{period.pk}:{body_pk}:{clock.today().isoformat()}",
        subject=_("%(body)s: %(first)s") % {"body": body_name, "first": missing_line(first, is_school=is_school)},
        body="\n".join(missing_line(one, is_school=is_school) for one in found if one is not first),
        url=reverse("following:body", args=[period.pk, body_pk]),
        due_on=first.due,
    )
