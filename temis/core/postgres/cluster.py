"""The data directory of the embedded server: where it lies, how it is made and configured."""

import hashlib
import os
import re
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from temis.core.postgres.account import Account, account_for
from temis.core.postgres.errors import PostgresError, gettext_noop
from temis.core.postgres.programs import programs_for, shared_folder

LONGEST_SOCKET_PATH = 100  # the kernel allows 107 bytes
PORT = 5432  # only a part of the socket's name: the server does not listen on the network
ROLE = DATABASE = "temis"

# Every commit is on disk before it is answered. What depends on the machine's memory is added (`_of_memory`).
SETTINGS = {
    "listen_addresses": "''",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    # To start helpers takes 20 ms, more than nearly every statement of a page: only counts of a country are worth it.
    "parallel_setup_cost": "50000",
    "fsync": "on",
    "synchronous_commit": "on",
    "timezone": "'UTC'",
    "log_min_messages": "warning",
    "log_line_prefix": "'%m [%p] %d '",
}

# Lines as initdb writes them, each with a comment: they stand after our own and would win. Edited ones stay.
BY_INITDB = re.compile(
    r"^((?:max_connections = 100|shared_buffers = 128MB|dynamic_shared_memory_type = posix)(?=\s*#))", re.MULTILINE
)


@dataclass(frozen=True)
class Cluster:
    """`folder` (private to `account`) holds PostgreSQL's data directory, its log and its socket."""

    folder: Path
    account: Account
    bin: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    @property
    def socket_dir(self) -> Path:
        """Beside the data; where that path is longer than a socket's may be, a private folder of its own."""
        if len(os.fsencode(self.folder / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET_PATH:
            return self.folder
        digest = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"temis-{self.account.uid}-{digest}"


def cluster_folder(data_dir: Path) -> Path:
    return (data_dir / "postgres").resolve()


def find_cluster(data_dir: Path) -> Cluster:
    folder = cluster_folder(data_dir)
    account = account_for(folder)
    return Cluster(folder, account, programs_for(account))


def make_cluster(data_dir: Path) -> Cluster:
    """The cluster of the data directory, initialized when it is new. Call it under the lock."""
    cluster = find_cluster(data_dir)
    if not cluster.data.exists():
        cluster = _place(data_dir, cluster)
        _initialize(cluster)
    _configure(cluster)
    return cluster


def _place(data_dir: Path, cluster: Cluster) -> Cluster:
    """Make the empty folder; for root, in /var/lib/temis with a link to it where the account cannot enter."""
    cluster.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.geteuid() != 0:
        return cluster
    os.chown(cluster.folder, cluster.account.uid, cluster.account.gid)
    if cluster.account.can_use(cluster.folder):
        return cluster
    cluster.folder.rmdir()
    elsewhere = Path(tempfile.mkdtemp(prefix="postgres-", dir=shared_folder()))
    os.chown(elsewhere, cluster.account.uid, cluster.account.gid)
    (data_dir / "postgres").unlink(missing_ok=True)
    (data_dir / "postgres").symlink_to(elsewhere)
    return Cluster(elsewhere, cluster.account, cluster.bin)


def _initialize(cluster: Cluster) -> None:
    """initdb under another name, then renamed: a start that was killed leaves nothing half made."""
    fresh = cluster.folder / "new"
    shutil.rmtree(fresh, ignore_errors=True)
    command: list[str | Path] = [
        cluster.bin / "initdb",
        "-D",
        fresh,
        "--username=postgres",
        "--auth=reject",
        "--encoding=UTF8",
    ]
    command += ["--locale=C.UTF-8", "--no-instructions", *_builtin_locale(cluster)]
    done = cluster.account.run(command, capture_output=True, timeout=120)
    if done.returncode != 0:
        raise PostgresError(
            gettext_noop("Không tạo được cơ sở dữ liệu trong %(folder)s: %(reason)s"),
            folder=cluster.folder,
            reason=done.stderr.strip(),
        )
    fresh.rename(cluster.data)


def _builtin_locale(cluster: Cluster) -> list[str]:
    """The provider built into PostgreSQL 17 and later sorts the same on every machine."""
    version = cluster.account.run([cluster.bin / "postgres", "--version"], capture_output=True).stdout
    major = int(version.split()[2].split(".")[0])
    return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if major >= 17 else []


def _configure(cluster: Cluster) -> None:
    """Written at every start, so that a new release brings its own settings. Others go to postgresql.conf."""
    settings = SETTINGS | {
        **_of_memory(memory_mb()),
        "unix_socket_directories": f"'{cluster.socket_dir}'",
        "dynamic_shared_memory_type": "posix" if _roomy("/dev/shm") else "mmap",
    }
    _write(cluster, "temis.conf", "".join(f"{name} = {value}\n" for name, value in settings.items()))
    # Only the account itself and root come in, and only through the socket.
    _write(cluster, "pg_hba.conf", "local all all peer map=temis\n")
    accounts = sorted({cluster.account.name, "root"})
    roles = ("postgres", ROLE)
    _write(cluster, "pg_ident.conf", "".join(f"temis {a} {role}\n" for a in accounts for role in roles))
    before = (cluster.data / "postgresql.conf").read_text()
    included = before if "include 'temis.conf'" in before else "include 'temis.conf'\n" + before
    settled = BY_INITDB.sub(r"#\1", included)
    if settled != before:
        _write(cluster, "postgresql.conf", settled)
    _make_socket_dir(cluster)


def _of_memory(memory: int) -> dict[str, str]:
    """Rows that are read again and again stay with the server itself: to fetch them from the system's cache takes as
    long as all else of a search. The web processes share the memory, so the server takes an eighth. In MB."""
    return {
        "shared_buffers": f"{min(max(memory // 8, 128), 4096)}MB",
        "effective_cache_size": f"{max(memory // 2, 512)}MB",
    }


def memory_mb() -> int:
    """Of the machine, or of the container where that has less."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limits = [machine]
    for file in (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes")):
        with suppress(OSError, ValueError):  # no such file, or "max"
            limits.append(int(file.read_text()))
    return min(limits) // 1024**2


def _roomy(shared_memory: str) -> bool:
    """Containers often give 64 MB, too little for a parallel query."""
    try:
        usage = os.statvfs(shared_memory)
    except OSError:
        return False
    return usage.f_frsize * usage.f_blocks >= 256 * 1024**2


def _write(cluster: Cluster, name: str, text: str) -> None:
    path = cluster.data / name
    partial = path.with_suffix(".new")
    partial.write_text(text)
    partial.chmod(0o600)
    if os.geteuid() == 0:
        os.chown(partial, cluster.account.uid, cluster.account.gid)
    partial.replace(path)


def _make_socket_dir(cluster: Cluster) -> None:
    folder = cluster.socket_dir
    if folder == cluster.folder:
        return
    if not folder.exists():
        folder.mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(folder, cluster.account.uid, cluster.account.gid)
    if folder.is_symlink() or folder.stat().st_uid != cluster.account.uid:
        raise PostgresError(
            gettext_noop("Thư mục %(folder)s thuộc về người khác; hãy xóa nó rồi chạy lại."), folder=folder
        )
