"""Long work on reports: extraction and publication, one at a time for each report."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from temis.access import P, Scope
from temis.core import audit, clock, jobs
from temis.core.errors import RuleViolation
from temis.core.models import Job, JobState
from temis.people.assignments import scope_of_held
from temis.reporting import refresh
from temis.reporting.actions.extraction import ensure_report, extract_report
from temis.reporting.actions.publication import prepare_publication, publish_version
from temis.reporting.enums import Map
from temis.reporting.models import Report, ReportVersion

LOST_AFTER = timedelta(hours=1)  # a job that says nothing for so long died with its worker


@transaction.atomic
def request_extraction(province: str | None, year: int, *, map: str = Map.THEN, scope: Scope) -> Job:
    """Ask for an extraction in the background; what is missing is told at once. A second click gives the same job."""
    report = ensure_report(province, year, scope=scope)
    title = _("Chiết xuất báo cáo TEMIS %(year)s") % {"year": year}
    return _start(report, extract_in_background, title, P.REPORT_EDIT, scope, report_id=report.pk, map=map)


@transaction.atomic
def request_publication(pk: int, *, number: str, issued_on: date, scope: Scope) -> Job:
    """Ask for publication; a second click gives the same job."""
    version = prepare_publication(pk, number=number, issued_on=issued_on, scope=scope)
    title = _("Công bố báo cáo TEMIS %(year)s") % {"year": version.report.year}
    return _start(version.report, publish_in_background, title, P.REPORT_PUBLISH, scope, version_id=pk)


def _start(report: Report, work: jobs.Work, title: str, permission: P, scope: Scope, **arguments: Any) -> Job:
    locked: Report = Report.objects.select_for_update(of=("self",)).fetch(scope, permission, pk=report.pk)
    running = running_job(locked)
    if running is not None:
        return running
    job = jobs.start(work, title=title, scope=scope, assignment_id=scope.assignment_id, **arguments)
    locked.job_id = job.pk
    locked.save(update_fields=["job_id"])
    return job


def running_job(report: Report) -> Job | None:
    """The work under way on a report."""
    if report.job_id is None:
        return None
    waiting = Job.objects.filter(pk=report.job_id, state__in=[JobState.WAITING, JobState.RUNNING])
    return waiting.filter(created_at__gt=clock.now() - LOST_AFTER).first()


@jobs.work("report.extract")
def extract_in_background(progress: jobs.Progress, report_id: int, map: str, assignment_id: str) -> jobs.Outcome:
    scope = _scope(assignment_id)
    with audit.context(scope):
        version = extract_report(report_id, map=map, scope=scope, preview=True, progress=progress)
    return _outcome(version, _extracted(version))


def _extracted(version: ReportVersion) -> str:
    return _("Đã chiết xuất: %(done)s/%(all)s giáo viên hoàn thành đánh giá, lần chiết xuất %(number)s.") % {
        "done": version.teachers_completed,
        "all": version.teachers,
        "number": version.number,
    }


@jobs.work("report.publish")
def publish_in_background(progress: jobs.Progress, version_id: int, assignment_id: str) -> jobs.Outcome:
    scope = _scope(assignment_id)
    with audit.context(scope):
        version = publish_version(version_id, scope=scope, progress=progress)
    return _outcome(version, _("Đã công bố báo cáo. Bước tiếp theo: gửi các nơi nhận."))


def _outcome(version: ReportVersion, message: str) -> jobs.Outcome:
    return jobs.Outcome(message, reverse("reporting:version", args=[version.report_id, version.number]))


@app.periodic(cron="*/5 * * * *")
@app.task(name="reporting.refresh", queue="default", queueing_lock="reporting.refresh")
def refresh_counts(timestamp: int = 0) -> None:
    """Keep the counts near the present, so that an extraction has little left to do."""
    for period in refresh.periods_to_refresh():
        refresh.refresh(period)


@app.periodic(cron=jobs.daily(3))
@app.task(name="reporting.prune", queue="default", queueing_lock="reporting.prune")
def prune_facts(timestamp: int = 0) -> None:
    refresh.prune()


def _scope(assignment_id: str) -> Scope:
    """Rights are looked up again when the work begins: they may have ended since it was asked for."""
    scope = scope_of_held(assignment_id)
    if scope is None:
        raise RuleViolation("RPT-06", _("Vai trò của người yêu cầu đã hết hiệu lực."))
    return scope
