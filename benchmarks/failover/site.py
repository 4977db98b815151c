"""TEMIS on two machines' worth of processes, behind HAProxy; one of them through PgBouncer."""

import os
import sys
from pathlib import Path

from benchmarks.failover.cluster import DatabaseCluster, _get
from benchmarks.failover.processes import Processes, free_port, program, wait_for

HAPROXY = """
defaults
    timeout connect 3s
    timeout client 60s
    timeout server 60s
frontend site
    mode http
    bind 127.0.0.1:{site}
    default_backend web
backend web
    mode http
    balance leastconn
    option httpchk GET /health/live/
    http-check send hdr Host 127.0.0.1
    default-server check inter 2s fall 2 rise 1
{web}
listen primary
    mode tcp
    bind 127.0.0.1:{primary}
    option httpchk GET /primary
    http-check expect status 200
    default-server check inter 1s fall 2 rise 1 on-marked-down shutdown-sessions
{databases}
"""

PGBOUNCER = """
[databases]
temis = host=127.0.0.1 port={primary} dbname=temis user=temis

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
max_client_conn = 500
default_pool_size = 20
server_connect_timeout = 3
server_login_retry = 1
query_wait_timeout = 10
"""


class Site:
    def __init__(self, processes: Processes, cluster: DatabaseCluster, folder: Path) -> None:
        self.processes, self.cluster, self.folder = processes, cluster, folder
        self.port, self.primary, self.pooler = free_port(), free_port(), free_port()
        self.web = [free_port(), free_port()]

    def environment(self, **more: str) -> dict[str, str]:
        """The one that all processes of TEMIS share."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TEMIS_")}
        return (
            kept
            | {
                "TEMIS_DATABASE_URL": self.cluster.addresses(),
                "TEMIS_DATA_DIR": str(self.folder / "data"),
                "TEMIS_BASE_URL": f"http://127.0.0.1:{self.port}",
                "TEMIS_REPLICA_URL": self.cluster.addresses(),
                "DJANGO_SETTINGS_MODULE": "temis.config.settings",
                "PYTHONUNBUFFERED": "1",
            }
            | more
        )

    def start(self) -> None:
        self._start_pooler()
        pooled = f"postgresql://temis@127.0.0.1:{self.pooler}/temis"
        for number, port in enumerate(self.web, start=1):
            env = self.environment(**({"TEMIS_POOLER_URL": pooled} if number == 2 else {}))
            command = [sys.executable, "-m", "temis", "serve", "--port", str(port), "--workers", "1"]
            self.processes.start(f"web{number}", command, env=env, as_account=False)
        self.processes.start(
            "worker", [sys.executable, "-m", "temis", "worker"], env=self.environment(), as_account=False
        )
        for port in self.web:
            wait_for(lambda port=port: _get(f"http://127.0.0.1:{port}/health/"), "web process")
        wait_for(lambda: _get(f"http://127.0.0.1:{self.port}/health/"), "proxy")

    def _start_pooler(self) -> None:
        """HAProxy finds the primary by asking Patroni; PgBouncer goes through it."""
        web = "\n".join(f"    server web{n} 127.0.0.1:{port}" for n, port in enumerate(self.web, start=1))
        nodes = "\n".join(f"    server {n.name} 127.0.0.1:{n.port} check port {n.api}" for n in self.cluster.nodes)
        haproxy, pgbouncer = self.folder / "haproxy.cfg", self.folder / "pgbouncer.ini"
        haproxy.write_text(HAPROXY.format(site=self.port, primary=self.primary, web=web, databases=nodes))
        pgbouncer.write_text(PGBOUNCER.format(primary=self.primary, port=self.pooler))
        self.processes.start("haproxy", [program("haproxy"), "-db", "-f", haproxy])
        self.processes.start("pgbouncer", [program("pgbouncer"), pgbouncer])
