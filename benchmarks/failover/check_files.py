"""The files of docs/how-to/deploy, each read by its own program: the guide shows nothing that a program refuses."""

import os
import re
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path

from benchmarks.failover.processes import Processes, free_port, program, wait_for

DEPLOY = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "deploy"
NGINX = "events {{}}\npid {folder}/nginx.pid;\nerror_log stderr;\nhttp {{\naccess_log off;\ninclude {file};\n}}\n"


def check_files(folder: Path, processes: Processes, patroni: str, postgres_bin: Path, etcd: int) -> list[str]:
    """The names of the files that were found good. Ends the trial at the first that is not."""
    certificate = _certificate(folder)
    own = {
        "/etc/ssl/temis/site.pem": certificate,
        "/etc/ssl/temis/fullchain.pem": certificate,
        "/etc/ssl/temis/privkey.pem": certificate,
        "/usr/lib/postgresql/15/bin": postgres_bin,
        "/var/lib/postgresql": folder / "etcd",
        "/etc/pgbouncer/userlist.txt": certificate,
    }
    haproxy = _local(folder, "haproxy.cfg", own)
    _expect([program("haproxy"), "-c", "-f", haproxy])
    nginx = folder / "nginx-main.conf"
    nginx.write_text(NGINX.format(folder=folder, file=_local(folder, "nginx.conf", own)))
    _expect([program("nginx"), "-t", "-c", nginx])
    _expect([patroni, "--validate-config", _local(folder, "patroni.yml", own | _addresses(etcd))])
    _check_pgbouncer(folder, processes, own)
    return ["haproxy.cfg", "nginx.conf", "patroni.yml", "pgbouncer.ini"]


def _local(folder: Path, name: str, own: dict[str, Path | str]) -> Path:
    """The file with what this machine has in place of names of another."""
    text = (DEPLOY / name).read_text()
    for there, here in own.items():
        text = text.replace(str(there), str(here))
    target = folder / f"checked-{name}"
    target.write_text(text)
    return target


def _addresses(etcd: int) -> dict[str, Path | str]:
    """Patroni asks whether it may listen there and whether etcd answers. It refuses 127.0.0.1, not its neighbour."""
    found: dict[str, Path | str] = {f"10.0.0.11:{port}": f"127.0.0.2:{free_port()}" for port in (8008, 5432)}
    return found | {f"10.0.0.1{n}:2379": f"127.0.0.1:{etcd}" for n in (1, 2, 3)}


def _check_pgbouncer(folder: Path, processes: Processes, own: dict[str, Path | str]) -> None:
    """It has no option that only checks: it is started on a free port."""
    port = free_port()
    file = _local(folder, "pgbouncer.ini", own)
    text = re.sub(r"(?m)^(logfile|pidfile).*\n", "", file.read_text()).replace("6432", str(port))
    file.write_text(text + "unix_socket_dir =\n")
    processes.start("checked-pgbouncer", [program("pgbouncer"), file])
    wait_for(lambda: socket.create_connection(("127.0.0.1", port)).close() is None, "pgbouncer.ini", 20)
    processes.kill("checked-pgbouncer")


def _certificate(folder: Path) -> Path:
    file = folder / "certificate.pem"
    command = [program("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    _expect([*command, "-subj", "/CN=temis.example.vn", "-keyout", file, "-out", f"{file}.crt"])
    file.write_text(file.read_text() + Path(f"{file}.crt").read_text())
    file.chmod(0o644)
    return file


def _expect(command: Sequence[str | Path]) -> None:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, env=os.environ, check=False)
    if done.returncode:
        raise SystemExit(f"{command[0]} refuses its file:\n{done.stdout}{done.stderr}")
