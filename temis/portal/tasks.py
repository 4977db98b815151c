"""The task list of the role in force, put together from what every app says is due."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps

from temis.access import Scope
from temis.core.tasks import Task

Provider = Callable[[Scope], list[Task]]


@dataclass(frozen=True)
class TaskList:
    """What is due (late first), what comes next, what is done."""

    due: list[Task]
    coming: list[Task]
    done: list[Task]

    @property
    def late(self) -> int:
        return sum(task.is_late for task in self.due)


def task_list(scope: Scope) -> TaskList:
    found = [task for provider in providers() for task in provider(scope)]
    return TaskList(
        due=sorted((t for t in found if not t.done and not t.is_coming), key=_urgency),
        coming=sorted((t for t in found if t.is_coming), key=lambda t: (t.opens or date.max, t.title)),
        done=sorted((t for t in found if t.done), key=lambda t: (t.due or date.min, t.title), reverse=True),
    )


@cache
def providers() -> tuple[Provider, ...]:
    """`tasks` of every app of ours that has a `tasks.py`; the portal itself collects and gives none."""
    return tuple(_collect())


def _collect() -> Iterator[Provider]:
    for config in apps.get_app_configs():
        ours = config.name.startswith("temis.") and config.name not in ("temis.core", "temis.portal")
        if ours and find_spec(f"{config.name}.tasks"):
            yield import_module(f"{config.name}.tasks").tasks


def _urgency(task: Task) -> tuple[bool, bool, date, str]:
    """First what everything else waits for; then late and soon; what is blocked after what can be done that day."""
    return (not task.first, bool(task.blocked_by) and not task.is_late, task.due or date.max, task.title)
