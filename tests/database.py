"""The database of the tests as another process reaches it."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, urlencode

import psycopg
from django.db import connection
from psycopg import sql


def url(name: str = "") -> str:
    """The address of the test's own database, or of another one on the same server."""
    database = connection.settings_dict
    query = urlencode({"host": database["HOST"]} if database["HOST"].startswith("/") else {})
    host = "" if query else f"{database['HOST']}:{database['PORT']}"
    secret = f":{quote(database['PASSWORD'])}" if database["PASSWORD"] else ""
    return f"postgresql://{database['USER']}{secret}@{host}/{name or database['NAME']}?{query}"


@contextmanager
def empty_database(name: str) -> Iterator[str]:
    """A new database on the same server; gives its address, and goes with the `with`."""
    with psycopg.connect(url("postgres"), autocommit=True) as server:
        # Without FORCE, which an autovacuum may not be told; PostgreSQL sends those away by itself.
        drop = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
        server.execute(drop)
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield url(name)
        finally:
            server.execute(drop)
