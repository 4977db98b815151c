"""What runs by itself: summing up counts, counting opinions, the reminders of the morning; and reminding a country."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from procrastinate.contrib.django import app

from temis.access import P, Scope
from temis.appraisals.enums import PeriodState, Stage
from temis.appraisals.models import Period, StageWindow
from temis.core import audit, clock, jobs
from temis.core.errors import RuleViolation
from temis.core.models import Job
from temis.following.actions import counting, folding, reminding, scheduled
from temis.following.enums import Waiting
from temis.following.exports import jobs as export_jobs
from temis.people.assignments import scope_of_held

# Found by the worker here: `exports` is a folder of this app.
EXPORT_JOBS = (export_jobs.export,)


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
