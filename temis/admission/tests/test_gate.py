"""The door of one process."""

import threading
import time

import pytest

from temis.admission.gate import Gate, Rank

MEMBER, ADMITTED, VISITOR = Rank.MEMBER, Rank.ADMITTED, Rank.VISITOR


class Comers:
    """People who come one after the other, each in a thread; `order` is the one in which they got in."""

    def __init__(self, gate):
        self.gate, self.order, self.refused, self.threads = gate, [], [], []

    def come(self, name, rank):
        def go():
            if self.gate.enter(rank):
                self.order.append(name)
                self.gate.leave(rank)
            else:
                self.refused.append(name)

        before = self.gate._turn
        thread = threading.Thread(target=go)
        self.threads.append(thread)
        thread.start()
        while thread.is_alive() and self.gate._turn == before:
            time.sleep(0.001)

    def finish(self):
        for thread in self.threads:
            thread.join(5)


def test_so_many_are_inside_at_once_and_the_next_ones_are_refused():
    gate = Gate(2, 0)

    assert [gate.enter(MEMBER) for _ in range(3)] == [True, True, False]
    gate.leave(MEMBER)
    assert gate.enter(MEMBER)


def test_others_never_hold_more_than_half():
    gate = Gate(4, 0)

    assert [gate.enter(VISITOR) for _ in range(3)] == [True, True, False]
    assert [gate.enter(MEMBER) for _ in range(3)] == [True, True, False]


def test_a_single_place_can_be_had_by_anybody():
    assert Gate(1, 0).enter(VISITOR)


def test_members_go_first_then_those_let_in_then_visitors_each_in_their_order():
    gate = Gate(1, 10)
    gate.enter(MEMBER)
    comers = Comers(gate)
    for name, rank in (("v1", VISITOR), ("a1", ADMITTED), ("m1", MEMBER), ("v2", VISITOR), ("m2", MEMBER)):
        comers.come(name, rank)

    gate.leave(MEMBER)
    comers.finish()

    assert comers.order == ["m1", "m2", "a1", "v1", "v2"]
    assert (gate.inside, gate.waiting) == (0, 0)


def test_a_full_line_makes_room_for_a_member_at_the_cost_of_the_last_visitor():
    gate = Gate(1, 2)
    gate.enter(MEMBER)
    comers = Comers(gate)
    comers.come("v1", VISITOR)
    comers.come("v2", VISITOR)

    comers.come("m1", MEMBER)
    gate.leave(MEMBER)
    comers.finish()

    assert (comers.order, comers.refused) == (["m1", "v1"], ["v2"])


def test_a_visitor_does_not_push_anybody_out():
    gate = Gate(1, 1)
    gate.enter(MEMBER)
    comers = Comers(gate)
    comers.come("m1", MEMBER)

    assert gate.enter(VISITOR) is False
    gate.leave(MEMBER)
    comers.finish()


def test_it_is_full_of_others_when_as_many_wait_as_may_work():
    gate = Gate(2, 10)
    gate.enter(ADMITTED)
    comers = Comers(gate)
    comers.come("m1", MEMBER)
    assert gate.is_full_of_others is False

    comers.come("a1", ADMITTED)
    assert gate.is_full_of_others is True

    gate.leave(ADMITTED)
    comers.finish()
    assert gate.is_full_of_others is False


def test_who_waits_too_long_leaves_the_line():
    gate = Gate(1, 5, patience=0.01)
    gate.enter(MEMBER)

    assert gate.enter(MEMBER) is False
    assert gate.waiting == 0


@pytest.mark.parametrize("at_once", [1, 3])
def test_nothing_is_lost_or_let_in_twice_under_pressure(at_once):
    gate, most, inside, served = Gate(at_once, 100), [0], [0], []
    lock = threading.Lock()

    def go(rank):
        for _ in range(20):
            if not gate.enter(rank):
                continue
            with lock:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
            with lock:
                inside[0] -= 1
                served.append(rank)
            gate.leave(rank)

    threads = [threading.Thread(target=go, args=(rank,)) for rank in list(Rank) * 5]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(served) == 15 * 20
    assert most[0] <= at_once
    assert (gate.inside, gate.waiting) == (0, 0)
