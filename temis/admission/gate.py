"""The door of one web process: so many requests work at once, some more wait for their turn, the rest is told at once.

Who is logged in goes before who is not, and the latter never hold more than half of the places. A short line is all it
takes to keep the machine busy; a longer one would only make everybody wait.
"""

import heapq
import threading
from dataclasses import dataclass, field
from enum import IntEnum


class Rank(IntEnum):
    """In this order they are served."""

    MEMBER = 0  # logged in
    ADMITTED = 1  # let in to log in
    VISITOR = 2  # a page for everybody


@dataclass(order=True)
class _Waiter:
    rank: Rank
    turn: int
    woken: threading.Event = field(default_factory=threading.Event, compare=False)
    has_place: bool = field(default=False, compare=False)


class Gate:
    def __init__(self, at_once: int, waiting: int, patience: float = 10.0) -> None:
        self.at_once, self.most_waiting, self.patience = at_once, waiting, patience
        self._for_others = max(1, at_once // 2)
        self._lock = threading.Lock()
        self._inside: dict[bool, int] = {True: 0, False: 0}  # members, others
        self._line: list[_Waiter] = []
        self._turn = 0

    @property
    def waiting(self) -> int:
        return len(self._line)

    @property
    def is_full_of_others(self) -> bool:
        """Do people who log in wait for each other already? Then it helps nobody to let more of them in."""
        return sum(one.rank is not Rank.MEMBER for one in list(self._line)) >= self._for_others

    @property
    def inside(self) -> int:
        return sum(self._inside.values())

    def enter(self, rank: Rank, patience: float | None = None) -> bool:
        """True with a place inside, that `leave` gives back; False where it is too full to wait, or takes too long."""
        with self._lock:
            if self._has_room(rank) and not any(one.rank <= rank for one in self._line):
                self._inside[rank is Rank.MEMBER] += 1
                return True
            if len(self._line) >= self.most_waiting and not self._send_away_after(rank):
                return False
            self._turn += 1
            waiter = _Waiter(rank, self._turn)
            heapq.heappush(self._line, waiter)
        waiter.woken.wait(self.patience if patience is None else patience)
        with self._lock:
            if not waiter.has_place and waiter in self._line:
                self._line.remove(waiter)
                heapq.heapify(self._line)
        return waiter.has_place

    def leave(self, rank: Rank) -> None:
        with self._lock:
            self._inside[rank is Rank.MEMBER] -= 1
            self._call_next()

    def _has_room(self, rank: Rank) -> bool:
        if self.inside >= self.at_once:
            return False
        return rank is Rank.MEMBER or self._inside[False] < self._for_others

    def _call_next(self) -> None:
        """Those in front who may go, in their order: a member passes others for whom there is no place."""
        passed: list[_Waiter] = []
        while self._line and self.inside < self.at_once:
            waiter = heapq.heappop(self._line)
            if not self._has_room(waiter.rank):
                passed.append(waiter)
                continue
            self._inside[waiter.rank is Rank.MEMBER] += 1
            waiter.has_place = True
            waiter.woken.set()
        for waiter in passed:
            heapq.heappush(self._line, waiter)

    def _send_away_after(self, rank: Rank) -> bool:
        """Make room in a full line for somebody who goes before the last one in it."""
        last = max(self._line, default=None)
        if last is None or last.rank <= rank:
            return False
        self._line.remove(last)
        heapq.heapify(self._line)
        last.woken.set()
        return True
