"""The home page tells those who follow others who is missing, while something can be done."""

import pytest

from temis.access import Role
from temis.appraisals.models import Period
from temis.appraisals.tests.factories import AFTER, BEFORE, DURING_SELF
from temis.core import clock
from temis.following.tasks import tasks
from temis.following.tests.factories import make_busy_period
from temis.messaging.actions import send_mail
from temis.messaging.models import Mail
from temis.messaging.tasks import tasks as mail_tasks


@pytest.fixture
def period(cast):
    return make_busy_period(cast)


@pytest.mark.parametrize(
    ("name", "role", "title"),
    [
        ("principal", None, "3 người chưa gửi tự đánh giá"),
        ("leader", Role.GROUP_LEADER, "1 người chưa gửi tự đánh giá"),
        ("local_officer", None, "4 người chưa gửi tự đánh giá"),
        ("province_officer", None, "6 người chưa gửi tự đánh giá"),
        ("ministry_officer", None, "7 người chưa gửi tự đánh giá"),
    ],
)
def test_followers_are_told_who_is_missing_and_until_when(cast, period, name, role, title):
    with clock.hold(DURING_SELF):
        found = tasks(cast.scope(name, role))

    assert [(task.title, task.due.isoformat()) for task in found] == [(title, "2020-05-31")]


@pytest.mark.parametrize("name", ["teacher", "staff", "lecturer", "administrator"])
def test_others_have_nobody_to_follow(cast, period, name):
    with clock.hold(DURING_SELF):
        assert tasks(cast.scope(name)) == []


def test_officer_is_told_how_many_schools_are_late(cast, period):
    with clock.hold(AFTER):
        found = tasks(cast.scope("local_officer"))

    assert [task.state for task in found] == ["2 trường có người quá hạn"] * 2
    assert all(task.is_late for task in found)


def test_nothing_is_due_before_the_first_day_or_when_all_is_closed(cast, period):
    with clock.hold(BEFORE):
        before = tasks(cast.scope("principal"))
    Period.objects.update(state="CLOSED", closed_at=clock.now())
    with clock.hold(DURING_SELF):
        closed = tasks(cast.scope("principal"))

    assert (before, closed) == ([], [])


def test_administrator_is_told_of_mail_in_trouble(cast):
    send_mail(address="a@example.vn", key="k", subject="s", body="b")
    scope = cast.scope("administrator", Role.ADMINISTRATOR)

    waiting = mail_tasks(scope)
    Mail.objects.update(state="FAILED")

    assert waiting == []
    assert [task.title for task in mail_tasks(scope)] == ["Xem thư không gửi được"]
    assert mail_tasks(cast.scope("ministry_officer")) == []
