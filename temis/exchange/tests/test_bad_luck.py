"""The server killed in the middle of an import, and two imports at once: in processes of their own."""

import json
import os
import signal
import subprocess
import sys
import time
from urllib.parse import quote

import pytest
from django.db import connection

from temis.exchange.engine import IMPORT_LOCK
from temis.exchange.models import ImportBatch
from temis.exchange.tests.files import STAFF, teacher, write_csv
from temis.people.models import Employment, Person
from tests.cast import build

pytestmark = pytest.mark.django_db(transaction=True)


def database_url():
    """The test database, as another process reaches it."""
    found = connection.settings_dict
    host = found["HOST"] or found["OPTIONS"].get("host", "")
    user = f"{quote(found['USER'])}:{quote(found['PASSWORD'])}@" if found["PASSWORD"] else f"{quote(found['USER'])}@"
    return f"postgresql://{user}/{found['NAME']}?host={quote(host, safe='')}&port={found['PORT'] or 5432}"


def begin(path):
    environment = os.environ | {"TEMIS_DATABASE_URL": database_url(), "TEMIS_SECRET_KEY": "test"}
    command = [sys.executable, "-m", "temis", "import", "staff", str(path), "--json"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def outcome(process):
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return json.loads(out.strip().splitlines()[-1])


def wait_until_at_work(process):
    for _ in range(2000):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND granted", [IMPORT_LOCK]
            )
            if cursor.fetchone()[0]:
                return
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.005)
    raise AssertionError("the import did not begin")


def staff_file(tmp_path, count):
    return write_csv(tmp_path / "staff.csv", STAFF, [teacher(Mã_định_danh=f"K{n}") for n in range(count)])


def test_killed_import_leaves_nothing_and_runs_again(tmp_path):
    build()
    people = Person.objects.count()
    path = staff_file(tmp_path, 4_000)

    process = begin(path)
    wait_until_at_work(process)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()

    assert (Person.objects.count(), ImportBatch.objects.count()) == (people, 0)
    summary = outcome(begin(path))
    assert (summary["created"], Person.objects.count()) == (4_000, people + 4_000)


def test_two_imports_of_the_same_file_at_once_make_everybody_once(tmp_path):
    build()
    path = staff_file(tmp_path, 500)

    processes = [begin(path), begin(path)]
    first, second = sorted((outcome(process) for process in processes), key=lambda summary: -summary["created"])

    assert (first["created"], first["unchanged"]) == (500, 0)
    assert (second["created"], second["unchanged"]) == (0, 500)
    assert Employment.objects.filter(person__code__startswith="K").count() == 500
