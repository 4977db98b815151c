"""What pages and searches take on the simulated country of one data folder: `python -m benchmarks.size PEOPLE`.

Prints one JSON object with the seconds of each run. The folder is TEMIS_DATA_DIR; an empty one is filled first, and the
filling is measured. `--whole`: then also the heads of smaller bodies, how soon a decision shows, and the reports.
`--only`: some pages again.
"""

import argparse
import gc
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from benchmarks.measuring import peak_mb

RUNS = 5
SEARCHES = 25  # runs of each: they are few, and what 5 % of them take longer than is compared itself
FILLED = "filled"
# As people type them: a name of many, with and without diacritics, a rare one, a surname, given names from all over the
# alphabet, a middle and a given name, a beginning of two letters, a given name that is a middle name too; then a code.
NAMES = (
    "Nguyễn Văn An",
    "nguyen van an",
    "Trần Thị Thanh Thủy",
    "đặng thùy trâm",
    "Vũ",
    "hương",
    "Dũng",
    "vy",
    "văn tuấn",
    "thi huong",
    "ly",
    "anh",
)


def main() -> None:
    people = argparse.ArgumentParser(description=__doc__)
    people.add_argument("people", type=int)
    people.add_argument("--years", type=int, default=5)
    people.add_argument("--whole", action="store_true")
    people.add_argument("--only", nargs="+", default=[], metavar="PAGE", help="these pages, and nothing else")
    options = people.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "temis.config.settings")
    os.environ.setdefault("TEMIS_HOSTS", "testserver,127.0.0.1")
    filled = _fill(options.people, options.years)
    import django

    django.setup()
    from temis.cli.output import Output
    from temis.cli.serving import collect_static_files

    collect_static_files(Output())  # pages name them
    print(json.dumps({"people": options.people, "fill": filled, **_measure(options.only, whole=options.whole)}))


def _fill(people: int, years: int) -> dict[str, float]:
    """Seconds and peak memory of `temis simulate`; those of then where the folder was filled before."""
    if (Path(os.environ["TEMIS_DATA_DIR"]) / FILLED).exists():
        kept: dict[str, float] = json.loads((Path(os.environ["TEMIS_DATA_DIR"]) / FILLED).read_text())
        return kept
    command = [sys.executable, "-m", "temis", "simulate", f"--people={people}", f"--years={years}"]
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=sys.stderr)
    took = time.perf_counter() - began
    found = {"seconds": took, "peak_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024}
    (Path(os.environ["TEMIS_DATA_DIR"]) / FILLED).write_text(json.dumps(found))
    return found


def _measure(only: Collection[str], *, whole: bool) -> dict[str, Any]:
    from django.db import connection
    from django.test import Client

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database()), (SELECT count(*) FROM people_person)")
        size, people = cursor.fetchone()
    bare = Client()
    bare.get("/health/")
    gc.freeze()  # as each web process does (`temis.cli.web`)
    memory = peak_mb()
    if only:
        return {"people": people, "pages": _pages(only, whole=True)}
    found = {
        "database_mb": size / 2**20,
        "people": people,
        "baseline": _times(lambda: bare.get("/health/")),
        "pages": _pages(whole=whole),
        "searches": _searches(),
        "memory_mb": {"one page": memory, "all pages": peak_mb()},
    }
    return found | {"freshness": _freshness(), "reports": _reports()} if whole else found


def _times(work: Callable[[], object], warm: int = 2, runs: int = RUNS) -> list[float]:
    """Seconds of each run, after some to warm up."""
    for _ in range(warm):
        work()
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return times


def _pages(only: Collection[str] = (), *, whole: bool) -> dict[str, dict[str, Any]]:
    """Every page of every role, and as a whole of the heads of smaller bodies too; or those that are named."""
    from benchmarks.walk import client_of, elsewhere, pages, walkers

    found: dict[str, dict[str, Any]] = {}
    for walker in [*walkers(), *(elsewhere() if whole else ())]:
        client = client_of(walker.username, walker.role)
        for page, count in pages(client, walker):
            if only and str(page) not in only:
                continue
            shown = len(client.get(page.url).content) / 1024  # for the second time: warm by now
            times = _times(lambda client=client, url=page.url: client.get(url), warm=0)  # type: ignore[misc]
            found[str(page)] = {"times": times, "queries": len(count.statements), "kb": shown}
    return found


def _searches() -> dict[str, list[float]]:
    """People by name over the whole country, as an officer of the ministry."""
    from django.urls import reverse

    from benchmarks.walk import client_of
    from temis.access import Role
    from temis.people.models import Person
    from temis.simulation.logins import logins

    who = next(login for login in logins() if login.role == Role.ADMINISTRATOR)
    client = client_of(who.username, who.role)
    code = Person.objects.order_by("-pk").values_list("code", flat=True)[0]
    return {
        text: _times(lambda text=text: client.get(reverse("people:accounts"), {"q": text}), runs=SEARCHES)  # type: ignore[misc]
        for text in (*NAMES, code)
    }


def _freshness() -> dict[str, float]:
    """Seconds from a head's decision until the totals of all bodies above, up to the nation, hold it; then undone."""
    from django.db import transaction

    from temis.access import Role
    from temis.appraisals.actions.decision import accept_self_assessments
    from temis.appraisals.enums import State
    from temis.appraisals.models import Appraisal
    from temis.organizations.models import Organization
    from temis.people.assignments import assignments_of, scope_of
    from temis.people.models import RoleAssignment

    waiting = Appraisal.objects.filter(
        state=State.SUBMITTED, decision_due=True, period__state="OPEN", position="TEACHER"
    ).select_related("period", "decided_in")
    heads = RoleAssignment.objects.filter(role=Role.PRINCIPAL).select_related("user")
    chosen = waiting.filter(decided_in__in=heads.values("organization")).order_by("pk")[0]
    head = heads.filter(organization=chosen.decided_in)[0].user
    scope = scope_of(next(each for each in assignments_of(head) if each.role == Role.PRINCIPAL), head)
    above = Organization.objects.filter(path__above=chosen.decided_in.path).select_related("kind")
    with transaction.atomic():
        before = [_decided_below(chosen.period, body) for body in above]
        began = time.perf_counter()
        accept_self_assessments([chosen.pk], scope=scope)
        after = [_decided_below(chosen.period, body) for body in above]
        took = time.perf_counter() - began
        transaction.set_rollback(True)
    if [count + 1 for count in before] != after:
        raise RuntimeError(f"the decision does not show: {before}, then {after}")
    return {"seconds": took, "bodies": len(after)}


def _reports() -> list[dict[str, Any]]:
    """Counting and writing the reports of all provinces and the nation."""
    from dataclasses import asdict

    from benchmarks import report

    return [asdict(figure) for figure in report.run()]


def _decided_below(period: Any, body: Any) -> int:
    """How many people have a result, as the progress page of the body counts them."""
    from temis.appraisals.queries.windows import windows_of
    from temis.following.queries.bodies import total_of
    from temis.following.queries.filters import Filters
    from temis.following.queries.places import Place

    tally = total_of(period, Place(body), Filters(), windows_of(period.pk, body.pk)).tally
    return tally.has_result if tally else 0


if __name__ == "__main__":
    main()
