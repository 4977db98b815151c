"""Backup, restore and a prompt: PostgreSQL's own tools on whichever database is in use."""

import errno
import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO, NoReturn

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from temis.core.postgres.errors import PostgresError, gettext_noop
from temis.core.postgres.programs import programs


def open_prompt(url: str, arguments: list[str]) -> NoReturn:
    """Become psql."""
    os.execv(programs() / "psql", ["psql", url, *arguments])


def backup(url: str, file: Path) -> int:
    """Write a dump in the custom format, complete or not at all; its size in bytes."""
    if not file.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(file.parent))
    partial = file.with_name(f"{file.name}.part")
    try:
        partial.touch(mode=0o600)
        _run("pg_dump", "--format=custom", "--no-owner", f"--file={partial}", f"--dbname={url}")
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)
    return file.stat().st_size


def restore(url: str, file: Path) -> None:
    """Replace the database by the dump. It is read into a new database first; a bad file changes nothing."""
    name = str(conninfo_to_dict(url)["dbname"])
    fresh = f"{name}_restore_{os.getpid()}"
    with psycopg.connect(make_conninfo(url, dbname="postgres"), autocommit=True) as connection:
        _execute(connection, "CREATE DATABASE {} TEMPLATE template0", fresh)
        try:
            _load(file, make_conninfo(url, dbname=fresh))
            _swap(connection, name, fresh)
        except BaseException:
            _drop(connection, fresh)
            raise


def _load(file: Path, target: str) -> None:
    """As a script, so that a dump can also be read into an older server, which lacks some of the settings."""
    write: list[str | Path] = [programs() / "pg_restore", "--no-owner", "--file=-", file]
    read: list[str | Path] = [
        programs() / "psql",
        "--no-psqlrc",
        "--quiet",
        "--output=/dev/null",
        "--set=ON_ERROR_STOP=1",
        target,
    ]
    with tempfile.TemporaryFile() as errors:
        writer = subprocess.Popen(write, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors)
        reader = subprocess.Popen(read, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors)
        assert writer.stdout is not None
        assert reader.stdin is not None
        with suppress(BrokenPipeError), writer.stdout as script, reader.stdin as prompt:
            _pass_on(script, prompt)
        codes = {"pg_restore": writer.wait(), "psql": reader.wait()}
        errors.seek(0)
        for program, code in codes.items():
            if code:
                raise _failure(program, errors.read().decode(errors="replace"))


def _pass_on(script: IO[bytes], prompt: IO[bytes]) -> None:
    """All but the settings at the head that came after PostgreSQL 15, the oldest we run on."""
    for line in script:
        if not line.startswith(b"SET transaction_timeout"):
            prompt.write(line)
        if line.startswith(b"SET row_security"):  # the last of the head
            break
    shutil.copyfileobj(script, prompt)


def _swap(connection: psycopg.Connection, name: str, fresh: str) -> None:
    """Sessions of the old database end here; web and worker connect again by themselves."""
    before = f"{fresh}_before"
    _end_sessions(connection, name)
    _execute(connection, "ALTER DATABASE {} RENAME TO {}", name, before)
    try:
        _execute(connection, "ALTER DATABASE {} RENAME TO {}", fresh, name)
    except BaseException:
        _execute(connection, "ALTER DATABASE {} RENAME TO {}", before, name)
        raise
    _drop(connection, before)


def _drop(connection: psycopg.Connection, name: str) -> None:
    _end_sessions(connection, name)
    _execute(connection, "DROP DATABASE IF EXISTS {}", name)


def _end_sessions(connection: psycopg.Connection, name: str) -> None:
    """Those of people and programs. An autovacuum is not ours to end (so no FORCE either): PostgreSQL sends it away."""
    connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'",
        [name],
    )


def _execute(connection: psycopg.Connection, statement: str, *names: str) -> None:
    connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _run(program: str, *arguments: str) -> None:
    done = subprocess.run(
        [programs() / program, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise _failure(program, done.stderr)


def _failure(program: str, reason: str) -> PostgresError:
    return PostgresError(gettext_noop("%(program)s báo lỗi: %(reason)s"), program=program, reason=reason.strip())
