"""`python -m benchmarks.load RUN…` on the database of TEMIS_DATA_DIR or TEMIS_DATABASE_URL, which is spoiled by it.

Runs: `baseline` (a page that does nothing), `steady` (as many as the machine takes), `crowd` (four times as many come),
`web-killed` and `database-killed` (kill -9 in the middle; then every acknowledged save is looked up).
"""

import argparse
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from benchmarks.load import cpu, figures, serving

FOLDER = Path("build/load")
LOCUSTFILE = Path(__file__).with_name("locustfile.py")
RUNS = ("baseline", "steady", "crowd", "web-killed", "database-killed")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", nargs="+", choices=RUNS)
    parser.add_argument("--users", type=int, default=24, help="people at once")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--workers", type=int, default=2, help="web processes")
    chosen = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    cast = FOLDER / "cast.json"
    _prepare(cast)
    failed = 0
    for name in chosen.runs:
        with serving.serve(workers=chosen.workers, log=FOLDER / "site.log") as site:
            failed += _run(name, site, cast, users=chosen.users, seconds=chosen.seconds)
    return min(failed, 1)


def _prepare(cast: Path) -> None:
    from temis.cli.project import set_up

    set_up()
    from benchmarks.load.cast import write_cast  # needs the models

    write_cast(cast, teachers=5000, heads=200, password="mot-cau-that-dai-2026")


def _run(name: str, site: serving.Site, cast: Path, *, users: int, seconds: int) -> int:
    prefix, saves = FOLDER / name, FOLDER / f"{name}-saves.jsonl"
    people = ["NoOp"] if name == "baseline" else ["Teacher", "Head"]
    count = users * 4 if name == "crowd" else users
    # Everybody logs in first; the clock of the figures starts when all are inside (--reset-stats), but in a crowd.
    options = ["--reset-stats"] if name != "crowd" else []
    command = [
        *(sys.executable, "-m", "locust", "-f", str(LOCUSTFILE), *people, "--headless", "--only-summary"),
        *("--host", serving.ADDRESS, "--users", str(count), "--spawn-rate", "8" if name == "crowd" else "4"),
        *("--run-time", f"{seconds}s", "--stop-timeout", "20", "--csv", str(prefix), *options),
    ]
    environment = os.environ | {"LOAD_CAST": str(cast), "LOAD_SAVES": str(saves)}
    began, spent = time.monotonic(), _cpu(site)
    killer = threading.Timer(seconds / 2, _kill, [name, site])
    killer.start()
    halfway: list[float] = []
    sampler = threading.Timer(seconds / 2, lambda: halfway.extend([time.time(), *_cpu(site)]))
    sampler.start()
    subprocess.run(command, env=environment, check=False, stdout=subprocess.DEVNULL)
    killer.cancel()
    sampler.cancel()
    found = figures.rows(prefix)
    cost = [after - before for after, before in zip(_cpu(site), spent, strict=True)]
    text = f"{figures.table([*found, figures.inside(found)])}\n\n{_told(cost, time.monotonic() - began)}"
    print(f"\n## {name}, {count} people\n\n{text}", flush=True)
    if name in ("baseline", "steady") and halfway:
        print(_per_request(prefix, halfway, _cpu(site)), flush=True)
    return _look_up(saves) if name != "baseline" else 0


def _cpu(site: serving.Site) -> tuple[float, float, float]:
    from temis.core import postgres  # needs the settings

    return cpu.of_site(site.process.pid), cpu.of_database(postgres.data_dir()), cpu.of_clients()


def _told(cost: list[float], seconds: float) -> str:
    spoken = ", ".join(f"{name} {value:.1f}" for name, value in zip(("web", "database", "client"), cost, strict=True))
    share = sum(cost) / seconds / (os.cpu_count() or 1)
    return f"{seconds:.0f} s, load {os.getloadavg()[0]:.1f}; seconds of a core: {spoken} ({share:.0%} of the machine)"


def _per_request(prefix: Path, halfway: list[float], end: tuple[float, float, float]) -> str:
    """What a request has cost in the second half, when everybody is in and every page was shown once."""
    count = figures.requests_since(prefix, halfway[0])
    if not count:
        return "nothing in the second half"
    web, database = (1000 * (after - before) / count for after, before in zip(end[:2], halfway[1:3], strict=True))
    return (
        f"second half: {count} requests, each {web:.1f} ms of the web processes and {database:.1f} ms of the database"
    )


def _kill(name: str, site: serving.Site) -> None:
    if name == "web-killed":
        print(f"killed {site.kill_workers()} web processes", flush=True)
    if name == "database-killed":
        from temis.core import postgres

        serving.kill_database(postgres.data_dir())
        began = time.monotonic()
        while serving.answers() and time.monotonic() - began < 10:
            time.sleep(0.05)
        while not serving.answers():
            time.sleep(0.1)
        print(f"killed the database; it answered again after {time.monotonic() - began:.1f} s", flush=True)


def _look_up(saves: Path) -> int:
    """Every acknowledged save is in the database, or a later one of the same self-assessment."""
    from django.db import connection

    told = [json.loads(line) for line in saves.read_text().splitlines()]
    last: dict[int, dict[str, object]] = {}
    for one in told:
        last[one["appraisal"]] = one
    connection.close()  # of the server that was killed
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT appraisal_id, revision, strengths FROM appraisals_selfassessment WHERE appraisal_id = ANY(%s)",
            [list(last)],
        )
        kept = {pk: (revision, text) for pk, revision, text in cursor.fetchall()}
    connection.close()
    lost = [
        one
        for pk, one in last.items()
        if pk not in kept
        or kept[pk][0] < one["revision"]
        or (kept[pk][0] == one["revision"] and kept[pk][1] != one["mark"])
    ]
    print(f"{len(told)} acknowledged saves of {len(last)} people, {len(lost)} lost", flush=True)
    return len(lost)


if __name__ == "__main__":
    sys.exit(main())
