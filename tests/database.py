"""The database of the tests as another process reaches it, and how databases of tests begin: as copies of one in which
all migrations have run. Running them takes half a minute, copying takes a moment."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, urlencode

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql

TEMPLATE = "test_template_"
LOCK = 0x7E31

# Nearly all rows of tests are rolled back. A vacuum then writes down that tables are empty, and the plans that are made
# for empty tables read what is left of thousands of tests, for each row. Where nothing is written down, plans are good.
_NO_STATISTICS = """
DO $$ DECLARE t regclass; BEGIN
    FOR t IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP
        EXECUTE format('ALTER TABLE %s SET (autovacuum_enabled = off)', t);
    END LOOP;
END $$;
"""
_FORGET = """
SELECT pg_restore_relation_stats('schemaname', 'public', 'relname', relname::text, 'relpages', 0, 'reltuples', -1::real)
FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND reltuples = 0
"""
RESTORES_STATISTICS = 180_000  # the version of PostgreSQL; an older one may keep a few that say "empty"


def url(name: str = "") -> str:
    """The address of the test's own database, or of another one on the same server."""
    database = connection.settings_dict
    query = urlencode({"host": database["HOST"]} if database["HOST"].startswith("/") else {})
    host = "" if query else f"{database['HOST']}:{database['PORT']}"
    secret = f":{quote(database['PASSWORD'])}" if database["PASSWORD"] else ""
    return f"postgresql://{database['USER']}{secret}@{host}/{name or database['NAME']}?{query}"


@contextmanager
def migrated_database(name: str, run: str) -> Iterator[str]:
    """A new database on the same server with all tables and nothing else; gives its address, goes with the `with`."""
    with _server() as server:
        # Without FORCE, which an autovacuum may not be told; PostgreSQL sends those away by itself.
        drop = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
        server.execute(drop)
        copied = sql.Identifier(template(run))
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), copied))
        try:
            yield url(name)
        finally:
            server.execute(drop)


def template(run: str) -> str:
    """The name of the database to copy, made by who asks first. `run` tells one run of the tests from another: between
    them migrations may have changed."""
    name = TEMPLATE + run
    with _server() as server:
        server.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        kept = {row[0] for row in server.execute("SELECT datname FROM pg_database").fetchall()}
        if name not in kept:
            for old in (old for old in kept if old.startswith(TEMPLATE)):
                server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(old)))
            _make(server, name)
    return name


def drop_template(run: str) -> None:
    with _server() as server:
        server.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(TEMPLATE + run)))


def _server() -> psycopg.Connection:
    return psycopg.connect(url("postgres"), autocommit=True)


def run_python(environment: dict[str, str], *arguments: str) -> str:
    """What another Python says with these variables besides our own; an error of it is one of the test."""
    done = subprocess.run(
        [sys.executable, *arguments],
        env=os.environ | environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def _make(server: psycopg.Connection, name: str) -> None:
    """Under another name until it is whole."""
    making = f"{TEMPLATE}making"
    server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(making)))
    # A third of the time would go to looking for garbage among the models of each step.
    migrate = "import gc, sys; gc.disable(); from temis.cli import main; sys.exit(main(['migrate']))"
    run_python({"TEMIS_DATABASE_URL": url(making)}, "-c", migrate)
    with psycopg.connect(url(making), autocommit=True) as made:
        made.execute(_NO_STATISTICS)
        if made.info.server_version >= RESTORES_STATISTICS:
            made.execute(_FORGET)
    server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(making), sql.Identifier(name)))
