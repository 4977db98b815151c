"""`benchmarks/failover/run.sh`: kill the primary under load, twice, and see whether a confirmed save was lost."""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.failover.check_files import check_files
from benchmarks.failover.cluster import DatabaseCluster, Node
from benchmarks.failover.cost import Cost
from benchmarks.failover.load import Answers, Browser, Reader, Writer
from benchmarks.failover.processes import Processes, wait_for
from benchmarks.failover.site import Site
from temis.core.postgres.account import account_for
from temis.core.postgres.programs import programs_for

RESULT = Path("build/failover.json")
BEFORE, AFTER = 8.0, 6.0  # seconds of load before a kill and after the first confirmed save


def main() -> int:
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # `timeout` too leaves nothing running
    folder = Path(tempfile.mkdtemp(prefix="temis-failover-"))
    folder.chmod(0o755)
    account = account_for(folder / "nothing")
    processes = Processes(folder, account)
    cluster = DatabaseCluster(processes, options.patroni, programs_for(account))
    site = Site(processes, cluster, folder)
    try:
        results = _trial(cluster, site, options)
    except BaseException:
        print(f"logs: {folder}", file=sys.stderr)
        raise
    finally:
        processes.stop_all()
        cluster.stop()
    if not options.keep:
        shutil.rmtree(folder, ignore_errors=True)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    print(json.dumps(results, indent=1, ensure_ascii=False))
    return 1 if any(one["lost"] for one in results["kills"]) or results["lost_at_the_end"] else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks/failover/run.sh", description=__doc__)
    parser.add_argument("--patroni", default="patroni", help="the program")
    parser.add_argument("--writers", type=int, default=20, help="browsers that save (default %(default)s)")
    parser.add_argument("--pause", type=float, default=0.2, help="seconds between two saves (default %(default)s)")
    parser.add_argument("--keep", action="store_true", help="leave the folder with the logs")
    return parser.parse_args()


def _trial(cluster: DatabaseCluster, site: Site, options: argparse.Namespace) -> dict[str, Any]:
    checked, world = _build(cluster, site, options)
    stop, answers = threading.Event(), Answers()
    writers = _start_people(site, world, answers, stop, options.pause)
    kills = [
        _kill("PostgreSQL of the primary, kill -9; its Patroni lives", cluster, cluster.kill_server, answers),
        _kill("the whole machine of the primary, kill -9", cluster, cluster.kill_machine, answers),
    ]
    _say("the machine comes back")
    cluster.restart_killed()
    kills[-1]["rejoined_after_seconds"] = round(cluster.wait_until_synchronous(), 1)
    job = _run(site, "benchmarks.failover.world", "job")
    stop.set()
    for thread in writers:
        thread.join(timeout=40)
    return {
        "files_that_their_programs_accept": checked,
        "kills": kills,
        "saves_confirmed": len(answers.confirmed),
        "lost_at_the_end": _compare(_run(site, "benchmarks.failover.world", "saved"), writers),
        "worker_did_a_job_afterwards_in_seconds": job["seconds"],
        "load_average": os.getloadavg()[0],
    }


def _build(cluster: DatabaseCluster, site: Site, options: argparse.Namespace) -> tuple[list[str], dict[str, Any]]:
    """The files that were checked on the way, and who lives in the world."""
    _say("database cluster")
    cluster.start()
    checked = check_files(site.folder, cluster.processes, options.patroni, cluster.bin, cluster.etcd_port)
    _say("tables, people")
    _run(site, "temis", "migrate")
    world = _run(site, "benchmarks.failover.world", "prepare", str(options.writers))
    site.start()
    _say(f"site: http://127.0.0.1:{site.port}, reader: {world['reader']} {world['password']}")
    return checked, world


def _start_people(
    site: Site, world: dict[str, Any], answers: Answers, stop: threading.Event, pause: float
) -> list[Writer]:
    """Everybody logs in first."""
    reader = Browser(site.port)
    reader.log_in(world["reader"], world["password"])
    writers = []
    for name, pk in world["writers"].items():
        browser = Browser(site.port)
        browser.log_in(name, world["password"])
        writers.append(Writer(browser, pk, answers, stop, pause))
    for thread in [*writers, Reader(reader, answers, stop)]:
        thread.start()
    return writers


def _kill(what: str, cluster: DatabaseCluster, kill: Callable[[Node], None], answers: Answers) -> dict[str, Any]:
    """The outage is the time from the kill to the first save confirmed after it, and the longest time without any."""
    ready = cluster.wait_until_synchronous()
    pages, node = len(answers.fresh), cluster.leader()
    assert node is not None
    cost = Cost(cluster, node, len(answers.confirmed))
    time.sleep(BEFORE)
    spent = cost.of_one_save(len(answers.confirmed))
    before, checked, polite = dict(answers.statuses), answers.checked, answers.polite
    seen = answers.fresh[pages:]
    _say(what)
    at = time.monotonic()
    kill(node)
    promoted = wait_for(lambda: _other_leads(cluster, node), "promotion")
    wait_for(lambda: answers.confirmed[-1] > at + promoted, "save after the promotion")
    time.sleep(AFTER)
    moments = [one for one in answers.confirmed if one > at - 1]
    gaps = [(after - one, one) for one, after in pairwise(moments)]
    gap, since = max(gaps)
    return {
        "what": what,
        "synchronous_again_after_seconds": round(ready, 1),
        "milliseconds_of_a_core_for_one_save_before": spent,
        "dashboards_before": {"pages": len(seen), "from_the_replica": sum(map(bool, seen)), "last": seen[-1:]},
        "promoted_after_seconds": round(promoted, 1),
        "outage_seconds": round(gap, 1),
        "last_save_before_after_kill_seconds": round(since - at, 2),
        "saves_a_second_before": round(sum(at - BEFORE < one <= at for one in answers.confirmed) / BEFORE, 1),
        "writers_that_found_their_last_save": answers.checked - checked,
        "lost": list(answers.lost),
        "answers_meanwhile": {str(s): n - before.get(s, 0) for s, n in answers.statuses.items() if s != 200},
        "of_503_the_page_of_temis": answers.polite - polite,
    }


def _other_leads(cluster: DatabaseCluster, node: Node) -> bool:
    leader = cluster.leader()
    return leader is not None and leader is not node


def _compare(kept: dict[str, Any], writers: list[Writer]) -> list[str]:
    """Nothing older than the last confirmed save may stand in the database, and nothing else under its number."""
    found = {one: tuple(kept.get(str(one.pk), (0, ""))) for one in writers}
    return [
        f"{one.pk}: confirmed {one.last}, found {held}"
        for one, held in found.items()
        if held[0] < one.last[0] or (held[0] == one.last[0] and held != one.last)
    ]


def _run(site: Site, module: str, *arguments: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env=site.environment(),
        stdout=subprocess.PIPE,
        text=True,
        timeout=600,
    )
    if done.returncode:
        raise SystemExit(f"{module} {' '.join(arguments)} failed")
    return json.loads(done.stdout.splitlines()[-1]) if module != "temis" else None


def _say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
