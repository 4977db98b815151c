"""Connections that threads hand on to each other: asked whether they live only where there is a doubt."""

import time
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.db import connections

from temis.config.databases import shared
from temis.core.database import base
from temis.core.database.base import DatabaseWrapper

pytestmark = pytest.mark.django_db(transaction=True)
_ALIAS = "handed on"


@pytest.fixture
def database() -> Iterator[Any]:
    """A pool of one connection beside that of the tests."""
    own = deepcopy(connections["default"].settings_dict)
    made = DatabaseWrapper(own | shared(own, 1, patience=5.0), _ALIAS)
    connections[_ALIAS] = made
    yield made
    made.close()
    made.close_pool()
    del connections[_ALIAS]


@pytest.fixture
def asked(monkeypatch) -> list[object]:
    """Connections that were asked whether they live."""
    found: list[object] = []
    ask = base.ConnectionPool.check_connection
    monkeypatch.setattr(base.ConnectionPool, "check_connection", lambda one: (found.append(one), ask(one))[1])
    return found


def process(database) -> int:
    """Of the server that answers; the connection is then handed on."""
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    database.close()
    return int(pid)


def end(pid: int) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        assert cursor.fetchone() == (True,)


def test_one_that_was_just_used_is_not_asked(database, asked):
    assert process(database) == process(database)
    assert asked == []


def test_one_that_was_not_used_for_a_while_is_asked(database, asked, monkeypatch):
    before = process(database)
    monkeypatch.setattr(base, "TRUSTED", -1.0)

    assert process(database) == before
    assert len(asked) == 1


def test_one_whose_server_has_ended_is_replaced_before_anybody_gets_it(database):
    before = process(database)
    end(before)

    assert process(database) != before


def test_one_that_was_closed_on_this_side_is_replaced(database):
    before = process(database)
    database.ensure_connection()
    database.connection.close()
    database.close()

    assert process(database) != before


def test_a_pool_whose_connections_all_broke_gives_new_ones_at_once(database):
    began = time.monotonic()
    for _ in range(3):
        end(process(database))

    process(database)
    assert time.monotonic() - began < 5.0  # the patience of a request
