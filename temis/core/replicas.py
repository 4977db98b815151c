"""Pages that may be read from a copy of the database, and how fresh their figures are then.

`@reads(P.X, replica=True)` says that a page may be. It is read there while a replica answers, is not further behind
than the installation allows, and holds what the person in front has just written; otherwise from the primary, as every
other page. See docs/explanation/replicas.md.
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, connections, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from temis.core import clock
from temis.core.outage import hang_up

ALIAS = "replica"
COOKIE = "temis_written"  # how far the log of the database was when the person wrote last
COOKIE_SECONDS = 60  # more than any replica that is read may be behind
PAUSE = 5.0  # seconds for which a replica that failed is left alone

log = structlog.get_logger()
Page = Callable[[], HttpResponseBase]

# Every save that was confirmed lies before the place up to which the log is on disk.
_NOW = "SELECT pg_current_wal_flush_lsn()::text, clock_timestamp()"
_THERE = """
SELECT pg_is_in_recovery(), pg_last_wal_replay_lsn() >= %s::pg_lsn, pg_last_wal_replay_lsn() >= %s::pg_lsn,
    pg_last_xact_replay_timestamp()
"""
_PLACE = re.compile(r"[0-9A-F]{1,8}/[0-9A-F]{1,8}")
_CONFLICT = "40001"  # the replica had to remove rows that the page still read


class Stale(Exception):
    """The replica does not hold what this page must show."""


class Promoted(Stale):
    """It is no replica any more."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a page read from a replica says of its figures: everything saved until `at` is in them."""

    at: datetime
    lag: timedelta


class _Pause:
    """Of this process: until when the replica is left alone."""

    until = 0.0


def is_configured() -> bool:
    return ALIAS in connections.settings


def figures_at(request: HttpRequest) -> datetime:
    """The moment whose state the figures of this page show."""
    reading: Reading | None = getattr(request, "reading", None)
    return reading.at if reading else clock.now()


def remember(response: HttpResponseBase) -> None:
    """From now on this person is shown nothing older than what is saved now."""
    if not is_configured():
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute(_NOW)
            place, _now = cursor.fetchone()
    except (OperationalError, InterfaceError):  # what was saved is saved, and the person is told so
        return
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(COOKIE, place, COOKIE_SECONDS, httponly=True, samesite="Lax", secure=secure)


def read(request: HttpRequest, page: Page) -> HttpResponseBase:
    """The page in a transaction that only reads: on a replica where that serves, else on the primary.

    Whatever goes wrong on the replica is asked again of the primary; a page that only reads may be made twice.
    """
    if is_configured() and time.monotonic() >= _Pause.until:
        try:
            return _from_replica(request, page)
        except Promoted:
            _leave_alone("promoted")
        except Stale:
            pass
        except (OperationalError, InterfaceError) as error:
            if getattr(error.__cause__, "sqlstate", None) != _CONFLICT:
                _leave_alone(str(error))
        except Exception as error:  # perhaps of a row that is not there yet; the primary knows
            log.info("page of the replica is made again", reason=type(error).__name__)
        request.reading = None  # type: ignore[attr-defined]
    with read_only():
        return page()


@contextmanager
def read_only() -> Iterator[None]:
    """A transaction in which PostgreSQL refuses every write."""
    if connection.in_atomic_block:  # it has begun already
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
            yield
        return
    with _begins_read_only(), transaction.atomic():
        yield


@contextmanager
def _begins_read_only() -> Iterator[None]:
    """Said with the BEGIN of the transaction, it needs no statement of its own."""
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    own = connection.connection
    own.read_only = True
    try:
        yield
    finally:
        if not own.closed:
            own.read_only = None


def _from_replica(request: HttpRequest, page: Page) -> HttpResponseBase:
    with connection.cursor() as cursor:
        cursor.execute(_NOW)
        place, now = cursor.fetchone()
    with _borrowed(), read_only():
        request.reading = _measured(place, now, _written_by(request))  # type: ignore[attr-defined]
        return page()


@contextmanager
def _borrowed() -> Iterator[None]:
    """Until the end *the* connection is the replica's: of models, of raw statements, of what templates look up."""
    own = connections["default"]
    connections["default"] = connections[ALIAS]
    try:
        yield
    finally:
        connections["default"] = own


def _written_by(request: HttpRequest) -> str:
    place = request.COOKIES.get(COOKIE, "")
    return place if _PLACE.fullmatch(place) else "0/0"


def _measured(place: str, now: datetime, written: str) -> Reading:
    """How fresh the replica is, against the primary's `now`, when its log stood at `place`. Where it has not got that
    far, its last commit says how far it is, by the primary's clock."""
    with connection.cursor() as cursor:
        cursor.execute(_THERE, [place, written])
        is_replica, has_all, has_own, last_commit = cursor.fetchone()
    if not is_replica:
        raise Promoted
    at = now if has_all else last_commit
    if at is None or not has_own:
        raise Stale
    lag = max(now - at, timedelta())
    if lag > timedelta(seconds=settings.REPLICA_LAG_SECONDS):
        raise Stale
    return Reading(at, lag)


def _leave_alone(reason: str) -> None:
    """For a moment; then a new connection finds whoever is a replica by then."""
    _Pause.until = time.monotonic() + PAUSE
    hang_up(ALIAS)
    log.warning("replica is left alone", seconds=PAUSE, reason=reason.strip())
