"""Long work on the queue of the same database: asked for in a transaction, run by `temis worker`, followed in the page.

```python
@jobs.work("import.load")          # in <app>/jobs.py
def load_batch(progress: jobs.Progress, batch_id: int) -> jobs.Outcome: ...

job = jobs.start(load_batch, title=_("Nạp tệp"), scope=scope, batch_id=7)   # in an action
```
"""

import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection, transaction
from django.utils.translation import gettext as _
from procrastinate import JobContext
from procrastinate.contrib.django import app

from temis.access.scope import Scope
from temis.core import clock, kept, stalled
from temis.core.errors import TemisError
from temis.core.models import Job, JobState
from temis.core.outage import is_outage

log = structlog.get_logger()


@dataclass(frozen=True)
class Outcome:
    """What the person is told at the end, and where to look."""

    message: str = ""
    url: str = ""


class Progress:
    """Tells how far the work is, at most twice a second, outside the work's own transaction."""

    def __init__(self, job_id: int | None) -> None:
        self._job_id, self._last = job_id, 0.0

    def __call__(self, done: int, total: int | None = None, doing: str = "") -> None:
        if self._job_id is None or (time.monotonic() - self._last < 0.5 and done != total):
            return
        self._last = time.monotonic()
        changes: dict[str, Any] = {"done": done, "total": total}
        if doing:
            changes["doing"] = doing
        _update_beside(self._job_id, changes)


def _update_beside(job_id: int, changes: dict[str, Any]) -> None:
    """Update a job from a connection of its own, so that others see it before the work commits."""
    if connection.in_atomic_block:
        with closing(connection.copy()) as beside, beside.cursor() as cursor:
            names = ", ".join(f"{name} = %s" for name in changes)
            cursor.execute(f"UPDATE core_job SET {names} WHERE id = %s", [*changes.values(), job_id])
    else:
        Job.objects.filter(pk=job_id).update(**changes)


Work = Callable[..., Outcome | None]
_once: set[str] = set()  # work that is not begun a second time by itself


def daily(*hours: int, minute: int = 0) -> str:
    """The cron expression for times of day of the installation: the queue itself counts in UTC."""
    here = datetime.now(ZoneInfo(settings.TIME_ZONE))
    moments = [here.replace(hour=hour, minute=minute).astimezone(UTC) for hour in hours]
    return f"{moments[0].minute} {','.join(str(one.hour) for one in moments)} * * *"


def work(name: str, *, queue: str = "default", again: bool = True) -> Callable[[Work], Work]:
    """Declare a function as long work. It gets `progress` first and plain values by keyword.

    Work that was interrupted is begun again by itself, so it must be one transaction, or say `again=False`.
    """
    if not again:
        _once.add(name)

    def declare(function: Work) -> Work:
        @app.task(name=name, queue=queue, pass_context=True, retry=stalled.AfterOutage() if again else False)
        def run(context: JobContext, job_id: int | None = None, **arguments: Any) -> None:
            if job_id is None:
                _run(function, None, arguments)
                return
            with stalled.held(job_id) as is_mine:
                if is_mine and not Job.objects.filter(pk=job_id, finished_at__isnull=False).exists():
                    _run(function, job_id, arguments, again=again and context.job.attempts < stalled.TRIES)

        function.task = run  # type: ignore[attr-defined]
        function.work_name = name  # type: ignore[attr-defined]
        return function

    return declare


@app.periodic(cron="* * * * *")
@app.task(name="core.revive", queue="default", queueing_lock="core.revive")
def revive_stalled(timestamp: int = 0) -> None:
    stalled.revive(_once)


@app.periodic(cron="20 17 * * *")  # UTC: after midnight in Vietnam
@app.task(name="core.clear_kept", queue="default", queueing_lock="core.clear_kept")
def clear_kept(timestamp: int = 0) -> None:
    log.info("kept files cleared", files=kept.clear())


def start(function: Work, *, title: str, scope: Scope | None, **arguments: Any) -> Job:
    """Put the work on the queue in the caller's transaction: a rolled-back action leaves no job behind."""
    with transaction.atomic():
        job = Job.objects.create(
            kind=function.work_name,  # type: ignore[attr-defined]
            title=title,
            user_id=scope.user_id if scope else None,
            unit_id=scope.unit_id if scope else None,
            created_at=clock.now(),
        )
        function.task.defer(job_id=job.pk, **arguments)  # type: ignore[attr-defined]
    return job


def _run(function: Work, job_id: int | None, arguments: dict[str, Any], *, again: bool = False) -> None:
    if job_id is not None:
        _update_beside(job_id, {"state": JobState.RUNNING, "started_at": clock.now(), "doing": ""})
    try:
        outcome = function(Progress(job_id), **arguments) or Outcome()
    except TemisError as error:
        _finish(job_id, JobState.FAILED, Outcome(str(error)))
    except Exception as error:
        if job_id is not None and again and is_outage(error):
            _put_back(job_id)
        else:
            _finish(job_id, JobState.FAILED, Outcome(_unforeseen()))
        raise
    else:
        _finish(job_id, JobState.DONE, outcome)


def _put_back(job_id: int) -> None:
    """The database went away under it: the queue begins it again, and finds it by itself if it cannot be told now."""
    connection.close()
    with suppress(DatabaseError):
        _update_beside(job_id, stalled.waiting_again())


def _unforeseen() -> str:
    return _("Có lỗi ngoài dự kiến, không có gì bị thay đổi. Thử lại, nếu vẫn lỗi hãy báo quản trị hệ thống.")


def _finish(job_id: int | None, state: JobState, outcome: Outcome) -> None:
    if job_id is None:
        return
    changes = {
        "state": state,
        "finished_at": clock.now(),
        "message": outcome.message,
        "result_url": outcome.url,
    }
    _update_beside(job_id, changes)
    log.info("job finished", job=job_id, state=state)
