"""Evidence of a self-assessment: attached in place, and seen by those who appraise."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from temis.appraisals.enums import State
from temis.appraisals.models import EvidenceUse
from temis.appraisals.queries.self_assessment import OFFERED
from temis.appraisals.tests.factories import (
    DURING_SELF,
    put_in_state,
)
from temis.core.models import AccessEntry
from temis.evidence.actions import Details, add_file
from temis.evidence.models import EvidenceItem
from temis.evidence.tests import files

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_may")]


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    default = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = settings.STORAGES | {"default": default}


def url(name, *args):
    return reverse(f"appraisals:{name}", args=args)


# Evidence in place


def test_evidence_is_added_and_attached_in_place(login, cast, appraisal):
    client, address = login("teacher"), url("self_assessment_evidence", appraisal.pk, 3)

    answer = client.post(
        address, {"kind": "FILE", "file": SimpleUploadedFile("a.pdf", files.PDF)}, HTTP_HX_REQUEST="true"
    )

    use = EvidenceUse.objects.get()
    assert answer.status_code == 200
    assert (use.criterion, use.item.title, use.item.criteria) == (3, "a", [3])
    assert 'id="evidence-3" hx-swap-oob="true"' in answer.content.decode()


def test_file_that_is_there_already_is_simply_attached(login, cast, appraisal):
    client = login("teacher")
    for criterion in (3, 4):
        client.post(
            url("self_assessment_evidence", appraisal.pk, criterion),
            {"kind": "FILE", "file": SimpleUploadedFile("a.pdf", files.PDF)},
        )

    assert EvidenceItem.objects.count() == 1
    assert sorted(EvidenceUse.objects.values_list("criterion", flat=True)) == [3, 4]


def test_portfolio_is_offered_page_by_page_what_is_tagged_for_the_criterion_first(login, cast, appraisal):
    def make(title, **tags):
        values = {"kind": "TEXT", "text": "x", "created_at": DURING_SELF, **tags}
        return EvidenceItem.objects.create(person=cast.teacher, title=title, **values)

    tagged = make("Cũ, đã gắn nhãn", subject=appraisal.subject, criteria=[3])
    make("Nhãn của tiêu chí khác", subject=appraisal.subject, criteria=[4])
    used = make("Đã dùng")
    EvidenceUse.objects.create(appraisal=appraisal, criterion=3, item=used)
    latest = [make(f"Số {number}") for number in range(OFFERED)]
    client, address = login("teacher"), url("self_assessment_evidence", appraisal.pk, 3)

    first = client.get(address).context["choice"]
    second = client.get(address, {"after": first.next}).context["choice"]

    assert first.rows == [tagged, *latest[:0:-1]]
    assert [item.title for item in second.rows] == ["Số 0", "Nhãn của tiêu chí khác"]
    assert (second.next, client.get(address, {"before": second.previous}).context["choice"].rows) == ("", first.rows)


def test_refused_file_is_told_at_the_form_and_nothing_is_kept(login, appraisal):
    answer = login("teacher").post(
        url("self_assessment_evidence", appraisal.pk, 3),
        {"kind": "FILE", "file": SimpleUploadedFile("a.exe", files.ELF)},
        HTTP_HX_REQUEST="true",
    )

    assert answer.status_code == 422
    assert "Loại tệp này không dùng được" in answer.content.decode()
    assert not EvidenceItem.objects.exists()


def test_items_of_the_portfolio_are_attached_and_detached(login, cast, appraisal):
    item = EvidenceItem.objects.create(person=cast.teacher, kind="TEXT", title="Sổ", text="x", created_at=DURING_SELF)
    client, address = login("teacher"), url("self_assessment_evidence", appraisal.pk, 3)

    client.post(address, {"attach": item.pk})
    assert EvidenceUse.objects.count() == 1
    client.post(address, {"detach": item.pk})
    assert not EvidenceUse.objects.exists()


def test_criterion_that_does_not_exist_has_no_page(login, appraisal):
    assert login("teacher").get(url("self_assessment_evidence", appraisal.pk, 16)).status_code == 404


# Evidence for those who appraise


@pytest.fixture
def item(cast, appraisal):
    made = add_file(ContentFile(files.PDF), "giáo án.pdf", Details(), scope=cast.scope("teacher"))
    EvidenceUse.objects.create(appraisal=appraisal, criterion=3, item=made)
    return made


READERS = [
    ("principal", True),
    ("local_leader", True),
    ("local_officer", True),
    ("province_officer", True),
    ("province_leader", True),
    ("principal_20", False),
    ("province_officer_b", False),
    ("ministry_officer", False),
    ("deputy", False),
    ("leader", False),
    ("teacher_2", False),
    ("staff", False),
    ("administrator", False),
]


@pytest.mark.parametrize(("who", "sees"), READERS)
@pytest.mark.parametrize("page", ["evidence", "evidence_file", "evidence_preview"])
def test_evidence_of_a_sent_appraisal_is_seen_within_reach_only(login, appraisal, item, who, sees, page):
    put_in_state(appraisal, State.SUBMITTED)

    answer = login(who).get(url(page, appraisal.pk, item.pk))

    if sees and answer.streaming:
        assert b"".join(answer.streaming_content) == files.PDF
    assert answer.status_code == (200 if sees else 404)


@pytest.mark.parametrize("state", [State.OPEN, State.EXCLUDED])
def test_evidence_of_what_is_still_written_is_seen_by_nobody_else(login, appraisal, item, state):
    put_in_state(appraisal, state)

    assert login("principal").get(url("evidence_file", appraisal.pk, item.pk)).status_code == 404


def test_evidence_that_supports_nothing_is_seen_by_nobody_else(login, cast, appraisal, item):
    other = EvidenceItem.objects.create(
        person=cast.teacher, kind="TEXT", title="Riêng", text="x", created_at=DURING_SELF
    )
    put_in_state(appraisal, State.SUBMITTED)

    assert login("principal").get(url("evidence", appraisal.pk, other.pk)).status_code == 404


def test_look_at_evidence_is_noted_for_its_person(login, cast, appraisal, item):
    put_in_state(appraisal, State.SUBMITTED)
    login("principal").get(url("evidence", appraisal.pk, item.pk))

    entry = AccessEntry.objects.get()
    assert (entry.person_id, entry.what, entry.user_id) == (cast.teacher.pk, "evidence.item", cast.principal.user_id)


def test_file_is_served_inert_and_under_its_name(login, appraisal, item):
    client = login("teacher")

    saved = client.get(reverse("evidence:file", args=[item.pk]))
    shown = client.get(reverse("evidence:preview", args=[item.pk]))

    assert saved["Content-Disposition"] == "attachment; filename*=UTF-8''gi%C3%A1o%20%C3%A1n.pdf"
    assert shown["Content-Disposition"].startswith("inline;")
    for answer in (saved, shown):
        b"".join(answer.streaming_content)
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"].startswith("default-src 'none'")
        assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/pdf", "private, no-store")
