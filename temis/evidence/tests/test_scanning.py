"""The malware scan, against a daemon that speaks clamd's protocol."""

import io
import socket

import pytest

from temis.access import Role
from temis.accounts.models import User
from temis.core.models import AuditEntry
from temis.evidence import actions, jobs, scanning, serving
from temis.evidence.actions import Details
from temis.evidence.enums import ScanState
from temis.evidence.models import StoredFile
from temis.evidence.tests import clamd, files
from temis.messaging.actions import queue_digests
from temis.messaging.models import Notice

pytestmark = pytest.mark.django_db

BAD = files.PDF + clamd.EICAR


@pytest.fixture(scope="module", params=["protocol", "clamd"])
def daemon(request, tmp_path_factory):
    """The address of each of the two scanners; the real one only where it is installed."""
    if request.param == "protocol":
        with clamd.serve() as address:
            yield address
    elif clamd.is_installed():
        with clamd.real(tmp_path_factory.mktemp("clamd")) as address:
            yield address
    else:
        pytest.skip("clamav-daemon is not installed")


@pytest.fixture
def scanner(settings, daemon):
    settings.CLAMAV = daemon
    return daemon


def add(scope, content=files.PDF):
    return actions.add_file(io.BytesIO(content), "a.pdf", Details(), scope=scope)


@pytest.mark.parametrize(
    ("content", "verdict"),
    [(files.PDF, ScanState.CLEAN), (b"x" * 5_000_000, ScanState.CLEAN), (BAD, ScanState.INFECTED)],
    ids=["clean", "large", "infected"],
)
def test_daemon_tells_clean_from_infected(scanner, content, verdict):
    found, name = scanning.scan(io.BytesIO(content))

    assert found == verdict
    assert name.startswith("Eicar-Test-Signature") is (verdict == ScanState.INFECTED)


def test_upload_asks_for_a_scan_when_it_is_committed(scanner, scope, monkeypatch, django_capture_on_commit_callbacks):
    asked = []
    monkeypatch.setattr(jobs, "scan_file", type("Task", (), {"defer": staticmethod(lambda **v: asked.append(v))}))

    with django_capture_on_commit_callbacks(execute=True):
        item = add(scope)

    assert asked == [{"digest": item.file_id}]


def test_without_a_scanner_nothing_is_asked_and_files_are_served(scope, settings, django_capture_on_commit_callbacks):
    settings.CLAMAV = ""
    with django_capture_on_commit_callbacks(execute=True):
        item = add(scope)

    jobs.scan_waiting(0)

    item.file.refresh_from_db()
    assert item.file.scan == ScanState.NOT_SCANNED
    assert serving.is_servable(item.file)


def test_file_waits_for_the_scanner_and_is_served_when_clean(scanner, scope):
    item = add(scope)
    assert not serving.is_servable(item.file)

    jobs.scan_file(digest=item.file_id)

    item.file.refresh_from_db()
    assert item.file.scan == ScanState.CLEAN
    assert serving.is_servable(item.file)


def test_infected_file_is_never_served_and_its_owner_is_told(cast, scanner, scope):
    item = add(scope, BAD)

    jobs.scan_file(digest=item.file_id)

    item.file.refresh_from_db()
    assert item.file.scan == ScanState.INFECTED
    assert not serving.is_servable(item.file)
    entry = AuditEntry.objects.get(action="evidence.infected")
    assert (entry.person_id, entry.rule_id) == (cast.teacher.pk, "EVD-07")
    assert entry.note.startswith("Eicar-Test-Signature")
    notice = Notice.objects.get()
    assert (notice.user_id, notice.kind, notice.url) == (
        cast.teacher.user_id,
        "evidence.infected",
        f"/evidence/{item.pk}/",
    )
    assert notice.subject == "Tệp “a” có mã độc nên đã bị chặn"
    assert "thêm lại tệp sạch" in notice.body


def test_everybody_who_has_an_infected_file_is_told_once_and_by_the_mail_of_the_day(cast, scanner, scope):
    User.objects.filter(pk=cast.teacher.user_id).update(email="binh@example.vn")
    add(scope, BAD)
    item = add(cast.scope("teacher_2", Role.TEACHER), BAD)

    jobs.note_verdict(item.file_id, ScanState.INFECTED, "x")
    jobs.note_verdict(item.file_id, ScanState.INFECTED, "x")
    queue_digests()

    told = Notice.objects.order_by("user_id").values_list("user_id", "mail__address")
    assert list(told) == [(cast.teacher.user_id, "binh@example.vn"), (cast.teacher_2.user_id, None)]


def test_infected_file_is_not_served_without_a_scanner_either(scope, settings):
    item = add(scope)
    StoredFile.objects.update(scan=ScanState.INFECTED)
    settings.CLAMAV = ""
    item.file.refresh_from_db()

    assert not serving.is_servable(item.file)


def test_scanner_that_is_away_leaves_the_file_waiting(scope, settings):
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    settings.CLAMAV = f"127.0.0.1:{port}"
    item = add(scope)

    jobs.scan_file(digest=item.file_id)

    item.file.refresh_from_db()
    assert item.file.scan == ScanState.NOT_SCANNED
    assert not serving.is_servable(item.file)


def test_what_waited_is_scanned_when_the_scanner_is_back(scanner, scope):
    good, bad = add(scope), add(scope, BAD)

    jobs.scan_waiting(0)

    assert dict(StoredFile.objects.values_list("pk", "scan")) == {
        good.file_id: ScanState.CLEAN,
        bad.file_id: ScanState.INFECTED,
    }
