"""The line that all web processes share: who comes next, how long it takes. A place costs no row.

Every process knows the state of a second ago, and asks only while somebody comes.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from math import exp
from typing import Any

from django.db import DatabaseError, connection

from temis.core import clock

FRESH = 1.0  # seconds that a process relies on what it has read
MEMORY = 60.0  # seconds over which the pace is measured

_READ = """
SELECT coalesce(l.called, s.last), s.last, coalesce(l.lately, 0), coalesce(l.counted_at, %(now)s),
       coalesce(l.opened_at, %(now)s), coalesce(l.turned_away, 0)
FROM (SELECT last_value - (NOT is_called)::int AS last FROM admission_place) s LEFT JOIN admission_line l ON true
"""
_BEGIN = """
INSERT INTO admission_line (id, called, lately, counted_at, opened_at, turned_away)
SELECT 1, s.last_value - (NOT s.is_called)::int, 0, %(now)s, %(now)s, 0 FROM admission_place s
ON CONFLICT (id) DO NOTHING
"""
# Whoever comes to an empty line begins a new one, with a pace that has still to be measured.
_JOIN = """
WITH place AS (SELECT nextval('admission_place') AS n),
begun AS (UPDATE admission_line SET opened_at = %(now)s, counted_at = %(now)s, lately = 0
          WHERE called >= (SELECT n FROM place) - 1)
SELECT n FROM place
"""
_CALL = """
WITH s AS MATERIALIZED (SELECT last_value, is_called FROM admission_place)
UPDATE admission_line l
SET called = least(l.called + %(more)s, s.last_value),
    lately = l.lately * exp(-greatest(extract(epoch FROM %(now)s - l.counted_at), 0) / %(memory)s)
             + least(%(more)s, s.last_value - l.called),
    counted_at = %(now)s
FROM s WHERE l.called < s.last_value AND s.is_called
"""


@dataclass(frozen=True, slots=True)
class State:
    """How the line stands."""

    called: int
    last: int
    lately: float
    counted_at: datetime
    opened_at: datetime
    turned_away: int

    @property
    def waiting(self) -> int:
        """How many places were given and not called; some of these people may have left."""
        return max(0, self.last - self.called)

    def per_minute(self, now: datetime) -> float:
        """How many were called in a minute, measured over the last minutes; 0 while there is nothing to measure."""
        passed = max((now - self.counted_at).total_seconds(), 0.0)
        age = max((now - self.opened_at).total_seconds(), 5.0)
        return self.lately * exp(-passed / MEMORY) / (1 - exp(-age / MEMORY)) * 60 / MEMORY

    def minutes_for(self, place: int, now: datetime) -> int | None:
        """How long somebody with that place still waits, rounded up; None while nobody can tell."""
        pace = self.per_minute(now)
        before = place - self.called
        return None if pace <= 0 else max(1, -int(-before // pace))


class SharedLine:
    """What one process knows of the line."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._state: State | None = None
        self._read_at = 0.0

    def state(self) -> State | None:
        """At most a second old; None where the database does not answer: then nobody is kept waiting by a line."""
        with self._lock:
            if self._state is not None and time.monotonic() - self._read_at < FRESH:
                return self._state
            try:
                self._state = read()
            except DatabaseError:
                self._state = None
            self._read_at = time.monotonic()
            return self._state

    def forget(self) -> None:
        """Ask anew next time: this process has changed the line."""
        self._read_at = 0.0


@contextmanager
def _cursor() -> Iterator[Any]:
    """For a moment only: whoever waits afterwards must not keep a connection from those who work."""
    with connection.cursor() as cursor:
        yield cursor
    if "pool" in connection.settings_dict["OPTIONS"] and not connection.in_atomic_block:
        connection.close()


def read() -> State:
    """Changes nothing: pages that only read look here too."""
    with _cursor() as cursor:
        cursor.execute(_READ, {"now": clock.now()})
        return State(*cursor.fetchone())


def join() -> int:
    """The next place."""
    with _cursor() as cursor:
        cursor.execute(_BEGIN, {"now": clock.now()})  # where the table was emptied
        cursor.execute(_JOIN, {"now": clock.now()})
        place: int = cursor.fetchone()[0]
    return place


def call(more: int) -> None:
    """Let the next ones in."""
    with _cursor() as cursor:
        cursor.execute(_CALL, {"more": more, "now": clock.now(), "memory": MEMORY})


def count_turned_away(more: int) -> None:
    with _cursor() as cursor:
        cursor.execute(_BEGIN, {"now": clock.now()})
        cursor.execute("UPDATE admission_line SET turned_away = turned_away + %s", [more])
