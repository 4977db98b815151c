"""What is published: its files, what everybody may see of it, and sending."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.test import override_settings
from django.urls import reverse

from temis.access import P
from temis.core import clock
from temis.core.errors import RuleViolation
from temis.messaging.enums import MailState
from temis.messaging.models import Attachment, Mail
from temis.reporting import public
from temis.reporting.actions import life, publication, sending
from temis.reporting.enums import Audience
from temis.reporting.models import Dispatch, Recipient, ReportFile, ReportVersion
from temis.reporting.signing import describe_signatures
from temis.reporting.tests import factories
from tests.cast import Cast, act, build
from tests.kept import rows_of_a_module

pytestmark = pytest.mark.usefixtures("signing")
HIDDEN = "•"


@pytest.fixture(scope="module")
def kept(storage, demo_key, fonts, django_db_setup, django_db_blocker) -> Iterator[tuple[Cast, int]]:
    """The cast and the number of its published report: made once, which takes seconds."""
    key = {"SIGNING_KEY": demo_key.pkcs12, "SIGNING_PASSWORD": demo_key.password}
    with rows_of_a_module(django_db_blocker), override_settings(**key):
        cast = build()
        factories.decided_period(cast, teacher=2, teacher_2=3, teacher_20=1, principal=2)
        yield cast, factories.publish(cast, factories.approved(cast)).pk


@pytest.fixture
def cast(db, kept) -> Cast:
    return deepcopy(kept[0])


@pytest.fixture
def published(db, kept) -> ReportVersion:
    return ReportVersion.objects.get(pk=kept[1])


def stored(file: ReportFile) -> bytes:
    with default_storage.open(file.storage_key) as content:
        return content.read()


def test_publication_keeps_signed_files_with_their_fingerprints(published, cast):
    files = ReportFile.objects.filter(version=published)

    assert published.state == "PUBLISHED"
    assert {file.name for file in files if file.audience == Audience.OFFICIAL} == {
        "report.json", "report.meta.json", "report.html", "report.xlsx", "report.docx", "report.csv.zip", "report.pdf",
    }  # fmt: skip
    assert {file.name for file in files if file.audience == Audience.PUBLIC} == {
        "report.json", "report.meta.json", "report.xlsx", "report.csv.zip", "report.pdf",
    }  # fmt: skip
    official = files.get(audience=Audience.OFFICIAL, name="report.json")
    assert stored(official).decode() == published.report_json
    for file in files.filter(name="report.pdf"):
        (signature,) = describe_signatures(stored(file))
        assert signature.intact
        assert file.signed_by == signature.holder


def test_publishing_twice_publishes_once(published, cast):
    again = factories.publish(cast, published)

    assert again.published_at == published.published_at
    assert ReportFile.objects.filter(version=published).count() == 12


def test_published_version_and_its_files_never_change(published):
    version = ReportVersion.objects.filter(pk=published.pk)
    file = ReportFile.objects.filter(version=published)
    for change in (
        lambda: version.update(public_json="{}"),
        lambda: version.update(state="APPROVED", published_at=None, published_by=None),
        lambda: version.update(published_at=clock.now() + timedelta(days=1)),
        lambda: version.delete(),
        lambda: file.update(sha256="0" * 64),
        lambda: file.delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert version.get().state == "PUBLISHED"
    assert file.count() == 12


def test_an_older_version_is_not_published_over_a_newer_one(published, cast):
    with pytest.raises(RuleViolation) as refused:
        publication.rules.check_order(0, published.number)

    assert refused.value.rule_id == "RPT-08"


def public_url(name="public_report", *more):
    return reverse(f"reporting:{name}", args=["93", 2020, *more])


def small_numbers(report: dict) -> list[tuple]:
    """Counts of one to four people that stand in a report."""
    return [
        (table["id"], row["label"], column["key"])
        for table in report["tables"]
        for column in table["columns"]
        if column["kind"] == "count"
        for row in table["rows"]
        if row["values"][column["key"]] in (1, 2, 3, 4)
    ]


def test_small_cells_are_in_no_public_output(published, client):
    official = json.loads(published.report_json)
    page = client.get(public_url()).content.decode()
    files = {name: download(client, name) for name in ("report.json", "report.csv.zip", "report.xlsx")}

    assert len(small_numbers(official)) > 100  # there is something to hide
    assert small_numbers(json.loads(files["report.json"])) == []
    cells = re.findall(r'<td class="[^"]*">([^<]*)</td>', page)
    assert not {"1", "2", "3", "4"} & set(cells)
    assert cells.count(HIDDEN) > 100
    for text in csv_cells(files["report.csv.zip"]):
        assert text not in {"1", "2", "3", "4"}
    assert not set(xlsx_numbers(files["report.xlsx"])) & {1.0, 2.0, 3.0, 4.0}


def download(client, name: str) -> bytes:
    response = client.get(public_url("public_file", 1, name))
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def csv_cells(content: bytes):
    """Cells after the codes and the label of each row."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            head, *lines = archive.read(name).decode("utf-8-sig").splitlines()
            columns = head.split(";")
            first = next(i for i, title in enumerate(columns) if title[:1].isupper()) + 1
            for line in lines:
                yield from line.split(";")[first:]


def xlsx_numbers(content: bytes):
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    for sheet in book.worksheets[:-1]:
        for row in sheet.iter_rows(values_only=True):
            yield from (value for value in row if isinstance(value, int | float) and float(value).is_integer())


def test_national_report_takes_published_provinces_into_account(published, cast):
    national = factories.frozen(cast, None)

    around = public.surroundings(national)

    assert around.own == ("93/1", "vn1/rest")
    assert [report.parts for report in around.published] == [("93/1",)]
    assert public.surroundings(factories.extracted("95")) is None


def test_next_version_takes_the_one_before_into_account(published, cast):
    factories.decide(cast, "teacher_3", published.report.period, 3)
    second = factories.issued(life.approve_version(factories.submitted(cast).pk, scope=factories.leader(cast)))

    around = public.surroundings(second)
    factories.publish(cast, second)

    assert (around.own, [(change.before, change.after) for change in around.changes]) == (
        ("93/2",),
        [(("93/1",), ("93/2",))],
    )
    assert ReportVersion.objects.get(pk=second.pk).public_json


def test_public_page_is_cached_until_something_is_published(published, client):
    first = client.get(public_url())
    again = client.get(public_url(), headers={"if-none-match": first["ETag"]})

    assert "public" in first["Cache-Control"]
    assert again.status_code == 304


def test_public_page_of_somebody_logged_in_is_his_alone(published, client, cast):
    act(client, cast, "teacher")

    assert "private" in client.get(public_url())["Cache-Control"]


def test_official_files_are_not_public(published, client):
    assert client.get(public_url("public_file", 1, "report.docx")).status_code == 404
    public = download(client, "report.json")
    assert public.decode() == published.public_json != published.report_json


def test_feed_tells_of_the_publication_with_fingerprints(published, client):
    text = client.get(reverse("reporting:feed")).content.decode()

    assert "Hậu Giang" in text
    assert ReportFile.objects.get(version=published, audience="PUBLIC", name="report.json").sha256 in text


def test_report_goes_to_the_recipients_of_the_letter(published, cast):
    Recipient.objects.create(province_id="93", kind="UNIVERSITY", name="Trường không có địa chỉ")
    Recipient.objects.create(province_id="95", kind="OTHER", name="Của tỉnh khác", address="khac@example.vn")

    count = sending.send_version(published.pk, scope=factories.officer(cast))

    assert count == 2
    assert set(Mail.objects.values_list("address", flat=True)) == {"cucng@moet.gov.vn", "etep@moet.gov.vn"}
    assert set(Attachment.objects.values_list("name", flat=True)) == {
        "TEMIS-93-2020-report.pdf",
        "TEMIS-93-2020-report.xlsx",
    }
    assert ReportVersion.objects.get(pk=published.pk).state == "SENT"
    with pytest.raises(RuleViolation):
        sending.send_version(published.pk, scope=factories.officer(cast))


def test_a_new_address_is_sent_to_later(published, cast):
    sending.send_version(published.pk, scope=factories.officer(cast))
    sent_at = ReportVersion.objects.get(pk=published.pk).sent_at
    Recipient.objects.create(province_id="93", kind="UNIVERSITY", name="Trường", address="truong@example.vn")

    assert sending.send_version(published.pk, scope=factories.officer(cast)) == 1

    assert ReportVersion.objects.get(pk=published.pk).sent_at == sent_at


def test_resending_waits_for_the_mail_that_is_under_way(published, cast):
    sending.send_version(published.pk, scope=factories.officer(cast))
    dispatch = Dispatch.objects.first()

    with pytest.raises(RuleViolation):
        sending.resend(dispatch.pk, scope=factories.officer(cast))
    Mail.objects.filter(pk=dispatch.mail_id).update(state=MailState.FAILED)
    again = sending.resend(dispatch.pk, scope=factories.officer(cast))

    assert again.attempts == 2
    assert again.mail_id != dispatch.mail_id


def test_recipient_reads_the_official_files_and_confirms_once(published, cast, client):
    sending.send_version(published.pk, scope=factories.officer(cast))
    dispatch = Dispatch.objects.first()
    url = reverse("reporting:received", args=[sending.token_of(dispatch)])

    page = client.get(url)
    file = client.get(reverse("reporting:received_file", args=[sending.token_of(dispatch), "report.docx"]))
    assert b"".join(file.streaming_content)
    client.post(url, {"name": "Trần Văn Khánh"})
    client.post(url, {"name": "Người khác"})

    assert page.status_code == file.status_code == 200
    assert page["Cache-Control"] == "private, no-store"
    dispatch.refresh_from_db()
    assert dispatch.receipt_name == "Trần Văn Khánh"


def test_a_look_does_not_confirm_and_a_made_up_token_shows_nothing(published, cast, client):
    sending.send_version(published.pk, scope=factories.officer(cast))
    dispatch = Dispatch.objects.first()

    client.get(reverse("reporting:received", args=[sending.token_of(dispatch)]))
    forged = client.get(reverse("reporting:received", args=[f"{dispatch.pk}:abc"]))

    dispatch.refresh_from_db()
    assert dispatch.receipt_at is None
    assert forged.status_code == 404


def test_university_reads_published_reports_of_its_provinces(published, cast):
    lecturer = cast.scope("lecturer")
    before = list(ReportVersion.objects.permitted(lecturer, P.REPORT_VIEW))
    Recipient.objects.create(province_id="93", kind="UNIVERSITY", name="ĐHSP", organization=cast.university)

    assert before == []
    assert list(ReportVersion.objects.permitted(lecturer, P.REPORT_VIEW)) == [published]
