"""`temis serve`: the web server and, where asked for, one background worker beside it."""

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import structlog
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from temis.cli.migrating import require_migrated
from temis.cli.output import Output
from temis.cli.problems import CommandError
from temis.cli.text import gettext as _
from temis.core import postgres

SPARE_THREADS = 8  # per process: they tell people to wait, while others work and wait
RESTART_DELAY = 3.0  # seconds until what ended early is started again

log = structlog.get_logger()


def serve_site(host: str, port: int, workers: int, *, with_worker: bool, output: Output) -> None:
    """Blocks until it is told to stop (Ctrl-C or SIGTERM)."""
    require_migrated()
    require_free_port(host, port)
    collect_static_files(output)
    connections.close_all()  # the processes to come open their own
    server = Granian(
        "temis.cli.web:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=settings.REQUESTS_AT_ONCE + settings.REQUESTS_WAITING + SPARE_THREADS,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
    )
    companions = Companions(with_worker=with_worker)
    server.on_startup(companions.start)
    server.on_shutdown(companions.stop)
    output.say(_("Trang web: http://%(host)s:%(port)d (dừng bằng Ctrl-C)") % {"host": host, "port": port})
    try:
        server.serve()
    finally:
        companions.stop()


def require_free_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                _("Không mở được cổng %(port)d: %(reason)s. Hãy chọn cổng khác bằng --port.")
                % {"port": port, "reason": error.strerror}
            ) from error


def collect_static_files(output: Output) -> None:
    """Once per build of the frontend; the manifest is newer than the files when it is done."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    sources = (Path(settings.BASE_DIR) / "temis").glob("*/static/**/*")
    newest = max((file.stat().st_mtime for file in sources if file.is_file()), default=0.0)
    if manifest.exists() and manifest.stat().st_mtime >= newest:
        return
    with output.progress(_("Chuẩn bị tệp tĩnh")):
        call_command("collectstatic", verbosity=0, interactive=False)


class Companions:
    """What lives as long as the web server does, beside it: the worker, and an eye on the embedded database."""

    def __init__(self, *, with_worker: bool) -> None:
        self._stopping = threading.Event()
        # A web process that is forked while a program is being started holds the pipe over which Popen waits to hear
        # that it runs: it would wait for as long as the web process lives.
        self._forking = threading.Lock()
        os.register_at_fork(
            before=self._forking.acquire,
            after_in_parent=self._forking.release,
            after_in_child=self._forking.release,
        )
        self._process: subprocess.Popen[bytes] | None = None
        self._threads: list[threading.Thread] = []
        if with_worker:
            self._threads.append(threading.Thread(target=self._keep_worker, daemon=True))
        if postgres.is_embedded():
            self._threads.append(threading.Thread(target=self._keep_database, daemon=True))

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        if self._stopping.is_set():
            return
        self._stopping.set()
        if self._process:
            self._process.terminate()
        for thread in self._threads:
            thread.join(timeout=30)

    def _keep_worker(self) -> None:
        command = [sys.executable, "-m", "temis", "worker", f"--with-parent={os.getpid()}"]
        while not self._stopping.is_set():
            with self._forking:
                self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
            self._process.wait()
            self._stopping.wait(RESTART_DELAY)

    def _keep_database(self) -> None:
        while not self._stopping.wait(RESTART_DELAY):
            try:
                with self._forking:
                    was_killed = postgres.revive_server(postgres.data_dir())
                if was_killed:
                    log.warning("embedded database was killed and started again")
            except postgres.PostgresError as error:
                log.error("embedded database does not start", reason=str(error))
