"""Is somebody at work on this import? Told by an advisory lock, which ends with the process that holds it."""

from datetime import timedelta

from django.db import connection

from temis.core import clock
from temis.core.models import Job, JobState
from temis.exchange.enums import BatchState
from temis.exchange.models import ImportBatch

WORK = 7_364  # the first half of the key; the second is the batch
# Between the start of a job and its lock.
GRACE = timedelta(seconds=15)

_HELD = """
SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid = %s AND objsubid = 2
               AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
"""


def hold(batch_id: int) -> bool:
    """Until the end of the transaction this import is being worked on; False where somebody else is at it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [WORK, batch_id])
        held: bool = cursor.fetchone()[0]
    return held


def is_interrupted(batch: ImportBatch) -> bool:
    """The job began and nobody is at work on it: its process was killed. Nothing was changed; it can be run again."""
    job: Job | None = batch.job
    if job is None or job.state != JobState.RUNNING or job.started_at is None:
        return False
    return clock.now() - job.started_at > GRACE and not _is_held(batch.pk)


def has_failed(batch: ImportBatch) -> bool:
    """The job came to an end without having done its work, for a reason that its message gives."""
    return batch.job is not None and batch.job.state == JobState.FAILED


def can_restart(batch: ImportBatch) -> bool:
    """Interrupted, or a check that failed: with a file that is still to be read there is no other way on."""
    return is_interrupted(batch) or (has_failed(batch) and batch.state == BatchState.UPLOADED)


def is_busy(batch: ImportBatch) -> bool:
    """A job waits for the worker or is at work."""
    job: Job | None = batch.job
    return job is not None and job.state in (JobState.WAITING, JobState.RUNNING) and not is_interrupted(batch)


def _is_held(batch_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [WORK, batch_id])
        held: bool = cursor.fetchone()[0]
    return held
