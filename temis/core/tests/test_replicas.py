"""Pages read from a copy of the database, with a real streaming replica."""

from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import InternalError, connection, connections
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from temis.access import NotPermitted, P
from temis.config.databases import database
from temis.core import replicas
from temis.core.http import reads, writes
from temis.core.outage import is_outage
from temis.core.tests import standby
from temis.core.tests.standby import Pair


@pytest.fixture(scope="module")
def servers() -> Iterator[Pair]:
    with standby.pair() as made:
        yield made


@pytest.fixture
def both(servers: Pair, monkeypatch, django_db_blocker) -> Iterator[Pair]:
    """*The* database is the primary, its copy is configured; one table, empty, is on both."""
    own = connections["default"]
    with django_db_blocker.unblock():
        for alias, which in (("default", "primary"), (replicas.ALIAS, "replica")):
            monkeypatch.setitem(connections.settings, alias, own.settings_dict | database(servers.url(which)))
            connections[alias] = connections.create_connection(alias)
        monkeypatch.setattr(replicas._Pause, "until", 0.0)
        servers.execute("primary", "SET ROLE temis; DROP TABLE IF EXISTS django_session")
        with connection.schema_editor() as editor:
            editor.create_model(Session)
        servers.catch_up()
        yield servers
        servers.resume()
        for alias in ("default", replicas.ALIAS):
            connections[alias].close()
        del connections[replicas.ALIAS]
        connections["default"] = own


@dataclass
class Answer:
    """What a page saw: the keys by model, their number by SQL, and whether the server was the replica."""

    keys: set[str]
    count: int
    from_replica: bool
    request: Any

    @property
    def lag(self) -> float:
        return self.request.reading.lag.total_seconds()


def ask(view: Any, method: str = "get", cookies: Any = None, **arguments: Any) -> Any:
    request = getattr(RequestFactory(), method)("/")
    request.user, request.htmx = SimpleNamespace(is_authenticated=True, pk=1), False
    request.scope = SimpleNamespace(has=lambda permission: True, person_id=None, **SCOPE)
    request.COOKIES = {name: morsel.value for name, morsel in (cookies or {}).items()}
    return request, view(request, **arguments)


SCOPE = {"user_id": 1, "role": "TEACHER", "unit_id": 1, "delegation_id": None}
seen: list[tuple[set[str], int, bool]] = []


def look(request: Any) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT count(*) FROM django_session), pg_is_in_recovery()")
        count, from_replica = cursor.fetchone()
    seen.append((set(Session.objects.values_list("session_key", flat=True)), count, from_replica))
    return HttpResponse()


@reads(P.HOME, replica=True)
def dashboard(request: Any) -> HttpResponse:
    return look(request)


@reads(P.HOME)
def form(request: Any) -> HttpResponse:
    return look(request)


@reads(P.HOME, replica=True)
def detail(request: Any, key: str) -> HttpResponse:
    if not Session.objects.filter(pk=key).exists():
        raise NotPermitted(P.HOME)
    return look(request)


@writes(P.HOME)
def save(request: Any, key: str) -> HttpResponse:
    add(key)
    return HttpResponse()


def add(key: str) -> None:
    Session.objects.create(session_key=key, session_data="", expire_date=timezone.now())


def open_page(view: Any = dashboard, **arguments: Any) -> Answer:
    request, _response = ask(view, **arguments)
    return Answer(*seen.pop(), request)


def test_dashboard_is_read_from_the_replica_by_models_and_by_sql_and_says_of_when_it_is(both):
    add("a")
    both.catch_up()
    before = timezone.now()

    answer = open_page()

    assert (answer.keys, answer.count, answer.from_replica) == ({"a"}, 1, True)
    assert answer.lag == 0
    assert before <= answer.request.reading.at <= timezone.now()
    assert replicas.figures_at(answer.request) == answer.request.reading.at


def test_other_pages_are_read_from_the_primary(both):
    answer = open_page(form)

    assert not answer.from_replica
    assert not hasattr(answer.request, "reading")


def test_page_of_a_replica_that_is_behind_is_of_its_last_commit(both):
    add("a")
    both.catch_up()
    after_a = timezone.now()
    both.pause()
    add("b")
    after_b = timezone.now()

    answer = open_page()

    assert (answer.keys, answer.from_replica) == ({"a"}, True)
    assert answer.request.reading.at <= after_a
    assert answer.lag >= (after_b - after_a).total_seconds() > 0


def test_replica_further_behind_than_allowed_is_not_read(both, settings):
    settings.REPLICA_LAG_SECONDS = 0
    both.pause()
    add("a")

    answer = open_page()

    assert (answer.keys, answer.from_replica, answer.request.reading) == ({"a"}, False, None)


def test_idle_replica_is_fresh_however_long_ago_the_last_commit_was(both, settings):
    settings.REPLICA_LAG_SECONDS = 0
    both.catch_up()

    assert open_page().from_replica


def test_who_has_written_reads_his_own_write_and_others_need_not(both):
    both.pause()
    _request, saved = ask(save, "post", key="a")
    mine, of_others = open_page(cookies=saved.cookies), open_page()
    both.resume()
    both.catch_up()
    both.pause()
    add("b")

    assert (mine.keys, mine.from_replica) == ({"a"}, False)
    assert (of_others.keys, of_others.from_replica) == (set(), True)
    later = open_page(cookies=saved.cookies)
    assert (later.keys, later.from_replica) == ({"a"}, True)


@pytest.mark.parametrize("place", ["", "x", "0/0'; DROP TABLE django_session", "FFFFFFFFF/0"])
def test_cookie_that_nobody_of_us_wrote_is_as_none(both, place):
    both.catch_up()

    assert open_page(cookies={replicas.COOKIE: SimpleNamespace(value=place)}).from_replica


def test_what_is_not_on_the_replica_yet_is_looked_for_on_the_primary(both):
    both.pause()
    add("a")

    answer = open_page(detail, key="a")

    assert (answer.keys, answer.from_replica) == ({"a"}, False)
    with pytest.raises(NotPermitted):
        open_page(detail, key="b")


def test_page_that_writes_is_refused_on_the_replica_and_on_the_primary(both):
    @reads(P.HOME, replica=True)
    def writing(request: Any) -> HttpResponse:
        add("a")
        return HttpResponse()

    with pytest.raises(InternalError) as refused:
        ask(writing)

    assert not is_outage(refused.value)
    assert open_page(form).keys == set()


def test_primary_that_became_a_standby_is_an_outage_and_a_new_connection_is_tried(both):
    own, connections["default"] = connections["default"], connections[replicas.ALIAS]
    try:
        with pytest.raises(InternalError) as refused:
            add("a")

        assert is_outage(refused.value)
        assert connection.connection is None
    finally:
        connections["default"] = own


def test_replica_that_is_down_is_replaced_by_the_primary_and_left_alone_for_a_moment(both, monkeypatch):
    clock = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(replicas.time, "monotonic", lambda: clock.now)
    both.catch_up()
    assert open_page().from_replica
    both.stop()
    try:
        down = open_page()
    finally:
        both.start()
    left_alone = open_page()
    clock.now += replicas.PAUSE
    both.catch_up()

    assert [down.from_replica, left_alone.from_replica, open_page().from_replica] == [False, False, True]


def test_promoted_replica_is_not_read(both):
    """The last test with this pair: it has two primaries afterwards."""
    both.execute("replica", "SELECT pg_promote()")

    assert not open_page().from_replica
    assert connections[replicas.ALIAS].connection is None
