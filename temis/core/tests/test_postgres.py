"""The embedded server: started once, shared, and up again after a kill. Each test runs a real one."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest

from temis.core import postgres
from temis.core.postgres import cluster, copies
from temis.core.postgres.account import account_for
from temis.core.postgres.programs import SHARED, programs_for

ROOT = os.geteuid() == 0
START_AND_PRINT = (
    "import sys; from pathlib import Path; from temis.core import postgres; "
    "print(postgres.ensure_server(Path(sys.argv[1])))"
)


def rows(url: str, query: str) -> list[tuple]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(query)
        return cursor.fetchall() if cursor.description else []


def kill(pid: int) -> None:
    """And wait until it is gone: the signal takes a moment."""
    os.kill(pid, signal.SIGKILL)
    while Path(f"/proc/{pid}/cwd").exists():
        time.sleep(0.01)


def run_python(code: str, *arguments: str | Path) -> str:
    command = [sys.executable, "-W", "error", "-c", code, *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout.strip()


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """In an open folder, unlike pytest's own: where root runs the tests, the server's account must enter."""
    parent = Path(tempfile.mkdtemp(prefix="temis-test-"))
    parent.chmod(0o755)
    data_dir = parent / "data"
    yield data_dir
    folder = (data_dir / "postgres").resolve()
    if data_dir.exists():
        postgres.stop_server(data_dir)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(parent)


def test_ensure_server_called_again_returns_same_running_server(data_dir):
    url = postgres.ensure_server(data_dir)
    first = postgres.server_status(data_dir)

    assert postgres.ensure_server(data_dir) == url
    assert postgres.server_status(data_dir) == first
    assert first.running
    assert rows(url, "SELECT current_user, current_database()") == [("temis", "temis")]


def test_ensure_server_sorts_and_folds_vietnamese_by_codepoint_and_commits_durably(data_dir):
    url = postgres.ensure_server(data_dir)

    assert rows(url, "SELECT upper('đặng'), 'Ă' ~ '^[[:alpha:]]$'") == [("ĐẶNG", True)]
    assert rows(url, "SELECT current_setting('fsync'), current_setting('synchronous_commit')") == [("on", "on")]
    assert rows(url, "SELECT current_setting('listen_addresses')") == [("",)]


def test_our_settings_win_over_those_of_initdb_and_those_of_the_house_over_ours(data_dir):
    url = postgres.ensure_server(data_dir)
    shown = "SELECT name, setting FROM pg_settings WHERE name IN ('max_connections', 'shared_buffers') ORDER BY name"
    pages = min(max(cluster.memory_mb() // 8, 128), 4096) * 128  # of 8 kB

    assert rows(url, shown) == [("max_connections", "200"), ("shared_buffers", str(pages))]

    postgres.stop_server(data_dir)
    with (data_dir / "postgres" / "data" / "postgresql.conf").open("a") as file:
        file.write("shared_buffers = 64MB\nmax_connections = 100\n")
    assert rows(postgres.ensure_server(data_dir), shown) == [("max_connections", "100"), ("shared_buffers", "8192")]


def test_role_of_application_is_no_superuser_but_has_the_extensions_it_needs(data_dir):
    url = postgres.ensure_server(data_dir)

    for extension in ("ltree", "pg_trgm", "unaccent", "btree_gist"):
        rows(url, f"CREATE EXTENSION {extension}")
    assert rows(url, "SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = 'temis'") == [(False, True)]


def test_killed_server_starts_again_with_its_rows(data_dir):
    url = postgres.ensure_server(data_dir)
    rows(url, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    killed = postgres.server_status(data_dir).pid
    with psycopg.connect(url):  # a session that must notice it by itself
        os.kill(killed, signal.SIGKILL)

        assert postgres.ensure_server(data_dir) == url
    assert postgres.server_status(data_dir).pid != killed
    assert rows(url, "SELECT count(*), sum(n) FROM kept") == [(1000, 500500)]


def test_pid_file_that_names_a_foreign_process_is_no_hindrance(data_dir):
    """After a reboot the number in the file may be anyone's, here our own."""
    url = postgres.ensure_server(data_dir)
    pid_file = data_dir / "postgres" / "data" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    kill(int(lines[0]))
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))

    assert not postgres.server_status(data_dir).running
    assert postgres.ensure_server(data_dir) == url
    assert rows(url, "SELECT 1") == [(1,)]


@pytest.mark.parametrize(
    "written", ["", "4711\n", "4711\n/data\n1764460800\n5432\n", "4711\n/data\n1764460800\n5432\n\n"]
)
def test_server_that_is_still_writing_its_pid_file_is_not_yet_to_be_reached(data_dir, written):
    """The line of the socket is there, empty, before the socket is."""
    pid_file = data_dir / "postgres" / "data" / "postmaster.pid"
    pid_file.parent.mkdir(parents=True)
    pid_file.write_text(written)

    assert postgres.server_status(data_dir).url is None

    pid_file.unlink()


def test_revive_starts_a_killed_server_and_leaves_a_stopped_one_alone(data_dir):
    postgres.ensure_server(data_dir)
    assert not postgres.revive_server(data_dir)

    kill(postgres.server_status(data_dir).pid)
    assert postgres.revive_server(data_dir)
    assert postgres.server_status(data_dir).running

    postgres.stop_server(data_dir)
    assert not postgres.revive_server(data_dir)
    assert not postgres.server_status(data_dir).running


def test_start_that_was_killed_half_way_is_made_good(data_dir):
    half_made = data_dir / "postgres" / "new" / "base"
    half_made.mkdir(parents=True)
    (half_made / "left-over").write_text("")

    assert rows(postgres.ensure_server(data_dir), "SELECT 1") == [(1,)]
    assert not half_made.exists()


def test_two_commands_at_once_share_one_server(data_dir):
    with ThreadPoolExecutor(2) as pool:
        urls = list(pool.map(lambda _: run_python(START_AND_PRINT, data_dir), range(2)))

    assert urls == [postgres.ensure_server(data_dir)] * 2
    log = (data_dir / "postgres" / "server.log").read_text()
    assert log.count("ready to accept connections") == 1


def test_server_outlives_the_command_that_started_it(data_dir):
    url = run_python(START_AND_PRINT, data_dir)

    assert rows(url, "SELECT 1") == [(1,)]


def test_stopped_server_is_gone_and_starts_again(data_dir):
    postgres.ensure_server(data_dir)

    assert postgres.stop_server(data_dir)
    assert not postgres.server_status(data_dir).running
    assert not postgres.stop_server(data_dir)
    assert rows(postgres.ensure_server(data_dir), "SELECT 1") == [(1,)]


def test_long_path_gets_its_socket_in_a_short_private_folder(data_dir):
    deep = data_dir.parent / ("x" * 90) / "data"
    deep.parent.mkdir(mode=0o755)
    url = postgres.ensure_server(deep)
    socket_dir = Path(psycopg.conninfo.conninfo_to_dict(url)["host"])

    assert rows(url, "SELECT 1") == [(1,)]
    assert socket_dir.parent == Path(tempfile.gettempdir())
    assert socket_dir.stat().st_mode & 0o777 == 0o700
    postgres.stop_server(deep)
    socket_dir.rmdir()


def test_backup_is_restored_over_what_came_after_it(data_dir):
    url = postgres.ensure_server(data_dir)
    file = data_dir.parent / "temis.dump"
    rows(url, "CREATE EXTENSION ltree; CREATE TABLE kept (path ltree)")
    rows(url, "INSERT INTO kept VALUES ('a.b')")
    assert copies.backup(url, file) == file.stat().st_size > 0
    rows(url, "UPDATE kept SET path = 'c'; CREATE TABLE later (n int)")

    copies.restore(url, file)

    assert rows(url, "SELECT path::text FROM kept") == [("a.b",)]
    assert rows(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'") == [("kept",)]


def test_restore_of_a_broken_file_changes_nothing(data_dir):
    url = postgres.ensure_server(data_dir)
    rows(url, "CREATE TABLE kept (n int)")
    file = data_dir.parent / "broken.dump"
    file.write_bytes(b"PGDMP and then something else")

    with pytest.raises(postgres.PostgresError, match="pg_restore"):
        copies.restore(url, file)

    assert rows(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'") == [("kept",)]
    assert rows(url, "SELECT datname FROM pg_database WHERE datname ~ 'restore'") == []


def test_folder_that_cannot_be_made_is_named_in_the_error(tmp_path):
    file = tmp_path / "file"
    file.write_text("")

    with pytest.raises(postgres.PostgresError) as raised:
        postgres.ensure_server(file / "data")

    assert raised.value.values["folder"] == file / "data"


@pytest.fixture
def ordinary_user(data_dir, monkeypatch) -> SimpleNamespace:
    """An account without rights, and the programs where it can reach them."""
    if not ROOT:
        pytest.skip("only root can become somebody else; the other tests ran as an ordinary user")
    entry = pwd.getpwnam("nobody")
    home = data_dir.parent / "home"
    home.mkdir(mode=0o700)
    os.chown(home, entry.pw_uid, entry.pw_gid)
    monkeypatch.setenv("TEMIS_POSTGRES_BIN", str(programs_for(account_for(home))))
    return SimpleNamespace(uid=entry.pw_uid, gid=entry.pw_gid, data_dir=home / "data")


def test_ordinary_user_runs_a_server_that_root_may_use_too(ordinary_user):
    become = "import os; os.setgroups([]); os.setgid(int(sys.argv[3])); os.setuid(int(sys.argv[2])); "
    start = START_AND_PRINT.replace("print(", become + "print(")
    url = run_python(start, ordinary_user.data_dir, str(ordinary_user.uid), str(ordinary_user.gid))
    status = postgres.server_status(ordinary_user.data_dir)

    assert Path(f"/proc/{status.pid}").stat().st_uid == ordinary_user.uid
    assert ordinary_user.data_dir.stat().st_mode & 0o777 == 0o700
    assert postgres.ensure_server(ordinary_user.data_dir) == url
    assert rows(url, "SELECT 1") == [(1,)]
    postgres.stop_server(ordinary_user.data_dir)


@pytest.mark.skipif(not ROOT, reason="an ordinary user runs the server himself")
def test_root_hands_the_server_to_an_unprivileged_account_that_sees_nothing_else(data_dir):
    postgres.ensure_server(data_dir)

    assert Path(f"/proc/{postgres.server_status(data_dir).pid}").stat().st_uid != 0
    assert data_dir.stat().st_uid == 0
    assert data_dir.stat().st_mode & 0o777 == 0o710


@pytest.mark.skipif(not ROOT, reason="an ordinary user can enter his own folders")
def test_closed_folder_of_root_gets_its_cluster_elsewhere(data_dir):
    data_dir.parent.chmod(0o700)
    url = postgres.ensure_server(data_dir)

    assert rows(url, "SELECT 1") == [(1,)]
    assert (data_dir / "postgres").resolve().parent == SHARED
    assert postgres.ensure_server(data_dir) == url
