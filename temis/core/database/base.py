"""PostgreSQL as Django has it. A connection that threads hand on to each other is asked whether it lives only where
there is a doubt: to ask each time is one of the three or four ways to the server that a save takes.

A server that ended, was killed or closed the connection has left that to be read, which costs nothing to see. One that
has gone without a word is asked after a pause; in a connection that was used just now, the next statement finds it.
"""

import select
import time
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg_pool import ConnectionPool

TRUSTED = 2.0  # seconds after its last use


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        while self.pool and not _lives(connection):
            self.pool.putconn(connection)  # which throws it away and makes another
            connection = super().get_new_connection(conn_params)
        return connection

    def _close(self) -> None:
        if self.pool and self.connection is not None:
            self.connection.used_at = time.monotonic()
        super()._close()  # type: ignore[misc]  # the stubs do not know it


def _lives(connection: "psycopg.Connection[Any]") -> bool:
    """A broken one is closed for it."""
    now = time.monotonic()
    if now - getattr(connection, "used_at", now) < TRUSTED and not _has_news(connection):
        return True
    try:
        ConnectionPool.check_connection(connection)
    except psycopg.Error:
        connection.close()
    return not connection.closed


def _has_news(connection: "psycopg.Connection[Any]") -> bool:
    """Has the server said something that nobody asked for? Mostly its last word."""
    look = select.poll()
    try:
        look.register(connection.pgconn.socket, select.POLLIN)
    except psycopg.Error:  # closed on this side
        return True
    return bool(look.poll(0))
