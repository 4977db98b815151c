"""Two scanners that know one signature, the test file of EICAR: ClamAV's own daemon where it is installed, and a tiny
one that speaks its protocol (zPING, nINSTREAM, zINSTREAM) for everywhere else."""

import shutil
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Put together here, so that this file itself is not reported by a scanner.
EICAR = (r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*").encode()


def _exactly(connection: socket.socket, size: int) -> bytes:
    received = b""
    while len(received) < size:
        received += (chunk := connection.recv(size - len(received)))
        if not chunk:
            raise ConnectionError("closed")
    return received


def _command(connection: socket.socket) -> tuple[bytes, bytes]:
    """(command, terminator): "z" commands end with NUL, "n" commands with a line feed."""
    end = b"\0" if (mode := _exactly(connection, 1)) == b"z" else b"\n"
    assert mode in (b"z", b"n"), mode
    name = b""
    while (char := _exactly(connection, 1)) != end:
        name += char
    return name, end


def _answer(connection: socket.socket) -> None:
    with connection:
        name, end = _command(connection)
        if name != b"INSTREAM":
            connection.sendall((b"PONG" if name == b"PING" else b"UNKNOWN COMMAND") + end)
            return
        content = b""
        while size := struct.unpack("!L", _exactly(connection, 4))[0]:
            content += _exactly(connection, size)
        verdict = b"stream: Eicar-Test-Signature FOUND" if EICAR in content else b"stream: OK"
        connection.sendall(verdict + end)


@contextmanager
def serve() -> Iterator[str]:
    """Run it; gives "host:port"."""
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            try:
                connection, _address = listener.accept()
            except OSError:
                return
            threading.Thread(target=_answer, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()


_CONFIG = """Foreground yes
LocalSocket {folder}/clamd.sock
DatabaseDirectory {folder}/signatures
StreamMaxLength 25M
"""
_READY_IN = 60  # seconds


def is_installed() -> bool:
    return shutil.which("clamd", path="/usr/sbin:/usr/bin:/usr/local/sbin") is not None


@contextmanager
def real(folder: Path) -> Iterator[str]:
    """ClamAV's daemon with a signature base of its own; gives the path of its socket."""
    program = shutil.which("clamd", path="/usr/sbin:/usr/bin:/usr/local/sbin")
    assert program is not None
    folder.chmod(0o755)
    (folder / "signatures").mkdir()
    (folder / "signatures" / "test.ndb").write_text(f"Eicar-Test-Signature:0:*:{EICAR.hex()}\n")
    (folder / "clamd.conf").write_text(_CONFIG.format(folder=folder))
    with (folder / "out").open("wb") as out:
        process = subprocess.Popen([program, "-c", str(folder / "clamd.conf")], stdout=out, stderr=out)
    try:
        until = time.monotonic() + _READY_IN
        while not (folder / "clamd.sock").exists():
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError((folder / "out").read_text())
            time.sleep(0.2)
        yield str(folder / "clamd.sock")
    finally:
        process.kill()
        process.wait()
