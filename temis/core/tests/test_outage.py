"""What people are told while the database is away."""

import psycopg
import pytest
from django.db import IntegrityError, InterfaceError, OperationalError, connection
from django.test import Client

from temis.core.outage import is_outage


def unreachable() -> OperationalError:
    """The error that a lost database gives, as Django passes it on."""
    try:
        psycopg.connect("host=/no-such-folder")
    except psycopg.OperationalError as cause:
        error = OperationalError(str(cause))
        error.__cause__ = cause
    return error


def with_state(state: str) -> OperationalError:
    error = OperationalError()
    error.__cause__ = psycopg.errors.lookup(state)()
    return error


# state of PostgreSQL → whether the same request may succeed in a moment
STATES = [
    ("08006", True),  # connection failure
    ("57P01", True),  # the administrator, or Patroni, ends the server
    ("57P02", True),  # another process of the server crashed
    ("57P03", True),  # the server is starting
    ("53300", True),  # too many connections
    ("40P01", False),  # deadlock
    ("53100", False),  # disk full
    ("55P03", False),  # lock not available
    ("57014", False),  # query canceled
]


@pytest.mark.parametrize(("state", "expected"), STATES)
def test_states_of_postgresql_that_are_an_outage(state, expected):
    assert is_outage(with_state(state)) is expected


def test_errors_without_a_state_are_lost_connections_and_others_are_not():
    assert is_outage(unreachable())
    assert is_outage(InterfaceError("connection already closed"))
    assert not is_outage(IntegrityError())
    assert not is_outage(ZeroDivisionError())
    assert not is_outage(None)


@pytest.fixture
def broken(client: Client, db: None, monkeypatch) -> Client:
    """The front page meets a lost database."""

    def lost() -> None:
        raise unreachable()

    client.raise_request_exception = False
    monkeypatch.setattr("temis.portal.views.editions_in_force", lost)
    return client


def test_page_says_that_the_server_changes_and_may_be_asked_again(broken):
    answer = broken.get("/")

    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "5", "no-store")
    assert "Hệ thống đang chuyển máy chủ" in answer.content.decode()
    assert "Tải lại trang" in answer.content.decode()


def test_part_of_a_page_says_so_where_messages_stand(broken):
    answer = broken.get("/", headers={"HX-Request": "true"})

    assert (answer.status_code, answer["HX-Retarget"], answer["HX-Reswap"]) == (503, "#messages", "innerHTML")
    assert "<html" not in answer.content.decode()
    assert "Hệ thống đang chuyển máy chủ" in answer.content.decode()


def test_form_is_told_that_nothing_is_confirmed(client, db, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("temis.portal.views.set_language", lambda request: (_ for _ in ()).throw(unreachable()))

    answer = client.post("/language/")

    assert answer.status_code == 503
    assert "chưa được xác nhận là đã lưu" in answer.content.decode()
    assert "Quay lại trang trước" in answer.content.decode()


def test_database_that_is_lost_before_the_view_is_answered_the_same(client, cast, monkeypatch):
    client.force_login(cast.teacher.user)
    client.raise_request_exception = False

    def lost() -> None:
        raise unreachable()

    monkeypatch.setattr("temis.people.sessions.planned_once", lost)

    assert client.get("/").status_code == 503


@pytest.mark.django_db
def test_proxy_finds_the_process_alive_without_any_database(client, monkeypatch):
    with connection.execute_wrapper(lambda *arguments: pytest.fail("asked the database")):
        assert client.get("/health/live/").json() == {"status": "ok"}
