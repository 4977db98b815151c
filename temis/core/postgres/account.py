"""The operating-system account that runs the server: PostgreSQL refuses to run as root."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from temis.core.postgres.errors import PostgresError, gettext_noop

UNPRIVILEGED = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int

    def run(self, command: Sequence[str | Path], **options: Any) -> subprocess.CompletedProcess[str]:
        """Run as this account, away from the working directory, which it may not be allowed to enter."""
        if os.geteuid() != self.uid:
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            text=True,
            cwd="/",
            env=_clean_environment(),
            check=False,
            **options,
        )

    def can_use(self, path: Path) -> bool:
        """Asks the kernel, as that account: a parent folder may be closed to it."""
        return self.run(["test", "-x", path]).returncode == 0


def account_for(cluster: Path) -> Account:
    """Who runs the server: the caller; for root, the owner of the cluster or an unprivileged account."""
    if os.geteuid() != 0:
        return _account(pwd.getpwuid(os.geteuid()))
    owner = cluster.stat().st_uid if cluster.exists() else 0
    return _account(pwd.getpwuid(owner)) if owner else _unprivileged()


def _unprivileged() -> Account:
    configured = os.environ.get("TEMIS_POSTGRES_USER")
    for name in (configured,) if configured else UNPRIVILEGED:
        try:
            return _account(pwd.getpwnam(name))
        except KeyError:
            continue
    raise PostgresError(
        gettext_noop(
            "PostgreSQL không chạy dưới quyền root và không tìm thấy tài khoản %(names)s trên máy này. "
            "Hãy đặt TEMIS_POSTGRES_USER là một tài khoản thường."
        ),
        names=configured or ", ".join(UNPRIVILEGED),
    )


def _account(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _clean_environment() -> dict[str, str]:
    """Without PG… variables and the user's language, which would change what the programs do and print."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}
