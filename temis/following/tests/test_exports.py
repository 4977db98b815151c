"""Lists as files: what is seen, all of it; long ones by a job, for the one who asked."""

import csv
import io
import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from openpyxl import load_workbook
from procrastinate.contrib.django.models import ProcrastinateJob

from temis.access import NotPermitted
from temis.appraisals.tests.factories import DURING_SELF
from temis.core import clock, jobs, kept
from temis.core.errors import RuleViolation
from temis.core.models import AuditEntry, Job
from temis.following.exports import jobs as export_jobs
from temis.following.exports.files import FORMATS
from temis.following.exports.listings import BODIES, PEOPLE
from temis.following.queries.filters import Filters
from temis.following.tests.factories import make_busy_period
from temis.following.views import exports
from temis.people import actions
from tests.cast import act

BODY_PAGE, PEOPLE_PAGE = "following:body", "following:people"
PAGES = {BODIES: BODY_PAGE, PEOPLE: PEOPLE_PAGE}


@pytest.fixture
def period(cast):
    return make_busy_period(cast)


@pytest.fixture(autouse=True)
def during(settings, tmp_path):
    storage = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = settings.STORAGES | {"default": storage}
    with clock.hold(DURING_SELF):
        yield


def rows_of(content: bytes, kind: str = "xlsx") -> list[tuple[object, ...]]:
    if kind == "csv":
        return [tuple(row) for row in csv.reader(io.StringIO(content.decode("utf-8-sig")))]
    return list(load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))


def test_download_holds_what_the_table_shows(cast, client, period):
    act(client, cast, "local_officer")
    url = reverse(BODY_PAGE, args=[period.pk, cast.local.pk])

    shown = client.get(f"{url}?sort=name").context["rows"]
    sheet = load_workbook(io.BytesIO(client.get(f"{url}?sort=name&download=xlsx").content)).active
    rows = list(sheet.iter_rows(min_row=2, values_only=True))

    assert [row[0] for row in rows] == [row.name for row in shown]
    for seen, row in zip(shown, rows, strict=True):
        done = [None if share is None or not share.due else share.done for share in seen.shares]
        assert list(row[2:17:3]) == done
        assert (row[1], row[17], row[18]) == (seen.tally.people, seen.tally.late_people, seen.tally.excluded)


def test_download_of_people_holds_every_page(cast, client, period, monkeypatch):
    monkeypatch.setattr("temis.following.queries.people.SIZE", 2)
    act(client, cast, "principal")

    response = client.get(reverse(PEOPLE_PAGE, args=[period.pk, cast.school_2.pk]) + "?waiting=SELF&download=csv")

    lines = response.content.decode("utf-8-sig").splitlines()
    assert {line.split(",")[0] for line in lines[1:]} == {"Trần Văn Hòa", "Huỳnh Thị Ân", "Đỗ Thị Cúc"}


def run(client, body, period, what: str, **asked: str) -> tuple[Job, jobs.Outcome | None]:
    """Ask by the page's form, and do the work."""
    client.post(reverse("following:export", args=[period.pk, body.pk]), {"what": what, "download": "xlsx"} | asked)
    queued = ProcrastinateJob.objects.filter(task_name="following.export").get().args
    return Job.objects.get(), export_jobs.export(
        jobs.Progress(None), **{name: value for name, value in queued.items() if name != "job_id"}
    )


@pytest.mark.parametrize(
    ("what", "asked"),
    [
        (PEOPLE, {}),
        (PEOPLE, {"waiting": "SELF"}),
        (PEOPLE, {"waiting": "OPINIONS"}),
        (PEOPLE, {"waiting": "OUT"}),
        (PEOPLE, {"position": "TEACHER", "q": "an"}),
        (BODIES, {"sort": "name"}),
        (BODIES, {"by": "school", "sort": "-people"}),
    ],
)
@pytest.mark.parametrize("kind", FORMATS)
def test_long_list_written_by_a_job_is_the_one_of_the_page(cast, client, period, monkeypatch, what, asked, kind):
    act(client, cast, "province_officer")
    url = reverse(PAGES[what], args=[period.pk, cast.province.pk])
    asked = asked | {"download": kind}
    short = rows_of(client.get(url, asked).content, kind)
    monkeypatch.setattr(export_jobs, "AT_ONCE", 2)  # several portions
    lines = len(short) - 1

    monkeypatch.setattr(exports, "AT_ONCE", lines)
    assert rows_of(client.get(url, asked).content, kind) == short
    if lines > 1:
        monkeypatch.setattr(exports, "AT_ONCE", lines - 1)
        page = client.get(url, asked)
        assert page.templates[0].name == "following/export.html"
        fields = {f'name="{name}" value="{value}"' for name, value in asked.items()}
        assert all(field in page.content.decode() for field in fields)
    job, outcome = run(client, cast.province, period, what, **asked)

    assert job.title == f"Ghi danh sách ra tệp: {cast.province.name}"
    answer = client.get(outcome.url)
    assert answer["Content-Disposition"].startswith("attachment")
    assert rows_of(b"".join(answer.streaming_content), kind) == short
    assert AuditEntry.objects.get(action="following.export").count == len(short) - 1


def test_a_file_is_given_to_who_asked_for_it_alone(cast, client, period):
    act(client, cast, "province_officer")
    _job, outcome = run(client, cast.province, period, PEOPLE)

    act(client, cast, "province_leader")
    assert client.get(outcome.url).status_code == 404
    for name in ("nothing.xlsx", "..", "."):
        assert client.get(reverse("following:exported", args=["x"])[:-1] + name).status_code == 404


@pytest.mark.parametrize("body", ["province_b", "neighbour"])
def test_no_list_of_a_body_out_of_reach(cast, client, period, body):
    act(client, cast, "local_officer")
    url = reverse("following:export", args=[period.pk, getattr(cast, body).pk])

    assert client.post(url, {"what": PEOPLE, "download": "csv"}).status_code == 404
    assert not Job.objects.exists()


def test_names_of_the_country_are_not_written(cast, client, period):
    act(client, cast, "ministry_officer")
    url = reverse("following:export", args=[period.pk, cast.ministry.pk])

    assert client.post(url, {"what": PEOPLE, "download": "csv"}).status_code == 422
    assert not Job.objects.exists()


@pytest.mark.parametrize("wrong", [{"what": "other"}, {"download": "exe"}, {"what": ""}])
def test_what_is_not_known_is_refused(cast, client, period, wrong):
    act(client, cast, "province_officer")
    url = reverse("following:export", args=[period.pk, cast.province.pk])

    assert client.post(url, {"what": PEOPLE, "download": "csv"} | wrong).status_code == 422
    assert not Job.objects.exists()


def test_list_is_not_written_when_the_role_is_gone(cast, client, period):
    act(client, cast, "principal")
    url = reverse("following:export", args=[period.pk, cast.school_2.pk])
    client.post(url, {"what": PEOPLE, "download": "csv"})
    queued = ProcrastinateJob.objects.filter(task_name="following.export").get().args
    actions.end_employment(cast.principal.employments.get().pk, date(2020, 1, 1), scope=cast.scope("local_officer"))

    with pytest.raises((RuleViolation, NotPermitted)):
        export_jobs.export(jobs.Progress(None), **{k: v for k, v in queued.items() if k != "job_id"})


def test_filters_are_told_so_that_they_are_read_again():
    for asked in (
        {},
        {"waiting": "OUT", "q": "an", "position": "TEACHER", "level": "TH"},
        {"waiting": "OPINIONS", "by": "school", "sort": "-people"},
    ):
        filters = Filters.read(asked)
        assert Filters.read(filters.as_asked()) == filters


def test_files_are_removed_after_some_days(db):
    for days, name in ((0, "new.pdf"), (kept.DAYS - 1, "last.pdf"), (kept.DAYS + 1, "old.pdf")):
        made = Path(default_storage.path("prints/7/" + kept.keep("prints", "7", name, ContentFile(b"x"))))
        then = (clock.now() - timedelta(days=days)).timestamp()
        os.utime(made, (then, then))

    assert kept.clear() == 1
    assert sorted(name.split("-")[0] for name in default_storage.listdir("prints/7")[1]) == ["last", "new"]
