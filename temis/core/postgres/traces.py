"""What a server leaves behind: is it alive, or was it killed?"""

import os
from pathlib import Path

from temis.core.postgres.cluster import PORT, Cluster


def postmaster_pid(folder: Path) -> int | None:
    """The process of this cluster's server. The file alone proves nothing: it outlives a kill, a reboot."""
    try:
        pid = int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])
        at_home = Path(f"/proc/{pid}/cwd").resolve(strict=True) == folder / "data"
        return pid if at_home and _is_alive(pid) else None
    except (OSError, ValueError, IndexError):  # no file, being written, process gone or somebody else's
        return None


def _is_alive(pid: int) -> bool:
    """A killed process that nobody has waited for yet still has an entry."""
    stat = Path(f"/proc/{pid}/stat").read_text()
    return stat.rpartition(")")[2].split()[0] != "Z"


def clear_traces(cluster: Cluster) -> None:
    """Remove a pid file whose number now belongs to another process: PostgreSQL would believe in it."""
    for file in (cluster.data / "postmaster.pid", cluster.socket_dir / f".s.PGSQL.{PORT}.lock"):
        try:
            pid = int(file.read_text().splitlines()[0])
            os.kill(pid, 0)
        except (FileNotFoundError, ValueError, IndexError, ProcessLookupError):
            continue
        except PermissionError:
            pass
        file.unlink(missing_ok=True)
