"""A small primary and a streaming replica of it, made with PostgreSQL's own programs."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from temis.core import postgres
from temis.core.postgres import cluster, server
from temis.core.postgres.cluster import Cluster

REPLICATION = "local replication all peer map=temis\n"


@dataclass(frozen=True)
class Pair:
    primary: Cluster
    replica: Cluster

    def execute(self, which: str, statement: str) -> list[tuple]:
        """As the superuser, on a connection of its own."""
        where: Cluster = getattr(self, which)
        url = server._url(where.socket_dir, role="postgres", database=cluster.DATABASE)
        with psycopg.connect(url, autocommit=True) as connection:
            answer = connection.execute(statement)
            return answer.fetchall() if answer.description else []

    def url(self, which: str) -> str:
        return server._url(getattr(self, which).socket_dir)

    def pause(self) -> None:
        """From now on the replica receives, and shows nothing of it."""
        self.execute("replica", "SELECT pg_wal_replay_pause()")
        self._wait("replica", "SELECT pg_get_wal_replay_pause_state() = 'paused'")

    def resume(self) -> None:
        self.execute("replica", "SELECT pg_wal_replay_resume() WHERE pg_is_in_recovery()")

    def catch_up(self) -> None:
        place = self.execute("primary", "SELECT pg_current_wal_flush_lsn()")[0][0]
        self._wait("replica", f"SELECT pg_last_wal_replay_lsn() >= '{place}'")

    def stop(self) -> None:
        server._pg_ctl(self.replica, "stop", "--mode=immediate")

    def start(self) -> None:
        server._start(self.replica)

    def _wait(self, which: str, question: str) -> None:
        while not self.execute(which, question)[0][0]:
            time.sleep(0.01)


@contextmanager
def pair() -> Iterator[Pair]:
    parent = Path(tempfile.mkdtemp(prefix="temis-pair-"))
    parent.chmod(0o755)
    try:
        postgres.ensure_server(parent / "one")
        primary = cluster.find_cluster(parent / "one")
        replica = _replicate(primary, parent / "two")
        yield Pair(primary, replica)
    finally:
        for name in ("two", "one"):
            if postgres.server_status(parent / name).running:
                server._pg_ctl(cluster.find_cluster(parent / name), "stop", "--mode=immediate")
        shutil.rmtree(parent)


def _replicate(primary: Cluster, data_dir: Path) -> Cluster:
    hba = primary.data / "pg_hba.conf"
    cluster._write(primary, "pg_hba.conf", hba.read_text() + REPLICATION)
    server._pg_ctl(primary, "reload")
    postgres.make_data_dir(data_dir)
    replica = cluster._place(data_dir, cluster.find_cluster(data_dir))
    done = primary.account.run(
        [
            *(primary.bin / "pg_basebackup", "--pgdata", replica.data, "--host", primary.socket_dir),
            *("--username", "postgres", "--checkpoint", "fast", "--no-sync", "--write-recovery-conf"),
        ],
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr
    cluster._configure(replica)
    server._start(replica)
    return replica
