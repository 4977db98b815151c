"""The small world of the trial, made and looked at from a process of its own (settings need the cluster to run):
`python -m benchmarks.failover.world prepare|saved|job`, one JSON object on standard output."""

import json
import sys
import time
from datetime import timedelta
from typing import Any

import django


def prepare(people: int) -> dict[str, Any]:
    """The cast of the tests, a school full of teachers, a period open today."""
    from django.db import transaction

    from temis.appraisals.models import Appraisal
    from temis.people.actions import project_people
    from temis.people.enums import Position
    from tests.cast import PASSWORD, build, make_person

    with transaction.atomic():
        cast = build()
        school = cast.bodies["school_2"]
        for number in range(people):
            make_person(f"9370{number:04}", f"Nguyễn Thị Thử {number}", school, Position.TEACHER, level="THCS")
        project_people()
        period = _open_period(cast)
    found = Appraisal.objects.filter(period=period, person__code__startswith="9370").select_related("person")
    writers = {one.person.code: one.pk for one in found}
    return {"password": PASSWORD, "writers": writers, "reader": cast.people["principal"].code}


def _open_period(cast: Any) -> Any:
    from temis.access import Role
    from temis.appraisals.actions.periods import PeriodDraft, create_period, open_period
    from temis.appraisals.enums import Stage
    from temis.core import clock
    from temis.standards.enums import Subject
    from temis.standards.models import Edition

    today = clock.today()
    scope = cast.scope("ministry_officer", Role.MINISTRY_OFFICER)
    editions = {
        Subject.TEACHER: Edition.objects.get(code="GVPT-20/2018"),
        Subject.MANAGER: Edition.objects.get(code="HT-14/2018"),
    }
    days = dict.fromkeys(Stage, (today, today + timedelta(days=30)))
    draft = PeriodDraft(today.year, "Đợt thử", f"{today.year - 1}-{today.year}", today)
    period = create_period(draft, editions=editions, windows=days, scope=scope)
    open_period(period.pk, scope=scope)
    return period


def saved() -> dict[str, Any]:
    """What the database holds: appraisal → number and text of its last save."""
    from temis.appraisals.models import SelfAssessment

    rows = SelfAssessment.objects.values_list("appraisal_id", "revision", "strengths")
    return {str(pk): [revision, text] for pk, revision, text in rows}


def job() -> dict[str, Any]:
    """Put work on the queue; seconds until a worker has done it."""
    from django.db import connection

    from temis.following.jobs import fold

    began = time.monotonic()
    number = fold.defer(timestamp=0)
    while time.monotonic() - began < 120:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE id = %s", [number])
            if cursor.fetchone() == (0,):
                return {"seconds": time.monotonic() - began}
        time.sleep(0.2)
    return {"seconds": None}


def main() -> None:
    django.setup()
    what, *arguments = sys.argv[1:]
    answers = {"prepare": lambda: prepare(int(arguments[0])), "saved": saved, "job": job}
    print(json.dumps(answers[what]()))


if __name__ == "__main__":
    main()
