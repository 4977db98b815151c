"""Pages of the own portfolio."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from temis.core.errors import RuleViolation
from temis.evidence import actions, serving
from temis.evidence.actions import Details
from temis.evidence.enums import ScanState
from temis.evidence.models import EvidenceItem, StoredFile
from temis.evidence.tests import files
from tests.cast import act

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"evidence:{name}", args=args)


def upload(content=files.PDF, name="giáo án.pdf"):
    return SimpleUploadedFile(name, content)


def add(scope, content=files.PDF, name="a.pdf", **details):
    return actions.add_file(io.BytesIO(content), name, Details(**details), scope=scope)


@pytest.mark.parametrize("who", ["staff", "province_officer", "ministry_officer", "lecturer", "administrator"])
def test_who_is_not_appraised_has_no_portfolio(client, cast, who):
    act(client, cast, who)

    assert client.get(url("list")).status_code == 404
    assert client.post(url("add"), {"file": upload()}).status_code == 404


@pytest.mark.parametrize("page", ["item", "edit", "file", "preview", "picture", "archive", "restore"])
@pytest.mark.parametrize("who", ["teacher_2", "principal"])
def test_item_of_another_person_looks_absent(client, cast, scope, page, who):
    item = add(scope)
    act(client, cast, who)

    ask = client.post if page in ("archive", "restore") else client.get
    assert ask(url(page, item.pk)).status_code == 404
    item.refresh_from_db()
    assert item.archived_at is None


def test_file_is_added_with_what_was_said_of_it(client, cast):
    act(client, cast, "teacher")

    answer = client.post(
        url("add"), {"file": upload(), "title": "Giáo án", "criteria": ["4", "5"], "dated_on": "2020-03-01"}
    )

    item = EvidenceItem.objects.get()
    assert (answer.status_code, item.title, item.criteria, item.file_name) == (302, "Giáo án", [4, 5], "giáo án.pdf")


def test_manager_tags_by_his_own_standard(client, cast):
    act(client, cast, "principal")

    client.post(url("add"), {"file": upload(), "criteria": ["18"]})

    item = EvidenceItem.objects.get()
    assert (item.subject, item.criteria) == ("CBQL", [18])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "Hãy chọn một tệp."),
        ({"file": b""}, "rỗng"),
        ({"file": files.ELF}, "Loại tệp này không dùng được"),
        ({"file": files.PDF, "criteria": ["99"]}, "99"),
        ({"file": files.PDF, "title": "x" * 201}, "200"),
        ({"file": files.PDF, "dated_on": "31/02/2020"}, "ngày"),
    ],
)
def test_what_is_wrong_is_told_at_the_form_and_nothing_is_kept(client, cast, given, words):
    act(client, cast, "teacher")
    if "file" in given:
        given = given | {"file": upload(given["file"])}

    answer = client.post(url("add"), given)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not EvidenceItem.objects.exists()


def test_too_large_file_is_dropped_while_it_arrives(client, cast, settings, storage):
    settings.EVIDENCE_FILE_BYTES = 100_000
    act(client, cast, "teacher")

    answer = client.post(url("add"), {"title": "x", "file": upload(files.PDF + b"x" * 3_000_000)})

    assert answer.status_code == 422
    assert "Tệp lớn hơn" in answer.content.decode()
    assert not StoredFile.objects.exists()
    assert list(storage.rglob("*")) == []


def test_upload_without_the_token_of_the_form_is_refused(cast):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    act(client, cast, "teacher")

    assert client.post(url("add"), {"file": upload()}).status_code == 403
    assert not EvidenceItem.objects.exists()


@pytest.mark.parametrize(("kind", "given"), [("LINK", {"url": "https://a.vn"}), ("TEXT", {"text": "Ghi chép"})])
def test_link_and_text_are_added(client, cast, kind, given):
    act(client, cast, "teacher")

    client.post(url("add") + f"?kind={kind}", given)

    item = EvidenceItem.objects.get()
    assert (item.kind, item.url or item.text) == (kind, next(iter(given.values())))


def test_link_with_script_is_refused(client, cast):
    act(client, cast, "teacher")

    answer = client.post(url("add") + "?kind=LINK", {"url": "javascript:alert(1)"})

    assert answer.status_code == 422
    assert not EvidenceItem.objects.exists()


def test_item_is_edited_put_away_and_brought_back(client, cast, scope):
    item = add(scope)
    act(client, cast, "teacher")

    client.post(url("edit", item.pk), {"title": "Mới", "criteria": ["2"]})
    client.post(url("archive", item.pk))
    assert "Mới" not in client.get(url("list")).content.decode().split("<main")[1].split("messages")[0]
    assert "Mới" in client.get(url("list") + "?archived=1").content.decode()
    client.post(url("restore", item.pk))

    item.refresh_from_db()
    assert (item.title, item.criteria, item.archived_at) == ("Mới", [2], None)


@pytest.mark.parametrize("query", ["?criterion=x", "?year=99999999", "?after=%%%", "?kind=ZIP", "?criterion=-1"])
def test_broken_address_shows_the_list(client, cast, scope, query):
    add(scope, title="Giáo án")
    act(client, cast, "teacher")

    assert "Giáo án" in client.get(url("list") + query).content.decode()


def test_list_takes_the_same_queries_for_one_and_three_items(client, cast, scope):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    add(scope)
    act(client, cast, "teacher")
    client.get(url("list"))
    with CaptureQueriesContext(connection) as one:
        client.get(url("list"))
    for number in range(2):
        add(scope, files.picture(size=(20 + number, 10)), "a.png")
    with CaptureQueriesContext(connection) as three:
        client.get(url("list"))

    assert len(three) == len(one)


# What is shown of a file


def test_page_shows_a_pdf_in_a_frame_of_our_own_address(client, cast, scope):
    item = add(scope)
    act(client, cast, "teacher")

    page = client.get(url("item", item.pk)).content.decode()

    assert f'<iframe class="evidence-frame" src="{url("preview", item.pk)}"' in page


def test_picture_is_made_anew_without_what_it_carried(client, cast, scope):
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "10.02N 105.79E"
    Image.new("RGB", (3200, 1000), "teal").save(buffer, "JPEG", exif=exif)
    item = add(scope, buffer.getvalue(), "anh.jpg")
    act(client, cast, "teacher")

    answer = client.get(url("picture", item.pk))

    shown = Image.open(io.BytesIO(answer.content))
    assert (answer["Content-Type"], shown.format, shown.size) == ("image/webp", "WEBP", (1600, 500))
    assert b"105.79E" not in answer.content


def test_picture_too_large_to_be_opened_safely_is_not_shown_but_can_be_saved(client, cast, scope, monkeypatch):
    monkeypatch.setattr(serving, "MAX_PIXELS", 100)
    item = add(scope, files.picture(), "anh.png")
    act(client, cast, "teacher")

    assert client.get(url("picture", item.pk)).status_code == 404
    assert b"".join(client.get(url("file", item.pk)).streaming_content) == files.picture()


def test_broken_picture_is_no_error_of_ours(client, cast, scope):
    item = add(scope, files.picture()[:40], "anh.png")
    act(client, cast, "teacher")

    assert client.get(url("picture", item.pk)).status_code == 404


@pytest.mark.parametrize(
    ("content", "page"), [(files.picture(), "preview"), (files.PDF, "picture"), (files.MP4, "preview")]
)
def test_preview_is_only_for_its_own_type(client, cast, scope, content, page):
    item = add(scope, content)
    act(client, cast, "teacher")

    assert client.get(url(page, item.pk)).status_code == 404


@pytest.mark.parametrize("page", ["file", "preview", "picture"])
def test_infected_file_is_served_to_nobody(client, cast, scope, page):
    item = add(scope)
    StoredFile.objects.update(scan=ScanState.INFECTED)
    act(client, cast, "teacher")

    assert client.get(url(page, item.pk)).status_code == 404
    assert "Tệp có mã độc nên đã bị chặn" in client.get(url("item", item.pk)).content.decode()


def test_file_that_waits_for_the_scanner_says_so(client, cast, scope, settings):
    settings.CLAMAV = "127.0.0.1:1"
    item = add(scope)
    act(client, cast, "teacher")

    assert client.get(url("file", item.pk)).status_code == 404
    assert "đang được quét mã độc" in client.get(url("item", item.pk)).content.decode()


def test_file_that_the_storage_lost_is_absent(client, cast, scope, storage):
    item = add(scope)
    (storage / item.file.key).unlink()
    act(client, cast, "teacher")

    assert client.get(url("file", item.pk)).status_code == 404


def test_text_of_an_item_is_never_markup(client, cast, scope):
    item = actions.add_text("<script>alert(1)</script>", Details(title="<b>x</b>"), scope=scope)
    act(client, cast, "teacher")

    page = client.get(url("item", item.pk)).content.decode()

    assert "<script>alert(1)</script>" not in page
    assert "<b>x</b>" not in page


def test_upload_limit_is_told_as_a_rule(rf):
    from temis.evidence.uploads import check_upload

    request = rf.post("/")
    request.upload_is_too_large = True
    with pytest.raises(RuleViolation) as refused:
        check_upload(request)
    assert (refused.value.rule_id, refused.value.field) == ("EVD-02", "file")


def test_too_large_file_takes_nothing_else_from_the_form(client, cast, settings, storage):
    settings.EVIDENCE_FILE_BYTES = 1000
    act(client, cast, "teacher")

    answer = client.post(url("add"), {"file": upload(files.PDF + bytes(5000)), "title": "Giáo án"})

    form = answer.context["form"]
    assert (answer.status_code, form["title"].value()) == (422, "Giáo án")
    assert [error.code for error in form.errors.as_data()["file"]] == [None]
