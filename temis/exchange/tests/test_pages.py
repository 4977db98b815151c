"""The import pages: from the upload to the undo, by the one who may."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from temis.core import clock
from temis.core.models import Job
from temis.exchange import jobs
from temis.exchange.models import ImportBatch, ImportProblem, StaffRow
from temis.exchange.tests.files import STAFF, teacher, write_csv
from temis.people.models import Person
from tests.cast import act

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    """Uploads of a test stay in its own folder."""
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "storage"},
        }
    }


def upload(client, tmp_path, *rows, kind="staff"):
    path = write_csv(tmp_path / "nhan-su.csv", STAFF, rows)
    file = SimpleUploadedFile("nhan-su.csv", path.read_bytes())
    return client.post(reverse(f"exchange:{kind}:new"), {"file": file})


def run_queue():
    """Run what waits on the queue, as the worker would; returns the names of the work."""
    ran = []
    for queued in ProcrastinateJob.objects.filter(status="todo").order_by("id"):
        if not queued.task_name.startswith("import."):
            continue
        work = {"import.check": jobs.check_file, "import.load": jobs.load_file, "import.undo": jobs.undo_file}[
            queued.task_name
        ]
        arguments = {name: value for name, value in queued.args.items() if name != "job_id"}
        work(lambda *_a, **_n: None, **arguments)
        Job.objects.filter(pk=queued.args["job_id"]).update(state="DONE", finished_at=clock.now())
        ran.append(queued.task_name)
    with_cursor("UPDATE procrastinate_jobs SET status = 'succeeded'")
    return ran


def with_cursor(statement):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)


def page(batch, name="batch"):
    return reverse(f"exchange:{batch.kind}:{name}", args=[batch.pk])


@pytest.fixture
def checked(client, cast, tmp_path):
    """An import of three rows, two of them with the same wrong ethnic group, checked."""
    act(client, cast, "principal")
    upload(
        client, tmp_path, teacher(), teacher(Mã_định_danh="2", Dân_tộc="Kih"), teacher(Mã_định_danh="3", Dân_tộc="Kih")
    )
    run_queue()
    return ImportBatch.objects.get()


def test_upload_is_checked_in_the_background_and_the_file_forgotten(client, cast, tmp_path):
    act(client, cast, "principal")

    response = upload(client, tmp_path, teacher())
    batch = ImportBatch.objects.get()
    stored = list((tmp_path / "storage").rglob("*"))

    assert (response.status_code, response["Location"]) == (302, page(batch))
    assert (batch.state, batch.organization, batch.created_by) == ("UPLOADED", cast.school_2, cast.principal.user)
    assert [path.is_file() for path in stored][-1]
    assert run_queue() == ["import.check"]
    batch.refresh_from_db()
    assert (batch.state, batch.row_count, batch.rejected_count, batch.stored_as) == ("CHECKED", 1, 0, "")


def test_same_file_sent_twice_is_one_import(client, cast, tmp_path):
    act(client, cast, "principal")

    first, second = (upload(client, tmp_path, teacher()) for _ in range(2))

    assert first["Location"] == second["Location"]
    assert (ImportBatch.objects.count(), Job.objects.count()) == (1, 1)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)])
def test_file_of_another_type_is_refused_at_the_field(client, cast, content):
    act(client, cast, "principal")

    response = client.post(reverse("exchange:staff:new"), {"file": SimpleUploadedFile("x.xls", content)})

    assert response.status_code == 422
    assert response.context["form"].errors["file"]
    assert ImportBatch.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"A,B\n1,2\n", "Không tìm thấy dòng tiêu đề"),
        (",".join(STAFF).encode(), "Tệp không có dòng dữ liệu nào dưới dòng tiêu đề."),
    ],
)
def test_file_that_cannot_be_read_says_so_on_its_page(client, cast, content, said):
    act(client, cast, "principal")
    client.post(reverse("exchange:staff:new"), {"file": SimpleUploadedFile("x.csv", content)})
    run_queue()
    batch = ImportBatch.objects.get()

    response = client.get(page(batch))

    assert batch.state == "REFUSED"
    assert said in response.content.decode()


def test_page_shows_problem_rows_only_with_what_may_be_meant(client, checked):
    response = client.get(page(checked))

    assert [row.number for row in response.context["grid"].rows] == [3, 4]
    assert [(g.heading, g.value, g.suggestion, g.count) for g in response.context["repeated"]] == [
        ("Dân tộc", "Kih", "Kinh", 2)
    ]
    assert [(g.token, g.count) for g in response.context["problem_kinds"]] == [("ethnic_group.choice", 2)]
    assert response.context["grid"].headings == ["Mã định danh", "Họ và tên", "Dân tộc"]


def _mend(client, batch, number, heading, value):
    place = STAFF.index(heading)
    data = {"number": number, "place": place, "value": value, "shown": "0,1,7"}
    return client.post(page(batch, "cell"), data, headers={"HX-Request": "true"})


def test_cell_is_mended_and_its_row_checked_again(client, checked):
    response = _mend(client, checked, 3, "Dân tộc", "Kinh")

    checked.refresh_from_db()
    assert response.context["row"].is_mended
    assert checked.rejected_count == 1
    assert StaffRow.objects.get(number=3).ethnic_group == "Kinh"


def test_mending_one_row_is_checked_against_the_others(client, checked):
    response = _mend(client, checked, 2, "Mã định danh", "2")

    assert response.context["row"].cells[0].messages == []
    assert set(ImportProblem.objects.filter(code="duplicate_person").values_list("number", flat=True)) == {3}


@pytest.mark.parametrize(("number", "place"), [(99, 0), (3, 99)])
def test_cell_that_is_not_there_is_refused(client, checked, number, place):
    data = {"number": number, "place": place, "value": "x", "shown": "0"}

    assert client.post(page(checked, "cell"), data, headers={"HX-Request": "true"}).status_code == 422


def test_value_is_mended_in_all_rows_at_once(client, checked):
    data = {"column": "ethnic_group", "code": "choice", "value": "Kih", "new": "Kinh"}

    response = client.post(page(checked, "replace"), data)

    checked.refresh_from_db()
    assert (response.status_code, checked.rejected_count) == (302, 0)


def test_rows_with_problems_are_loaded_only_when_left_out_by_choice(client, checked):
    refused = client.post(page(checked, "load"), headers={"HX-Request": "true"})
    assert refused.status_code == 422

    client.post(page(checked, "load"), {"partial": "1"})
    run_queue()

    checked.refresh_from_db()
    assert (checked.state, checked.created_count, checked.rejected_count) == ("LOADED", 1, 2)
    assert list(StaffRow.objects.values_list("number", flat=True).order_by("number")) == [3, 4]


def test_double_click_on_load_loads_once(client, checked):
    client.post(page(checked, "replace"), {"column": "ethnic_group", "code": "choice", "value": "Kih", "new": "Kinh"})

    for _ in range(2):
        client.post(page(checked, "load"))

    assert run_queue() == ["import.load"]
    checked.refresh_from_db()
    assert (checked.state, checked.created_count) == ("LOADED", 3)
    client.post(page(checked, "load"))
    assert run_queue() == []


def test_what_changed_since_the_check_is_found_before_loading(client, cast, checked):
    client.post(page(checked, "replace"), {"column": "ethnic_group", "code": "choice", "value": "Kih", "new": "Kinh"})
    client.post(page(checked, "load"))
    cast.school_2.levels = ["TH"]
    cast.school_2.save()

    run_queue()

    checked.refresh_from_db()
    assert (checked.state, checked.rejected_count) == ("CHECKED", 3)
    assert not Person.objects.filter(code="93555").exists()


def test_role_that_ended_in_the_meantime_loads_nothing(client, cast, checked):
    from temis.core.errors import RuleViolation

    client.post(page(checked, "load"), {"partial": "1"})
    cast.principal.employments.update(position="STAFF", validity="[2015-01-01,2016-01-01)")

    with pytest.raises(RuleViolation, match="không còn hiệu lực"):
        run_queue()
    assert not Person.objects.filter(code="93555").exists()


def test_loaded_import_is_undone_by_one_button(client, checked):
    client.post(page(checked, "load"), {"partial": "1"})
    run_queue()

    for _ in range(2):
        client.post(page(checked, "undo"))

    assert run_queue() == ["import.undo"]
    checked.refresh_from_db()
    assert checked.state == "UNDONE"
    assert not Person.objects.filter(code="93555").exists()
    assert client.get(page(checked)).status_code == 200


def test_discarded_import_leaves_no_rows(client, checked):
    client.post(page(checked, "discard"))

    checked.refresh_from_db()
    assert (checked.state, StaffRow.objects.count(), ImportProblem.objects.count()) == ("DISCARDED", 0, 0)
    assert list(client.get(reverse("exchange:list")).context["batches"]) == []


def test_copy_is_the_file_as_mended(client, checked):
    _mend(client, checked, 3, "Dân tộc", "Khmer")

    response = client.get(page(checked, "copy_xlsx"))

    rows = list(openpyxl.load_workbook(BytesIO(response.content)).active.iter_rows(values_only=True))
    assert [(row[0], row[7]) for row in rows[1:]] == [("93555", "Kinh"), ("2", "Khmer"), ("3", "Kih")]
    assert rows[3][-1].startswith("Dân tộc: “Kih”")
    assert client.get(page(checked, "copy_csv")).content.decode("utf-8-sig").count("Kih") == 2


def test_empty_file_to_fill_in_has_the_headings_and_can_be_read(client, cast, tmp_path):
    act(client, cast, "province_officer")

    for kind in ("organizations", "staff", "results"):
        response = client.get(reverse(f"exchange:{kind}:blank"))
        book = openpyxl.load_workbook(BytesIO(response.content))
        assert book.sheetnames[0] == "Dữ liệu"
        assert book.active.max_row == 1

    headings = [cell.value for cell in openpyxl.load_workbook(
        BytesIO(client.get(reverse("exchange:staff:blank")).content)
    ).active[1]]  # fmt: skip
    assert headings == list(STAFF)


def test_work_that_was_killed_can_be_run_again(client, cast, tmp_path):
    act(client, cast, "principal")
    upload(client, tmp_path, teacher())
    with_cursor("UPDATE procrastinate_jobs SET status = 'failed'")
    began = clock.now() - timedelta(minutes=5)
    Job.objects.update(state="RUNNING", started_at=began)
    batch = ImportBatch.objects.get()

    shown = client.get(page(batch))
    still = client.get(page(batch, "state"), {"interrupted": 1})
    client.post(page(batch, "restart"))
    no_more = client.get(page(batch, "state"), {"interrupted": 1})

    assert shown.context["interrupted"]
    assert ("HX-Refresh" in still, no_more["HX-Refresh"]) == (False, "true")
    assert run_queue() == ["import.check"]
    batch.refresh_from_db()
    assert batch.state == "CHECKED"
    assert list(Job.objects.order_by("pk").values_list("state", flat=True)) == ["FAILED", "DONE"]


WHO = {
    "principal": {"staff", "results"},
    "local_officer": {"staff", "results"},
    "province_officer": {"organizations", "staff", "results"},
    "ministry_officer": {"organizations"},
    "administrator": {"organizations", "staff"},
    "teacher": set(),
    "deputy": set(),
    "lecturer": set(),
}


@pytest.mark.parametrize("name", WHO)
def test_each_role_sees_the_kinds_it_may_import_and_no_other(client, cast, name):
    from temis.access import Role

    act(client, cast, name, Role.ADMINISTRATOR if name == "administrator" else None)

    answers = {
        kind: client.get(reverse(f"exchange:{kind}:new")).status_code for kind in ("organizations", "staff", "results")
    }

    assert answers == {kind: 200 if kind in WHO[name] else 404 for kind in answers}
    assert client.get(reverse("exchange:list")).status_code == (200 if WHO[name] else 404)


@pytest.mark.parametrize(
    ("name", "sees"),
    [
        ("principal", True),
        ("local_officer", True),
        ("province_officer", True),
        ("principal_20", False),
        ("province_officer_b", False),
    ],
)
def test_import_is_seen_within_reach_only(client, cast, checked, name, sees):
    client.logout()
    act(client, cast, name)

    assert client.get(page(checked)).status_code == (200 if sees else 404)
    assert (checked in client.get(reverse("exchange:list")).context["batches"]) == sees
    for step in ("cell", "replace", "load", "undo", "discard", "restart"):
        if not sees:
            assert (
                client.post(
                    page(checked, step), {"number": 3, "place": 0, "shown": "0", "column": "code", "code": "x"}
                ).status_code
                == 404
            )


def test_address_of_one_kind_does_not_open_an_import_of_another(client, cast, checked):
    assert client.get(reverse("exchange:results:batch", args=[checked.pk])).status_code == 404


def test_unfinished_import_is_on_the_task_list(client, cast, checked):
    from temis.exchange.tasks import tasks

    [task] = tasks(cast.scope("principal"))

    assert (task.for_whom, task.state, task.url) == ("nhan-su.csv", "2 dòng cần sửa", page(checked))
    assert tasks(cast.scope("teacher")) == []
