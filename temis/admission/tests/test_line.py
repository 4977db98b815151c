"""The line that all processes share."""

from datetime import UTC, datetime, timedelta

import pytest

from temis.admission import line
from temis.admission.models import Line
from temis.core import clock

pytestmark = pytest.mark.django_db
NOON = datetime(2020, 5, 31, 5, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def empty_line():
    state = line.read()
    with clock.hold(NOON - timedelta(days=1)):
        line.call(state.waiting)


def at(seconds):
    return clock.hold(NOON + timedelta(seconds=seconds))


def join(count):
    return [line.join() for _ in range(count)]


def test_places_grow_by_one_and_wait_until_they_are_called():
    with at(0):
        places = join(3)
        line.call(2)

    state = line.read()
    assert places == [places[0], places[0] + 1, places[0] + 2]
    assert (state.called, state.last, state.waiting) == (places[1], places[2], 1)


def test_nobody_is_called_who_has_not_come():
    with at(0):
        last = join(2)[-1]
        line.call(100)

    assert (line.read().called, line.read().waiting) == (last, 0)


def test_the_pace_is_what_was_called_in_the_last_minute():
    with at(0):
        first = join(1000)[0]
    for second in range(1, 181):
        with at(second):
            line.call(2)

    state, now = line.read(), NOON + timedelta(seconds=180)
    assert state.per_minute(now) == pytest.approx(120, rel=0.02)
    assert state.minutes_for(first + 360 + 599, now) == 5
    assert state.minutes_for(first + 360, now) == 1


def test_it_is_told_early_too():
    with at(0):
        join(500)
    for second in range(1, 11):
        with at(second):
            line.call(3)

    assert line.read().per_minute(NOON + timedelta(seconds=10)) == pytest.approx(180, rel=0.1)


def test_a_line_that_has_stopped_takes_longer_and_longer():
    with at(0):
        place = join(1000)[-1]
    for second in range(1, 121):
        with at(second):
            line.call(1)

    state = line.read()
    waits = [state.minutes_for(place, NOON + timedelta(seconds=120 + pause)) for pause in (0, 60, 120)]
    assert waits == sorted(set(waits))


def test_nothing_is_promised_while_nothing_was_called():
    with at(0):
        place = join(5)[-1]

    assert line.read().minutes_for(place, NOON + timedelta(seconds=30)) is None


def test_whoever_comes_to_an_empty_line_begins_a_new_one():
    with at(0):
        join(3)
        line.call(3)
    with at(3600):
        join(1)

    state = line.read()
    assert state.opened_at == NOON + timedelta(seconds=3600)
    assert state.lately == 0


def test_a_new_line_stands_where_the_table_was_emptied():
    with at(0):
        last = join(2)[-1]
    Line.objects.all().delete()

    assert (line.read().called, line.read().last) == (last, last)


def test_people_turned_away_are_counted():
    before = line.read().turned_away
    line.count_turned_away(3)

    assert line.read().turned_away == before + 3
