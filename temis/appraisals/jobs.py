"""Long work of the appraisal domain."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from procrastinate.contrib.django import app

from temis.access import P, Scope
from temis.appraisals.actions.elsewhere import find_elsewhere
from temis.appraisals.actions.participation import assign_deciders, enrol, follow_transfers
from temis.appraisals.actions.periods import check_ready, open_period
from temis.appraisals.enums import PeriodState
from temis.appraisals.models import Period
from temis.appraisals.prints import jobs as print_jobs
from temis.core import audit, jobs
from temis.core.errors import RuleViolation
from temis.core.models import Job
from temis.people.assignments import scope_of_held

# Found by the worker here: `prints` is a folder of this app.
PRINT_JOBS = (print_jobs.print_all,)


def request_opening(pk: int, *, scope: Scope) -> Job:
    """Ask for a period to be opened in the background; what is missing is told at once."""
    with transaction.atomic():
        period = Period.objects.select_related("organization").fetch(scope, P.PERIOD_MANAGE, pk=pk)
        check_ready(period)
        title = _("Mở %(period)s") % {"period": period.name}
        return jobs.start(open_in_background, title=title, scope=scope, period_id=pk, assignment_id=scope.assignment_id)


@jobs.work("period.open")
def open_in_background(progress: jobs.Progress, period_id: int, assignment_id: str) -> jobs.Outcome:
    """Rights are looked up again when the work begins: they may have ended since it was asked for."""
    scope = _scope(assignment_id)
    with audit.context(scope):
        count = open_period(
            period_id,
            scope=scope,
            progress=lambda done, total: progress(done, total, _("Đưa mọi người vào đợt")),
        )
    message = ngettext("Đã mở đợt với %(count)s người.", "Đã mở đợt với %(count)s người.", count) % {"count": count}
    return jobs.Outcome(message, reverse("appraisals:period", args=[period_id]))


@app.periodic(cron=jobs.daily(1, minute=15))
@app.task(name="period.nightly", queue="default")
def nightly(timestamp: int = 0) -> None:
    """Every night: late arrivals, transfers, and who decides, in all open periods; who works elsewhere, in all."""
    for period in Period.objects.select_related("organization").filter(state=PeriodState.OPEN):
        with transaction.atomic():
            path = str(period.organization.path)
            moved = follow_transfers(period, path=path)
            enrolled = enrol(period, path=path)
            if moved or enrolled:
                audit.record(
                    "period.sync",
                    scope=None,
                    target=period,
                    organization_id=period.organization_id,
                    count=moved + enrolled,
                )
            assign_deciders(period.pk)
    find_elsewhere()


def _scope(assignment_id: str) -> Scope:
    scope = scope_of_held(assignment_id)
    if scope is None:
        raise RuleViolation("APR-06", _("Vai trò của người yêu cầu mở đợt đã hết hiệu lực."))
    return scope
