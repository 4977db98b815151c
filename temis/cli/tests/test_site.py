"""A whole installation as an operator meets it: migrate, serve with a worker, the database killed under it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from temis.core import postgres


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    parent = Path(tempfile.mkdtemp(prefix="temis-test-"))
    parent.chmod(0o755)
    data_dir = parent / "data"
    yield data_dir
    postgres.stop_server(data_dir)
    shutil.rmtree((data_dir / "postgres").resolve())
    shutil.rmtree(parent)


@pytest.fixture(scope="module")
def environment(data_dir: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TEMIS_")}
    return kept | {"TEMIS_DATA_DIR": str(data_dir)}


@pytest.fixture(scope="module")
def migrated(environment: dict[str, str]) -> dict[str, object]:
    return json.loads(run_temis(environment, "migrate", "--json").splitlines()[-1])


def run_temis(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "-m", "temis", *arguments]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True, timeout=300)
    return done.stdout


def eventually(condition: Callable[[], bool], seconds: float = 30) -> bool:
    """Other processes take their time; how much is not the point."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def children(pid: int) -> list[tuple[int, str]]:
    found = Path(f"/proc/{pid}/task").glob("*/children")
    pids = [int(child) for listing in found for child in listing.read_text().split()]
    return [(child, Path(f"/proc/{child}/cmdline").read_text()) for child in pids]


def worker_of(pid: int) -> list[int]:
    return [child for child, command in children(pid) if "--with-parent" in command]


def answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/accounts/login/", timeout=10).close()
    except urllib.error.HTTPError as error:
        error.close()
        return error.code < 500
    except OSError:
        return False
    return True


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def site(environment, migrated) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "temis", "serve", "--with-worker", "--workers=1", f"--port={port}"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        assert eventually(lambda: answers(port), 60)
        yield process, port
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(60)


def test_migrate_twice_applies_nothing_the_second_time(environment, migrated):
    again = json.loads(run_temis(environment, "migrate", "--json").splitlines()[-1])

    assert migrated["ok"]
    assert "core.0001_extensions" in migrated["applied"]
    assert again == {"ok": True, "applied": []}


def test_serve_refuses_a_database_that_is_not_prepared(environment, migrated, data_dir):
    """A database of its own on the same server, still empty."""
    url = postgres.ensure_server(data_dir).replace("/temis?", "/postgres?")
    command = [sys.executable, "-m", "temis", "serve", "--json"]
    done = subprocess.run(
        command,
        env=environment | {"TEMIS_DATABASE_URL": url},
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert done.returncode == 1
    assert "temis migrate" in done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["ok"] is False


def test_worker_ends_in_good_order_when_the_site_is_stopped(site):
    process, _port = site
    assert eventually(lambda: len(worker_of(process.pid)) == 1)
    (worker,) = worker_of(process.pid)

    process.terminate()

    assert process.wait(60) == 0
    assert eventually(lambda: not is_running(worker))


def test_no_process_outlives_a_killed_site(site):
    process, _port = site
    assert eventually(lambda: len(worker_of(process.pid)) == 1)
    family = [pid for pid, _command in children(process.pid)]

    process.kill()

    assert len(family) >= 2  # the worker and a web process
    assert eventually(lambda: not any(is_running(pid) for pid in family))


def test_killed_worker_is_replaced(site):
    process, _port = site
    assert eventually(lambda: len(worker_of(process.pid)) == 1)
    (first,) = worker_of(process.pid)

    os.kill(first, signal.SIGKILL)

    assert eventually(lambda: worker_of(process.pid) not in ([], [first]))


def test_site_answers_again_after_its_database_was_killed(site, data_dir):
    _process, port = site
    killed = postgres.server_status(data_dir).pid
    assert killed is not None

    os.kill(killed, signal.SIGKILL)

    assert eventually(lambda: postgres.server_status(data_dir).running)
    assert postgres.server_status(data_dir).pid != killed
    assert eventually(lambda: answers(port))


@contextmanager
def worker_alone(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Ended and reaped whatever happens."""
    command = [sys.executable, "-m", "temis", "worker"]
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=environment, **silent) as worker:
        try:
            yield worker
        finally:
            if worker.poll() is None:
                worker.terminate()
            try:
                worker.wait(30)
            except subprocess.TimeoutExpired:
                worker.kill()


def answer_of(url: str, question: str) -> object:
    """None while the server is not there."""
    try:
        with psycopg.connect(url) as connection:
            found = connection.execute(question).fetchone()
            return found and found[0]
    except psycopg.OperationalError:
        return None


FOLD = """VALUES ('default', 'following.fold', '{"timestamp": 0}')"""


def test_worker_goes_on_after_its_database_was_killed(environment, migrated, data_dir):
    """By itself, without anybody who would start it again: what was asked for before it came back is done."""
    url = postgres.ensure_server(data_dir)
    listening = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE 'LISTEN%')"
    with worker_alone(environment) as worker:
        assert eventually(lambda: answer_of(url, listening) is True, 120)
        killed = postgres.server_status(data_dir).pid
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        assert eventually(lambda: not is_running(killed), 120)
        postgres.ensure_server(data_dir)
        asked = answer_of(url, f"INSERT INTO procrastinate_jobs (queue_name, task_name, args) {FOLD} RETURNING id")
        assert asked is not None

        assert eventually(
            lambda: answer_of(url, f"SELECT count(*) FROM procrastinate_jobs WHERE id = {asked}") == 0, 120
        )
        assert worker.poll() is None
        worker.terminate()

        assert worker.wait(60) == 0
