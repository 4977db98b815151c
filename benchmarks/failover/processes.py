"""Starting the programs of the trial, each with its log; ending them by their own numbers."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from temis.core.postgres.account import Account


def program(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if found is None:
        raise SystemExit(f"{name} is not installed; run benchmarks/failover/run.sh")
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(condition: Callable[[], Any], what: str, seconds: float = 120) -> float:
    """Seconds until it was so."""
    began = time.monotonic()
    while True:
        with suppress(Exception):
            if condition():
                return time.monotonic() - began
        if time.monotonic() - began > seconds:
            raise SystemExit(f"{what}: not within {seconds:.0f} s")
        time.sleep(0.1)


class Processes:
    def __init__(self, folder: Path, account: Account) -> None:
        self.folder, self.account = folder, account
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(
        self, name: str, command: Sequence[str | Path], *, env: dict[str, str] | None = None, as_account: bool = True
    ) -> None:
        """In a session of its own, so that nothing of ours ends it by the way."""
        options: dict[str, Any] = {}
        if as_account and os.geteuid() != self.account.uid:
            options = {"user": self.account.uid, "group": self.account.gid, "extra_groups": []}
        with (self.folder / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=env or {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC"},
                cwd="/" if as_account else None,
                start_new_session=True,
                **options,
            )

    def kill(self, name: str) -> None:
        """As if the power went: no chance to say anything."""
        self._running.pop(name).send_signal(signal.SIGKILL)

    def number(self, name: str) -> int:
        return self._running[name].pid

    def is_running(self, name: str) -> bool:
        return name in self._running and self._running[name].poll() is None

    def stop_all(self) -> None:
        for process in reversed(list(self._running.values())):
            process.terminate()
        for process in reversed(list(self._running.values())):
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
        self._running.clear()
