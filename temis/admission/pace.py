"""How many new people a process lets in: more while those who are in are served well, fewer when they are not.

Measured, not guessed: every second the mean time that logged-in people waited for their answers is compared with the
target. Each process looks at itself; together they follow the load of the machine.
"""

import threading
import time
from collections.abc import Callable

_LEAST = 0.1  # one in ten seconds, however slow: a line that stands still would never be told how it is
_STEP = 0.25  # how much more in each good second
BURST = 10.0  # seconds of unused room that are kept: a class that logs in together need not wait


class Pace:
    def __init__(self, most: float, target: float, now: Callable[[], float] = time.monotonic) -> None:
        self._most, self._target, self._now = most, target, now
        self._lock = threading.Lock()
        self._rate, self._room, self._at, self._filled_at = most, most, now(), now()
        self._took, self._answers, self._refused = 0.0, 0, 0
        self.mean = 0.0  # seconds, of the last second that had answers

    @property
    def rate(self) -> float:
        """New people a second."""
        return self._rate

    def answered(self, seconds: float) -> None:
        """A logged-in person has been answered after so many seconds, waiting included."""
        with self._lock:
            self._took += seconds
            self._answers += 1
            self._look()

    def refused(self) -> None:
        """A logged-in person was told to come again: the surest sign that it is too much."""
        with self._lock:
            self._refused += 1
            self._look()

    def take(self, wanted: int = 1) -> int:
        """So many may come in now, up to `wanted`."""
        with self._lock:
            self._look()
            now = self._now()
            most = max(1.0, self._rate * BURST)
            self._room = min(most, self._room + self._rate * (now - self._filled_at))
            self._filled_at = now
            taken = min(wanted, int(self._room))
            self._room -= taken
            return taken

    def _look(self) -> None:
        """Once a second: was it too much?"""
        if self._now() - self._at < 1.0:
            return
        if self._answers:
            self.mean = self._took / self._answers
        is_strained = self._refused > 0 or (self._answers > 0 and self.mean > self._target)
        self._rate = max(_LEAST, self._rate / 2) if is_strained else min(self._most, self._rate + _STEP)
        self._took, self._answers, self._refused, self._at = 0.0, 0, 0, self._now()
