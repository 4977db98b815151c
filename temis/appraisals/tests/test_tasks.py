"""What the home page is told."""

from datetime import date

import pytest

from temis.access import Role
from temis.appraisals.actions import self_assessment as actions
from temis.appraisals.actions.self_assessment import Draft, Stamp
from temis.appraisals.enums import State
from temis.appraisals.tasks import _own, tasks
from temis.appraisals.tests.factories import (
    AFTER,
    BEFORE,
    DURING_SELF,
    appraisal_of,
    make_open_period,
    make_period,
    put_in_state,
)
from temis.core import clock

pytestmark = pytest.mark.django_db


def own(cast, moment=DURING_SELF, name="teacher"):
    with clock.hold(moment):
        (task,) = [task for task in tasks(cast.scope(name)) if "self-assessments" in task.url]
        return task, (task.is_late, task.is_coming, task.done)


def test_self_assessment_is_due_by_its_window_and_says_how_far_it_is(cast):
    period = make_open_period(cast)
    appraisal = appraisal_of(cast, "teacher", period)

    task, _flags = own(cast)
    assert (task.due, task.opens, task.state, task.button) == (
        date(2020, 5, 31),
        date(2020, 5, 1),
        "Chưa bắt đầu",
        "Bắt đầu",
    )

    with clock.hold(DURING_SELF):
        half = Draft(levels=(3,) * 6 + (None,) * 9)
        actions.save_self_assessment(appraisal.pk, half, Stamp("x", 1), scope=cast.scope("teacher"))
    task, _flags = own(cast)
    assert (task.state, task.button) == ("Đã chọn mức 6/15 tiêu chí", "Làm tiếp")


@pytest.mark.parametrize(
    ("moment", "flags"),
    [(BEFORE, (False, True, False)), (DURING_SELF, (False, False, False)), (AFTER, (True, False, False))],
)
def test_self_assessment_comes_is_due_and_is_late(cast, moment, flags):
    make_open_period(cast)

    assert own(cast, moment)[1] == flags


@pytest.mark.parametrize("state", [State.SUBMITTED, State.DECIDED, State.EXCLUDED])
def test_sent_or_excluded_is_done(cast, state):
    put_in_state(appraisal_of(cast, "teacher", make_open_period(cast)), state)

    assert own(cast, AFTER)[1] == (False, False, True)


@pytest.mark.parametrize("who", ["staff", "local_officer", "province_officer", "lecturer", "administrator"])
def test_who_is_not_appraised_has_no_such_task(cast, who):
    make_open_period(cast)
    with clock.hold(DURING_SELF):
        assert tasks(cast.scope(who)) == []


def test_ministry_prepares_opens_and_closes(cast):
    scope = cast.scope("ministry_officer", Role.MINISTRY_OFFICER)

    def titles(moment=DURING_SELF):
        with clock.hold(moment):
            return [task.title for task in tasks(scope)]

    assert titles() == ["Lập đợt đánh giá năm 2020"]
    period = make_period(cast)
    assert titles() == ["Mở đợt đánh giá"]
    from temis.appraisals.actions.periods import open_period

    open_period(period.pk, scope=scope)
    assert titles() == []
    assert titles(AFTER) == ["Đóng đợt đánh giá"]


def test_own_tasks_take_one_query_and_one_for_each_period(cast, django_assert_num_queries):
    for year in (2018, 2019, 2020):
        make_open_period(cast, year)
    scope = cast.scope("teacher", Role.TEACHER)

    with clock.hold(DURING_SELF), django_assert_num_queries(1 + 3):
        assert len(_own(scope)) == 3
