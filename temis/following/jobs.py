"""What runs by itself: summing up counts, counting opinions, the reminders of the morning; and what takes long:
reminding a country, writing a list of a whole province."""

from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile

from django.core.files.base import File
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from procrastinate.contrib.django import app

from temis.access import P, Scope
from temis.appraisals.enums import PeriodState, Stage
from temis.appraisals.models import Period, StageWindow
from temis.core import audit, clock, jobs, kept
from temis.core.errors import RuleViolation
from temis.core.models import Job
from temis.core.snapshot import snapshot
from temis.core.templatetags.temis import vi_number
from temis.following.actions import counting, folding, reminding, scheduled
from temis.following.downloads import file_name, write
from temis.following.enums import Waiting
from temis.following.listings import Cells, listing
from temis.following.queries.looks import Look, look_at
from temis.people.assignments import scope_of_held


@app.periodic(cron="* * * * *")
@app.task(name="following.fold", queue="default", queueing_lock="following.fold")
def fold(timestamp: int) -> None:
    folding.fold()


@app.periodic(cron="*/30 * * * *")
@app.task(name="following.opinions", queue="default", queueing_lock="following.opinions")
def count_opinions(timestamp: int = 0) -> None:
    """In the periods in which opinions are being given or were given lately."""
    begun = StageWindow.objects.filter(stage=Stage.OPINIONS, opens_on__lte=clock.today())
    for period in Period.objects.filter(state=PeriodState.OPEN, pk__in=begun.values("period_id")):
        counting.count_opinions(period)


# Before the digest of the day; and once more, should nobody have been working at that time.
@app.periodic(cron=jobs.daily(6, 9))
@app.task(name="following.remind_due", queue="default", queueing_lock="following.remind_due")
def remind_due(timestamp: int) -> None:
    scheduled.remind_due()


def request_reminder(period: Period, waiting: Waiting, body_pk: int, *, scope: Scope) -> Job:
    """Remind a whole country in the background: it may be a million people."""
    scope.require(P.REMIND)
    title = _("Nhắc: %(what)s") % {"what": waiting.label.lower()}
    values = {"period_id": period.pk, "waiting": waiting.value, "body_id": body_pk}
    return jobs.start(remind_in_background, title=title, scope=scope, assignment_id=scope.assignment_id, **values)


@jobs.work("following.remind")
def remind_in_background(
    progress: jobs.Progress, period_id: int, waiting: str, body_id: int, assignment_id: str
) -> jobs.Outcome:
    """Rights are looked up again when the work begins: they may have ended since it was asked for."""
    scope = scope_of_held(assignment_id)
    if scope is None:
        raise RuleViolation("FOL-01", _("Vai trò của người yêu cầu nhắc đã hết hiệu lực."))
    with audit.context(scope):
        reminded = reminding.remind(period_id, Waiting(waiting), body_pk=body_id, scope=scope)
    return jobs.Outcome(told(reminded), reverse("following:body", args=[period_id, body_id]))


def told(reminded: reminding.Reminded) -> str:
    """ "Đã nhắc 7 người; 2 người đã được nhắc hôm nay."""
    if not reminded.told:
        return _("Hôm nay tất cả đã được nhắc. Ngày mai có thể nhắc lại.")
    words = ngettext("Đã nhắc %(count)s người.", "Đã nhắc %(count)s người.", reminded.told) % {"count": reminded.told}
    if reminded.before:
        more = ngettext(
            "%(count)s người đã được nhắc trước đó trong ngày.",
            "%(count)s người đã được nhắc trước đó trong ngày.",
            reminded.before,
        )
        words += " " + more % {"count": reminded.before}
    return words


AT_ONCE = 2_000  # rows of a list that are in memory together


def request_export(seen: Look, what: str, kind: str, asked: dict[str, str], *, scope: Scope) -> Job:
    """A list that is too long to be written while one waits. `asked`: its filters as the address has them."""
    title = _("Ghi danh sách ra tệp: %(place)s") % {"place": seen.place.name}
    where = {"period_id": seen.period.pk, "body_id": seen.place.body.pk}
    held = scope.assignment_id
    return jobs.start(export, title=title, scope=scope, what=what, kind=kind, asked=asked, assignment_id=held, **where)


@jobs.work("following.export")
def export(
    progress: jobs.Progress,
    what: str,
    kind: str,
    asked: dict[str, str],
    period_id: int,
    body_id: int,
    assignment_id: str,
) -> jobs.Outcome:
    """Rights are looked up again when the work begins. All portions are of one moment."""
    scope = scope_of_held(assignment_id)
    if scope is None:
        raise RuleViolation("FOL-04", _("Vai trò của người yêu cầu danh sách đã hết hiệu lực."))
    with snapshot(), audit.context(scope), TemporaryFile() as file:
        seen = look_at(scope, asked, period_id, body_id)
        assert seen is not None  # the period is there
        of = listing(what, scope, seen)
        count = Counted(of.portions(AT_ONCE), progress)
        write(kind, file, of.head, count)
        target = seen.place.body
        audit.record("following.export", scope=scope, target=target, organization_id=target.pk, count=count.done)
        file.seek(0)
        name = kept.keep("exports", assignment_id, file_name(of.name, kind), File(file))
    message = ngettext("Đã ghi %(count)s dòng.", "Đã ghi %(count)s dòng.", count.done) % {
        "count": vi_number(count.done)
    }
    return jobs.Outcome(message + " " + kept_for(), reverse("following:exported", args=[name]))


def kept_for() -> str:
    return _("Tệp được giữ %(days)s ngày, chỉ thầy/cô tải về được.") % {"days": kept.DAYS}


class Counted:
    """Rows of portions, one after the other, telling how many have gone by."""

    def __init__(self, portions: Iterable[list[Cells]], progress: jobs.Progress) -> None:
        self._portions, self._progress, self.done = portions, progress, 0

    def __iter__(self) -> Iterator[Cells]:
        for rows in self._portions:
            yield from rows
            self.done += len(rows)
            self._progress(self.done, doing=_("Đã ghi %(count)s dòng") % {"count": vi_number(self.done)})
