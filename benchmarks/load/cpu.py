"""What a run has cost in seconds of a core: a busy machine changes how long it takes, much less what it costs."""

import os
import resource
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


def of_site(server: int) -> float:
    return sum(_seconds(pid) for pid in [server, *_children(server)])


def of_database(data_dir: Path) -> float:
    """The embedded server with all its processes, those that have ended too; 0 where it runs elsewhere."""
    path = data_dir / "postgres" / "data" / "postmaster.pid"
    if not path.exists():
        return 0.0
    postmaster = int(path.read_text().split()[0])
    return _seconds(postmaster, ended=True) + sum(_seconds(pid) for pid in _children(postmaster))


def of_clients() -> float:
    """Programs that this one has run to their end."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _children(parent: int) -> list[int]:
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and _fields(int(folder.name))[1:2] == [str(parent)]:
            found.append(int(folder.name))
    return found


def _seconds(pid: int, *, ended: bool = False) -> float:
    fields = _fields(pid)
    ticks = fields[11:15] if ended else fields[11:13]
    return sum(map(int, ticks)) / _TICK


def _fields(pid: int) -> list[str]:
    """Of /proc/…/stat, from the state of the process on; nothing where it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
