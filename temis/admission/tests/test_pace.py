"""How many new people are let in follows how well those inside are served."""

import pytest

from temis.admission.pace import BURST, Pace


class Clock:
    def __init__(self):
        self.at = 0.0

    def __call__(self):
        return self.at


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def pace(clock):
    return Pace(most=4, target=0.5, now=clock)


def seconds(pace, clock, count, *answers, refused=False):
    for _ in range(count):
        clock.at += 1
        if refused:
            pace.refused()
        for answer in answers:
            pace.answered(answer)
        if not answers:
            pace.take(0)


def test_a_quiet_machine_lets_in_as_many_as_it_may(pace, clock):
    seconds(pace, clock, 20, 0.05)

    assert pace.rate == 4
    assert pace.take(1000) == 4 * BURST


def test_slow_answers_halve_the_pace_each_second_and_never_stop_it(pace, clock):
    seen = []
    for _ in range(8):
        seconds(pace, clock, 1, 0.9)
        seen.append(pace.rate)

    assert seen[:4] == [2, 1, 0.5, 0.25]
    assert seen[-1] == 0.1


def test_it_grows_again_slowly(pace, clock):
    seconds(pace, clock, 10, 0.9)
    seconds(pace, clock, 4, 0.1)

    assert pace.rate == pytest.approx(1.1)


def test_one_who_was_turned_away_says_more_than_quick_answers(pace, clock):
    pace.refused()
    seconds(pace, clock, 1, 0.01)

    assert pace.rate == 2


def test_the_mean_counts_not_a_single_slow_answer(pace, clock):
    clock.at = 0.5
    for _ in range(9):
        pace.answered(0.1)
    clock.at = 1.0
    pace.answered(2.0)

    assert pace.rate == 4
    assert pace.mean == pytest.approx(0.29)


def test_room_is_used_up_and_comes_back_with_time(pace, clock):
    pace.take(1000)
    assert pace.take() == 0

    clock.at += 0.5
    assert pace.take(5) == 2


def test_unused_room_shrinks_with_the_pace(pace, clock):
    seconds(pace, clock, 30, 0.9)

    assert pace.take(1000) == 1
