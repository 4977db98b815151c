"""Two database servers under Patroni, with etcd for the vote: the files of docs/how-to/deploy, on ports of loopback."""

import json
import os
import signal
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.failover.processes import Processes, free_port, program, wait_for

TIMES = {"ttl": 20, "loop_wait": 5, "retry_timeout": 5}  # the shortest that Patroni takes


@dataclass
class Node:
    name: str
    folder: Path
    port: int = field(default_factory=free_port)
    api: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres?connect_timeout=2"


class DatabaseCluster:
    def __init__(self, processes: Processes, patroni: str, postgres_bin: Path) -> None:
        self.processes, self.patroni, self.bin = processes, patroni, postgres_bin
        self.nodes = [Node(name, processes.folder / name) for name in ("db1", "db2")]
        self.etcd_port, self.etcd_peer = free_port(), free_port()

    def start(self) -> None:
        self._start_etcd()
        for node in self.nodes:
            node.folder.mkdir()
            os.chown(node.folder, self.processes.account.uid, self.processes.account.gid)
            (node.folder / "patroni.json").write_text(json.dumps(self._settings(node)))
        for node in self.nodes:
            self.start_patroni(node)
            if node is self.nodes[0]:
                wait_for(lambda: self.leader(), "first primary")
        self.wait_until_synchronous()
        self._make_database()

    def _start_etcd(self) -> None:
        client, peer = (f"http://127.0.0.1:{port}" for port in (self.etcd_port, self.etcd_peer))
        data = self.processes.folder / "etcd"
        data.mkdir(mode=0o700)
        os.chown(data, self.processes.account.uid, self.processes.account.gid)
        command = [program("etcd"), "--name=e1", f"--data-dir={data}/data"]
        command += [f"--listen-client-urls={client}", f"--advertise-client-urls={client}"]
        command += [
            f"--listen-peer-urls={peer}",
            f"--initial-advertise-peer-urls={peer}",
            f"--initial-cluster=e1={peer}",
        ]
        self.processes.start("etcd", command)
        wait_for(lambda: _get(f"{client}/health"), "etcd")

    def _settings(self, node: Node) -> dict[str, Any]:
        """JSON is YAML. What is not an address or a folder stands as in docs/how-to/deploy/patroni.yml."""
        here = "127.0.0.1"
        parameters = {"max_connections": 100, "shared_buffers": "128MB", "wal_log_hints": "on", "jit": "off"}
        users = {"superuser": {"username": "postgres"}, "replication": {"username": "replicator"}}
        dcs = TIMES | {
            "synchronous_mode": True,
            "primary_start_timeout": 0,
            "postgresql": {"use_pg_rewind": True, "use_slots": True, "parameters": parameters},
        }
        initdb = [{"encoding": "UTF8"}, {"locale": "C.UTF-8"}, "data-checksums"]
        return {
            "scope": "temis",
            "name": node.name,
            "restapi": {"listen": f"{here}:{node.api}", "connect_address": f"{here}:{node.api}"},
            "etcd3": {"hosts": [f"{here}:{self.etcd_port}"]},
            "bootstrap": {"dcs": dcs, "initdb": initdb},
            "postgresql": {
                "listen": f"{here}:{node.port}",
                "connect_address": f"{here}:{node.port}",
                "bin_dir": str(self.bin),
                "data_dir": str(node.folder / "data"),
                "pgpass": str(node.folder / "pgpass"),
                "authentication": users,
                "pg_hba": [f"host all all {here}/32 trust", f"host replication replicator {here}/32 trust"],
                "parameters": {"unix_socket_directories": str(node.folder)},
            },
        }

    def start_patroni(self, node: Node) -> None:
        self.processes.start(f"patroni-{node.name}", [self.patroni, node.folder / "patroni.json"])

    def leader(self) -> Node | None:
        for node in self.nodes:
            with suppress(OSError):
                if _get(f"http://127.0.0.1:{node.api}/primary"):
                    return node
        return None

    def wait_until_synchronous(self) -> float:
        """Until the other node is the synchronous standby: one machine alone then loses nothing confirmed."""
        return wait_for(self._is_synchronous, "synchronous standby", 240)

    def _is_synchronous(self) -> bool:
        node = self.leader()
        if node is None:
            return False
        with psycopg.connect(node.url) as connection:
            states = connection.execute("SELECT sync_state FROM pg_stat_replication").fetchall()
            names = connection.execute("SHOW synchronous_standby_names").fetchone()
        return ("sync",) in states and bool(names and names[0])

    def _make_database(self) -> None:
        node = self.leader()
        assert node is not None
        with psycopg.connect(node.url, autocommit=True) as connection:
            connection.execute("CREATE ROLE temis LOGIN CREATEDB")
            connection.execute("CREATE DATABASE temis OWNER temis")

    def kill_server(self, node: Node) -> None:
        """PostgreSQL alone: its first process dies, Patroni of the machine lives and sees it."""
        os.kill(postmaster(node), signal.SIGKILL)

    def kill_machine(self, node: Node) -> None:
        """Everything of that machine at once."""
        first = postmaster(node)
        self.processes.kill(f"patroni-{node.name}")
        for pid in [first, *children(first)]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def restart_killed(self) -> None:
        """The machine has power again: Patroni starts, and PostgreSQL by it."""
        for node in self.nodes:
            if not self.processes.is_running(f"patroni-{node.name}"):
                self.start_patroni(node)

    def stop(self) -> None:
        """What Patroni leaves when it ends, or what outlived a killed one."""
        for node in self.nodes:
            with suppress(OSError, ValueError, IndexError):
                pid = postmaster(node)
                if Path(f"/proc/{pid}/cwd").resolve() == (node.folder / "data").resolve():
                    os.kill(pid, signal.SIGQUIT)

    def addresses(self, database: str = "temis") -> str:
        hosts = ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)
        return f"postgresql://temis@{hosts}/{database}"


def postmaster(node: Node) -> int:
    return int((node.folder / "data" / "postmaster.pid").read_text().splitlines()[0])


def children(pid: int) -> list[int]:
    found: list[int] = []
    for listing in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [int(child) for child in listing.read_text().split()]
    return found


def _get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=2) as answer:
        return bytes(answer.read())
