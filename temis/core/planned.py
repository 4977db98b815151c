"""Reads whose plan is kept.

To plan a statement over six tables takes PostgreSQL ten times as long as to read one person's rows with it. Within
`planned_once()` values are sent beside the statement instead of in it, so that each connection plans it once (after a
few times: PostgreSQL keeps a general plan only where that is no worse than one made for the values). For what is read
on every page and by keys, and for writes that no `audit.context` surrounds: what goes before a write there (the context
of its history) cannot be sent this way. Behind a pooler nothing is kept (`config.databases.pooled`) and all else is the
same.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from psycopg import Cursor


@contextmanager
def planned_once() -> Iterator[None]:
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    own = connection.connection
    before, own.cursor_factory = own.cursor_factory, Cursor
    try:
        yield
    finally:
        own.cursor_factory = before
