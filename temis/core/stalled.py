"""Long work whose process was killed, or whose database went away under it: taken up again by itself.

The queue keeps such a job as "doing" for ever. Whether somebody is still at it is told by two things: the heartbeat of
its worker (every ten seconds), and a lock on the work that ends with the connection that holds it.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from django.db import Error as DatabaseError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate import jobs as queued
from procrastinate.contrib.django import app

from temis.core import clock
from temis.core.models import Job, JobState
from temis.core.outage import is_outage

log = structlog.get_logger()

WORK = 7_365  # the first half of the lock's key; the second is the job
SILENT = 45  # seconds without a heartbeat
TRIES = 5  # work that takes its process down each time is given up
PAUSE = 15  # seconds until work is tried again after the database went away

_STALLED = """
SELECT job.id, job.task_name, (job.args ->> 'job_id')::bigint, job.args ? 'timestamp', job.attempts
FROM procrastinate_jobs job
LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
WHERE job.status = 'doing' AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => %s))
  AND NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objsubid = 2
                  AND objid::bigint = (job.args ->> 'job_id')::bigint
                  AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
ORDER BY job.id
"""


class AfterOutage(BaseRetryStrategy):
    """Nothing is wrong with work under which the database went away: it is done again in a moment."""

    def get_retry_decision(self, *, exception: BaseException, job: queued.Job) -> RetryDecision | None:
        if not is_outage(exception) or job.attempts >= TRIES:
            return None
        return RetryDecision(retry_in={"seconds": PAUSE})


@contextmanager
def held(job_id: int) -> Iterator[bool]:
    """While this lasts, the work is seen to be done; False where another process is at it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [WORK, job_id])
        found = bool(cursor.fetchone()[0])
    try:
        yield found
    finally:
        if found:
            _release(job_id)


def _release(job_id: int) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [WORK, job_id])
    except DatabaseError:  # the connection is gone, and the lock with it
        connection.close()


def revive(once: Collection[str]) -> int:
    """Put back on the queue what nobody is at work on any more; the number of jobs found.

    `once` names work that must not be begun twice: whoever asked for it is told, and decides.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STALLED, [SILENT, WORK])
        found = cursor.fetchall()
    for queue_id, name, job_id, comes_again, attempts in found:
        may_repeat = name not in once and attempts + 1 < TRIES and not comes_again
        _take_up(queue_id, job_id, again=may_repeat)
        log.warning("stalled job found", task=name, job=job_id, attempts=attempts)
    return len(found)


def _take_up(queue_id: int, job_id: int | None, *, again: bool) -> None:
    waited_for = Job.objects.filter(pk=job_id, finished_at=None) if job_id else Job.objects.none()
    if again and (job_id is None or waited_for.update(**waiting_again())):
        app.job_manager.retry_job_by_id(queue_id, retry_at=timezone.now())
        return
    waited_for.update(
        state=JobState.FAILED,
        finished_at=clock.now(),
        message=_(
            "Việc này bị ngắt giữa chừng vì máy chủ dừng. Thầy/cô xem phần nào đã xong rồi làm lại phần còn thiếu."
        ),
    )
    # What runs at set times comes again by itself.
    with connection.cursor() as cursor:
        cursor.execute("SELECT procrastinate_finish_job_v1(%s, 'failed', true)", [queue_id])


def waiting_again() -> dict[str, Any]:
    """What the page shows of interrupted work until it is taken up."""
    return {
        "state": JobState.WAITING,
        "started_at": None,
        "done": 0,
        "total": None,
        "doing": _("Bị ngắt giữa chừng, đang tự chạy lại"),
    }
