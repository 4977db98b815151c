"""The site as `temis serve` runs it, in processes of its own that may be killed."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PORT = 8179
ADDRESS = f"http://127.0.0.1:{PORT}"


class Site:
    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self.process = process

    def workers(self) -> list[int]:
        """The processes that answer (the children of the server)."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(pid) for pid in children]

    def kill_workers(self) -> int:
        """All web processes at once, without a chance to say anything; the server starts new ones."""
        pids = self.workers()
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        return len(pids)


@contextmanager
def serve(*, workers: int = 2, log: Path, **settings: str) -> Iterator[Site]:
    command = [sys.executable, "-m", "temis", "serve", f"--port={PORT}", f"--workers={workers}"]
    with log.open("ab") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=os.environ | settings)
        try:
            _wait_until_it_answers(process)
            yield Site(process)
        finally:
            process.terminate()
            process.wait(timeout=60)


def _wait_until_it_answers(process: "subprocess.Popen[bytes]") -> None:
    for _ in range(240):
        if process.poll() is not None:
            raise RuntimeError("the site ended before it answered; see its log")
        try:
            with urllib.request.urlopen(f"{ADDRESS}/health/", timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    raise RuntimeError("the site does not answer")


def answers() -> bool:
    try:
        with urllib.request.urlopen(f"{ADDRESS}/health/", timeout=3):
            return True
    except OSError:
        return False


def kill_database(data_dir: Path) -> None:
    """The postmaster of the embedded server, without a chance to write anything; its children end with it."""
    pid = int((data_dir / "postgres" / "data" / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
