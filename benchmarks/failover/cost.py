"""What a save costs each part, in seconds of a core: a busy machine changes how long things take, much less that."""

import os
from contextlib import suppress
from pathlib import Path

from benchmarks.failover.cluster import DatabaseCluster, Node, children, postmaster

_TICK = os.sysconf("SC_CLK_TCK")


class Cost:
    def __init__(self, cluster: DatabaseCluster, primary: Node, saves: int) -> None:
        self._cluster, self._primary, self._saves = cluster, primary, saves
        self._before = self._seconds()

    def of_one_save(self, saves: int) -> dict[str, float]:
        """Milliseconds, since this was made."""
        count = max(saves - self._saves, 1)
        now = self._seconds()
        return {name: round((now[name] - spent) * 1000 / count, 2) for name, spent in self._before.items()}

    def _seconds(self) -> dict[str, float]:
        processes = self._cluster.processes
        replica = next(node for node in self._cluster.nodes if node is not self._primary)
        return {
            "web": sum(_used(processes.number(name)) for name in ("web1", "web2")),
            "haproxy": _used(processes.number("haproxy")),
            "pgbouncer": _used(processes.number("pgbouncer")),
            "primary": _used(postmaster(self._primary)),
            "replica": _used(postmaster(replica)),
        }


def _used(pid: int) -> float:
    """A process, those it started, and those of them that have ended."""
    found = 0.0
    for one in [pid, *children(pid)]:
        with suppress(OSError):
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            found += sum(map(int, fields[11:15] if one == pid else fields[11:13])) / _TICK
    return found
