"""Import of staff: 7,000 and 100,000 people with every check and their accounts, against a plain COPY of the same rows.

Each import is the real command in a process of its own, so that its peak memory can be told; what it made is undone
again, so that the pages and the report are measured on the demo province alone.
"""

import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from django.db import connection, transaction

from benchmarks.measuring import Figure
from temis.demo.files import ORGANIZATION_HEADINGS, STAFF_HEADINGS, write_files
from temis.exchange.models import ImportBatch
from temis.exchange.undo import undo_records

SIZES = (7_000, 100_000)


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = write_files(folder / "demo", neighbour=False, spreadsheets=False)
        return [figure for size in SIZES for figure in _measure(folder, source.organizations, source.staff, size)]


def _measure(folder: Path, organizations: Path, staff: Path, size: int) -> Iterator[Figure]:
    bodies, people = _copies(folder, organizations, staff, size)
    _import("organizations", bodies)
    baseline = _plain_copy(people)
    first, memory = _import("staff", people)
    again, memory_again = _import("staff", people)
    name = f"import of {size // 1000} 000 people with checks and accounts"
    yield Figure(name, first["seconds"], "COPY into an unlogged table", baseline, f"peak {memory} MB")
    yield Figure(
        f"{name}, the same file again",
        again["seconds"],
        "COPY into an unlogged table",
        baseline,
        f"peak {memory_again} MB",
    )
    yield Figure(f"undo of an import of {size // 1000} 000 people", _undo(), "its import", first["seconds"])


def _copies(folder: Path, organizations: Path, staff: Path, size: int) -> tuple[Path, Path]:
    """The schools and people of the demo province as often as it takes, each time with codes of their own."""
    bodies, people = folder / f"organizations-{size}.csv", folder / f"staff-{size}.csv"
    schools = [row for row in _rows(organizations) if row["Loại đơn vị"] == "Trường"]
    persons = [row for row in _rows(staff) if row["Vị trí việc làm"] in ("Giáo viên", "Nhân viên")]
    times = range(-(-size // len(persons)))
    _write(bodies, ORGANIZATION_HEADINGS, (r | _coded(r, "Mã đơn vị", n, size) for n in times for r in schools))
    rows = (
        r
        | _coded(r, "Mã định danh", n, size)
        | _coded(r, "Mã đơn vị", n, size)
        | {"Email": f"{r['Mã định danh']}.{n}@x.vn"}
        for n in times
        for r in persons
    )
    _write(people, STAFF_HEADINGS, (row for row, _ in zip(rows, range(size), strict=False)))
    return bodies, people


def _coded(row: dict[str, str], heading: str, number: int, size: int) -> dict[str, str]:
    return {heading: f"{row[heading]}-{size}-{number}"}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, headings: tuple[str, ...], rows: Iterator[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, headings)
        writer.writeheader()
        writer.writerows(rows)


def _import(kind: str, path: Path) -> tuple[dict[str, float], int]:
    """What the command says, and the peak of its memory in MB."""
    command = [sys.executable, "-m", "temis", "import", kind, str(path), "--json"]
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, stdout=output, env=os.environ)
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        said = output.read().decode()
    if process.returncode:
        raise RuntimeError(said)
    return json.loads(said.strip().splitlines()[-1]), usage.ru_maxrss // 1024


def _plain_copy(path: Path) -> float:
    columns = ", ".join(f"c{n} text" for n in range(len(STAFF_HEADINGS)))
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_plain")
        cursor.execute(f"CREATE UNLOGGED TABLE bench_plain ({columns})")
        began = time.perf_counter()
        with path.open("rb") as file, cursor.cursor.copy("COPY bench_plain FROM STDIN (FORMAT csv, HEADER)") as stream:
            while piece := file.read(2**20):
                stream.write(piece)
        taken = time.perf_counter() - began
        cursor.execute("DROP TABLE bench_plain")
    return taken


def _undo() -> float:
    """Seconds to take back the last three batches: most is the first import of the staff; the second made nothing."""
    began = time.perf_counter()
    with transaction.atomic():
        for batch in ImportBatch.objects.filter(state="LOADED").order_by("-id")[:3]:
            undo_records(batch)
            batch.delete()
    return time.perf_counter() - began
