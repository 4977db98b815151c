"""Long work on the queue of the same database: asked for in a transaction, run by `temis worker`, followed in the page.

```python
@jobs.work("import.load", retry=True)          # in <app>/jobs.py
def load_batch(progress: jobs.Progress, batch_id: int) -> jobs.Outcome: ...

job = jobs.start(load_batch, title=_("Nạp tệp"), scope=scope, batch_id=7)   # in an action
```
"""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from temis.access.scope import Scope
from temis.core import clock
from temis.core.errors import TemisError
from temis.core.models import Job, JobState

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


def daily(*hours: int, minute: int = 0) -> str:
    """The cron expression for times of day of the installation: the queue itself counts in UTC."""
    here = datetime.now(ZoneInfo(settings.TIME_ZONE))
    moments = [here.replace(hour=hour, minute=minute).astimezone(UTC) for hour in hours]
    return f"{moments[0].minute} {','.join(str(one.hour) for one in moments)} * * *"


def work(name: str, *, queue: str = "default") -> Callable[[Work], Work]:
    """Declare a function as long work. It gets `progress` first and plain values by keyword."""

    def declare(function: Work) -> Work:
        @app.task(name=name, queue=queue)
        def run(job_id: int | None = None, **arguments: Any) -> None:
            _run(function, job_id, arguments)

        function.task = run  # type: ignore[attr-defined]
        function.work_name = name  # type: ignore[attr-defined]
        return function

    return declare


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


def _run(function: Work, job_id: int | None, arguments: dict[str, Any]) -> None:
    if job_id is not None:
        _update_beside(job_id, {"state": JobState.RUNNING, "started_at": clock.now()})
    try:
        outcome = function(Progress(job_id), **arguments) or Outcome()
    except TemisError as error:
        _finish(job_id, JobState.FAILED, Outcome(str(error)))
    except Exception:
        _finish(
            job_id,
            JobState.FAILED,
            Outcome(
                _("Có lỗi ngoài dự kiến, không có gì bị thay đổi. Thử lại, nếu vẫn lỗi hãy báo quản trị hệ thống.")
            ),
        )
        raise
    else:
        _finish(job_id, JobState.DONE, outcome)


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
