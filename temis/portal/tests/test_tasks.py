"""The task list: late first, what is blocked after what can be done, what is done apart."""

from datetime import UTC, date, datetime

import pytest

from temis.core import clock
from temis.core.tasks import Task
from temis.portal import tasks as portal_tasks

NOON = datetime(2020, 11, 23, 5, 0, tzinfo=UTC)


@pytest.fixture
def given(monkeypatch):
    def give(*tasks: Task):
        monkeypatch.setattr(portal_tasks, "providers", lambda: (lambda scope: list(tasks),))
        return portal_tasks.task_list(None)  # type: ignore[arg-type]

    with clock.hold(NOON):
        yield give


def titles(found: list[Task]) -> list[str]:
    return [task.title for task in found]


def test_late_comes_first_then_soon_then_without_date_then_blocked(given):
    found = given(
        Task(title="later", due=date(2020, 12, 25)),
        Task(title="no date"),
        Task(title="late", due=date(2020, 11, 20)),
        Task(title="blocked", due=date(2020, 11, 24), blocked_by="Chờ tự đánh giá"),
        Task(title="soon", due=date(2020, 11, 25)),
    )

    assert titles(found.due) == ["late", "soon", "later", "no date", "blocked"]
    assert found.late == 1


def test_what_everything_waits_for_comes_before_the_late(given):
    found = given(Task(title="late", due=date(2020, 11, 20)), Task(title="profile", first=True))

    assert titles(found.due) == ["profile", "late"]


def test_done_and_coming_are_apart(given):
    found = given(
        Task(title="done late", due=date(2020, 11, 1), done=True),
        Task(title="opens later", opens=date(2020, 12, 1), due=date(2020, 12, 20)),
        Task(title="opens today", opens=date(2020, 11, 23)),
    )

    assert titles(found.due) == ["opens today"]
    assert titles(found.coming) == ["opens later"]
    assert titles(found.done) == ["done late"]
    assert found.late == 0


def test_last_day_is_not_late():
    with clock.hold(NOON):
        assert Task(title="x", due=date(2020, 11, 23)).days_left == 0
        assert not Task(title="x", due=date(2020, 11, 23)).is_late
        assert Task(title="x", due=date(2020, 11, 22)).is_late


def test_every_app_with_tasks_is_asked():
    from importlib.util import find_spec

    from django.apps import apps

    names = {c.name for c in apps.get_app_configs() if c.name.startswith("temis.")} - {"temis.core", "temis.portal"}

    assert {p.__module__ for p in portal_tasks.providers()} == {f"{n}.tasks" for n in names if find_spec(f"{n}.tasks")}
