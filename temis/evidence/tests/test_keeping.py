"""Removing content that nobody refers to: after its time, never what is in use, also while somebody brings it again."""

import io
import os
from datetime import timedelta
from threading import Event, Thread

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction

from temis.core import clock
from temis.core.errors import RuleViolation
from temis.core.models import AuditEntry
from temis.evidence import keeping
from temis.evidence.actions import Details, add_file
from temis.evidence.models import EvidenceItem, StoredFile
from temis.evidence.storing import store
from temis.evidence.tests import files

pytestmark = pytest.mark.django_db
KEPT = timedelta(days=30)


def bring(content: bytes = files.PDF) -> StoredFile:
    with transaction.atomic():
        return store(io.BytesIO(content))


def later(by: timedelta = KEPT + timedelta(minutes=1)):
    return clock.hold(clock.now() + by)


def age(stored: StoredFile) -> None:
    """As if nobody had referred to it, and its content had lain there, for longer than the time it is kept."""
    StoredFile.objects.filter(pk=stored.pk).update(orphaned_at=clock.now() - KEPT - timedelta(days=1))
    age_content(stored.key)


def age_content(key: str) -> None:
    old = (clock.now() - KEPT - timedelta(days=1)).timestamp()
    os.utime(default_storage.path(key), (old, old))


def test_free_content_stays_its_time_and_goes_then_with_an_entry():
    stored = bring()

    first = keeping.clean()
    with later(KEPT - timedelta(minutes=1)):
        just_before = keeping.clean()
    with later():
        after = keeping.clean()

    assert (first, just_before, after) == (0, 0, 1)
    assert not StoredFile.objects.exists()
    assert not default_storage.exists(stored.key)
    entry = AuditEntry.objects.get(action="evidence.clean")
    assert (entry.count, entry.note) == (1, stored.key)


def test_used_and_archived_content_stays_for_ever(scope):
    used = add_file(io.BytesIO(files.PDF), "a.pdf", Details(), scope=scope)
    archived = add_file(io.BytesIO(files.MP3), "b.mp3", Details(), scope=scope)
    EvidenceItem.objects.filter(pk=archived.pk).update(archived_at=clock.now())
    keeping.clean()

    with later(timedelta(days=4000)):
        assert keeping.clean() == 0

    assert {used.file_id, archived.file_id} == set(StoredFile.objects.values_list("pk", flat=True))
    assert all(default_storage.exists(item.file.key) for item in (used, archived))


def test_time_begins_anew_when_the_last_use_is_gone(scope):
    item = add_file(io.BytesIO(files.PDF), "a.pdf", Details(), scope=scope)
    with later(timedelta(days=400)):
        keeping.clean()
        EvidenceItem.objects.filter(pk=item.pk).delete()
        assert keeping.clean() == 0  # free since now, not since it was stored
        with later():
            assert keeping.clean() == 1


def test_content_that_found_a_use_again_is_forgotten_as_free(scope):
    stored = bring()
    keeping.clean()
    add_file(io.BytesIO(files.PDF), "a.pdf", Details(), scope=scope)

    with later():
        removed = keeping.clean()

    stored.refresh_from_db()
    assert (removed, stored.orphaned_at) == (0, None)


def test_every_reference_of_every_app_counts():
    names = {
        relation.related_model._meta.label
        for relation in StoredFile._meta.get_fields(include_hidden=True)
        if relation.auto_created
    }

    assert names == {"evidence.EvidenceItem", "evidence.EvidenceItemEvent", "reporting.ReportFile"}
    assert str(keeping.unreferenced().query).count("EXISTS") == 2  # not the history


def test_content_of_an_upload_that_was_rolled_back_goes_too(scope, settings):
    settings.EVIDENCE_PERSON_BYTES = 1
    with pytest.raises(RuleViolation, match="chỉ còn"):
        add_file(io.BytesIO(files.PDF), "a.pdf", Details(), scope=scope)
    (key,) = [key for key, _written in keeping._listing()]

    first = keeping.clean()
    age_content(key)

    assert not StoredFile.objects.exists()
    assert (first, keeping.clean(), default_storage.exists(key)) == (0, 1, False)


def test_what_an_interrupted_write_left_under_another_name_goes_too():
    default_storage.save("evidence/ab/cd/abcd_x7", ContentFile(b"half"))
    age_content("evidence/ab/cd/abcd_x7")

    assert (keeping.clean(), default_storage.exists("evidence/ab/cd/abcd_x7")) == (1, False)


def test_other_folders_of_the_storage_are_left_alone():
    default_storage.save("reports/2020.pdf", ContentFile(b"x"))
    age_content("reports/2020.pdf")

    assert (keeping.clean(), default_storage.exists("reports/2020.pdf")) == (0, True)


def test_content_that_is_missing_is_stored_anew_by_the_next_who_brings_it():
    stored = bring()
    default_storage.delete(stored.key)

    bring()

    assert default_storage.size(stored.key) == len(files.PDF)


def test_storage_that_refuses_leaves_row_and_content_and_no_entry_of_removal(monkeypatch):
    stored = bring()
    age(stored)

    def refuse(storage, key: str) -> None:
        raise OSError("away")

    monkeypatch.setattr(type(default_storage._wrapped), "delete", refuse)

    assert keeping.clean() == 0
    assert StoredFile.objects.get() == stored
    assert not AuditEntry.objects.filter(action="evidence.clean").exists()


# at the same moment


class Uploader(Thread):
    """Brings the content in a transaction of its own and commits when told."""

    def __init__(self, person, content: bytes = files.PDF) -> None:
        super().__init__()
        self.person, self.content = person, content
        self.has_it, self.commit = Event(), Event()

    def run(self) -> None:
        try:
            with transaction.atomic():
                stored = store(io.BytesIO(self.content))
                self.has_it.set()
                self.commit.wait(10)
                EvidenceItem.objects.create(
                    person=self.person, kind="FILE", title="x", file=stored, file_name="a.pdf", created_at=clock.now()
                )
        finally:
            connection.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("has_row", [True, False], ids=["row", "stray"])
def test_content_that_somebody_is_bringing_again_is_not_removed(cast, has_row):
    stored = bring()
    age(stored)
    if not has_row:
        StoredFile.objects.filter(pk=stored.pk).delete()
    upload = Uploader(cast.teacher)
    upload.start()
    upload.has_it.wait(10)

    removed = keeping.clean()
    upload.commit.set()
    upload.join()

    assert removed == 0
    assert keeping.clean() == 0
    assert EvidenceItem.objects.get().file_id == stored.pk
    assert default_storage.size(stored.key) == len(files.PDF)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("has_row", [True, False], ids=["row", "stray"])
def test_who_brings_content_while_it_is_removed_stores_it_anew(cast, monkeypatch, has_row):
    stored = bring()
    age(stored)
    if not has_row:
        StoredFile.objects.filter(pk=stored.pk).delete()
    upload = Uploader(cast.teacher)
    upload.commit.set()
    really_delete = type(default_storage._wrapped).delete

    def delete(storage, key: str) -> None:
        """The upload begins when the content is about to go, and has to wait."""
        upload.start()
        assert not upload.has_it.wait(0.5)
        really_delete(storage, key)

    monkeypatch.setattr(type(default_storage._wrapped), "delete", delete)

    removed = keeping.clean()
    upload.join()

    assert removed == 1
    assert EvidenceItem.objects.get().file_id == stored.pk
    assert default_storage.size(stored.key) == len(files.PDF)
