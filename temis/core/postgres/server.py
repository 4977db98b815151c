"""Start, find and stop the embedded server."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from temis.core.postgres.account import account_for
from temis.core.postgres.cluster import (
    DATABASE,
    ROLE,
    Cluster,
    cluster_folder,
    find_cluster,
    make_cluster,
)
from temis.core.postgres.errors import PostgresError, gettext_noop
from temis.core.postgres.traces import clear_traces, postmaster_pid

START_TIMEOUT = 60  # seconds; recovery after a crash may take some of them
LOG_LIMIT = 20 * 1024**2


@dataclass(frozen=True)
class Status:
    running: bool
    pid: int | None
    folder: Path
    url: str | None


def ensure_server(data_dir: Path) -> str:
    """The URL of the database in that directory, with its server running; starts or makes what is missing."""
    data_dir = Path(data_dir).resolve()
    make_data_dir(data_dir)
    url = _running_url(data_dir)
    if url:
        return url
    with _lock(data_dir):
        cluster = make_cluster(data_dir)
        with _start_and_connect(cluster) as connection:
            _ensure_database(connection)
        return _url(cluster.socket_dir)


def server_status(data_dir: Path) -> Status:
    folder = cluster_folder(data_dir)
    pid = postmaster_pid(folder)
    return Status(pid is not None, pid, folder, _running_url(data_dir))


def stop_server(data_dir: Path) -> bool:
    """Stop in good order, ending the sessions; False where none ran."""
    with _lock(data_dir):
        cluster = find_cluster(data_dir)
        if not postmaster_pid(cluster.folder):
            return False
        _pg_ctl(cluster, "stop", "--mode=fast")
        return True


def make_data_dir(data_dir: Path) -> None:
    """Closed to others: evidence lies here too. For root, the account that runs the server may pass through."""
    if data_dir.exists():
        return
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise PostgresError(
            gettext_noop(
                "Không tạo được thư mục dữ liệu %(folder)s (%(reason)s). Hãy chọn thư mục khác bằng TEMIS_DATA_DIR."
            ),
            folder=data_dir,
            reason=error.strerror,
        ) from error
    if os.geteuid() == 0:
        os.chown(data_dir, -1, account_for(data_dir / "postgres").gid)
        data_dir.chmod(0o710)


@contextmanager
def _lock(data_dir: Path) -> Iterator[None]:
    """One command at a time starts or stops. The folder itself is locked: no lock file of the wrong owner."""
    folder = os.open(data_dir, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _url(socket_dir: Path, *, role: str = ROLE, database: str = DATABASE) -> str:
    return f"postgresql://{role}@/{database}?host={quote(str(socket_dir), safe='')}"


def _running_url(data_dir: Path) -> str | None:
    """The quick way, without the lock: the server answers and has the database."""
    try:
        socket_dir = (cluster_folder(data_dir) / "data" / "postmaster.pid").read_text().splitlines()[4]
    except FileNotFoundError:
        return None
    except IndexError:  # just being written
        return None
    except PermissionError as error:
        raise PostgresError(
            gettext_noop(
                "Cơ sở dữ liệu trong %(folder)s thuộc về tài khoản khác trên máy. "
                "Hãy chạy bằng tài khoản đó, hoặc chọn thư mục khác bằng TEMIS_DATA_DIR."
            ),
            folder=data_dir,
        ) from error
    if not socket_dir:  # starting: the server notes its socket only when it has made it
        return None
    url = _url(Path(socket_dir))
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return None
    return url


def _start(cluster: Cluster) -> None:
    clear_traces(cluster)
    if cluster.log.exists() and cluster.log.stat().st_size > LOG_LIMIT:
        cluster.log.replace(cluster.log.with_suffix(".log.old"))
    deadline = time.monotonic() + START_TIMEOUT
    while True:
        try:
            _pg_ctl(cluster, "start", f"--log={cluster.log}", "--silent")
            return
        except PostgresError:
            # After a kill the last sessions need a moment to notice; until then the memory counts as in use.
            if time.monotonic() > deadline or "pre-existing shared memory" not in _log_tail(cluster):
                raise
            time.sleep(0.2)


def _pg_ctl(cluster: Cluster, action: str, *options: str) -> None:
    command = [cluster.bin / "pg_ctl", action, "-D", cluster.data, "-w", "-t", START_TIMEOUT, *options]
    done = cluster.account.run([str(part) for part in command], capture_output=True)
    if done.returncode != 0:
        raise PostgresError(
            gettext_noop("PostgreSQL trong %(folder)s báo lỗi: %(reason)s"),
            folder=cluster.folder,
            reason=f"{done.stderr.strip()}\n{_log_tail(cluster)}",
        )


def _log_tail(cluster: Cluster, lines: int = 12) -> str:
    try:
        return "\n".join(cluster.log.read_text(errors="replace").splitlines()[-lines:])
    except FileNotFoundError:
        return ""


def _ensure_database(connection: psycopg.Connection) -> None:
    """The application's role is no superuser, as on a real server; it may create databases, for the tests."""
    if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(sql.Identifier(ROLE)))
    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
        names = sql.Identifier(DATABASE), sql.Identifier(ROLE)
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(*names))


def _start_and_connect(cluster: Cluster) -> psycopg.Connection:
    """As the superuser. A server found running may still be recovering, or be about to die of a kill."""
    url = _url(cluster.socket_dir, role="postgres", database="postgres")
    deadline = time.monotonic() + START_TIMEOUT
    while True:
        if not postmaster_pid(cluster.folder):
            _start(cluster)
        try:
            return psycopg.connect(url, autocommit=True, connect_timeout=5)
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                raise PostgresError(gettext_noop("PostgreSQL không trả lời: %(reason)s"), reason=error) from error
            time.sleep(0.2)


def revive_server(data_dir: Path) -> bool:
    """Start a server again that was killed; one that was stopped in good order stays stopped."""
    folder = cluster_folder(data_dir)
    killed = (folder / "data" / "postmaster.pid").exists() and postmaster_pid(folder) is None
    if killed:
        ensure_server(data_dir)
    return killed
