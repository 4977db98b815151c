"""The script of the last day still plays: a few requests against the live server, no figures."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from benchmarks.load import figures
from temis.appraisals.enums import Stage
from temis.appraisals.models import SelfAssessment
from temis.appraisals.tests.factories import appraisal_of, make_open_period
from temis.core import clock

pytestmark = pytest.mark.django_db(transaction=True)
LOCUSTFILE = Path(settings.BASE_DIR) / "benchmarks" / "load" / "locustfile.py"
PASSWORD = "mot-cau-that-dai-2026"


def play(live_server, folder, *people):
    command = [
        *(sys.executable, "-m", "locust", "-f", str(LOCUSTFILE), *people, "--headless", "--only-summary"),
        *("--host", live_server.url, "--users", "1", "--spawn-rate", "1", "--run-time", "90s", "--stop-timeout", "20"),
        *("--csv", str(folder / "smoke")),
    ]
    environment = os.environ | {"LOAD_CAST": str(folder / "cast.json"), "LOAD_SAVES": str(folder / "saves.jsonl")}
    environment["LOAD_ROUNDS"] = "1"
    subprocess.run(command, env=environment, check=False, timeout=180, capture_output=True)
    return {row.name: row for row in figures.rows(folder / "smoke")}


@pytest.fixture
def folder(cast, tmp_path):
    """Teachers of the cast and their head, with a password each."""
    period = make_open_period(cast, windows=_around_today())
    teachers = []
    for name in ("teacher_2", "teacher_3"):
        _set_password(cast.people[name].user)
        teachers.append({"login": cast.people[name].user.username, "appraisal": appraisal_of(cast, name, period).pk})
    _set_password(cast.people["principal"].user)
    heads = [{"login": cast.people["principal"].user.username}]
    (tmp_path / "cast.json").write_text(json.dumps({"password": PASSWORD, "teachers": teachers, "heads": heads}))
    return tmp_path


def _set_password(user):
    user.set_password(PASSWORD)
    user.save()


def _around_today():
    today = clock.today()
    return {stage: (today - timedelta(days=5), today + timedelta(days=5)) for stage in Stage}


def test_teachers_write_and_every_acknowledged_save_is_kept(live_server, folder):
    found = play(live_server, folder, "Teacher")

    saves = [json.loads(line) for line in (folder / "saves.jsonl").read_text().splitlines()]
    last = {one["appraisal"]: one for one in saves}
    kept = {one.pk: (one.revision, one.strengths) for one in SelfAssessment.objects.all()}
    assert saves != []
    assert {name for name, row in found.items() if row.failures} == set()
    assert {"log in", "home", "self-assessment", "save", "explanation"} <= set(found)
    assert {pk: kept[pk][0] >= one["revision"] for pk, one in last.items()} == dict.fromkeys(last, True)


def test_heads_look_at_their_table(live_server, folder):
    found = play(live_server, folder, "Head")

    assert {name for name, row in found.items() if row.failures} == set()
    assert {"log in", "home of a head", "table of a school"} <= set(found)
