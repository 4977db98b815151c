"""A cell mended by itself leaves exactly the problems that checking the whole file finds."""

import random

import pytest
from django.db import transaction

from temis.exchange import actions, engine, rechecking
from temis.exchange.checks import neighbours_of
from temis.exchange.columns import PERMISSIONS
from temis.exchange.models import ImportBatch, ImportProblem
from temis.exchange.reach import reach_of
from temis.exchange.tests import files
from temis.exchange.tests.files import teacher
from temis.exchange.tests.test_results import result
from temis.people.models import Employment
from temis.standards.models import Edition
from tests.cast import Cast

pytestmark = pytest.mark.django_db

# Few values for each column, so that rows meet: codes known and new, two bodies, groups with and without a leader.
STAFF_VALUES = {
    "Mã định danh": ["93003", "93004", "93008", "A", "A", "B", "95002", ""],
    "Họ và tên": ["Phạm Thị Ánh", "Nguyễn Văn Mới", "Nguyễn 2"],
    "Số CCCD": ["", "", "093085001234", "093085009999"],
    "Email": ["", "a@b.vn", "sai"],
    "Mã đơn vị": ["93-1-2", "93-1-2", "93-1-2", "93-1-20", "93-9-9", "95-1"],
    "Vị trí việc làm": ["Giáo viên", "Giáo viên", "Nhân viên"],
    "Cấp học": ["THCS", "THCS", "Tiểu học", ""],
    "Tổ chuyên môn": ["Tổ Khoa học tự nhiên", "tổ nghệ thuật", "Tổ Toán", ""],
    "Tổ trưởng": ["x", "x", ""],
    "Từ ngày": ["", "01/09/2015", "01/01/2021"],
    "Đến ngày": ["", "", "31/12/2020", "01/01/2000"],
}
RESULT_VALUES = {
    "Mã định danh": ["93004", "93005", "93006", "93006", "93001", "không", ""],
    "TC3": ["K", "T", "", "sai"],
    "Xếp loại": ["K", "Đ", ""],
    "Ngày đánh giá": ["", "01/06/2020", "01/01/2010"],
    "Người đánh giá": ["93001", "93004", "khác", ""],
}
KINDS = {
    "staff": (files.STAFF, teacher, STAFF_VALUES, "principal"),
    "results": (files.RESULTS, result, RESULT_VALUES, "principal"),
}


def stage(scope, kind, tmp_path, rows):
    """A file of these rows, checked."""
    path = files.write_csv(tmp_path / "file.csv", KINDS[kind][0], rows)
    results = {"year": 2020, "edition": Edition.objects.get(code="GVPT-20/2018")} if kind == "results" else {}
    batch = ImportBatch.objects.create(
        kind=kind,
        organization_id=scope.unit_id,
        assignment_id=scope.assignment_id,
        created_by_id=scope.user_id,
        file_name="file.csv",
        file_size=1,
        sha256="0" * 64,
        created_at=engine.clock.now(),
        **results,
    )
    engine.read_and_check(batch, path, reach_of(scope, PERMISSIONS[kind]))
    return batch


def told(batch):
    """Every problem with all that is said in it, and how many rows are rejected."""
    batch = ImportBatch.objects.get(pk=batch.pk)
    fields = ("number", "column", "code", "value", "values", "by_comparison", "is_warning")
    found = [str(row) for row in ImportProblem.objects.filter(batch=batch).values_list(*fields)]
    return sorted(found), batch.rejected_count


def random_row(draw, make, values):
    row = make()
    return row | {heading: draw.choice(offered) for heading, offered in values.items() if draw.random() < 0.6}


@pytest.mark.parametrize(("kind", "seed"), [*(("staff", n) for n in range(12)), *(("results", n) for n in range(4))])
def test_mending_a_cell_leaves_what_a_full_check_finds(cast: Cast, tmp_path, kind, seed):
    headings, make, values, who = KINDS[kind]
    draw, scope = random.Random(f"{kind} {seed}"), cast.scope(who)
    Employment.objects.filter(person=cast.lone_teacher).update(leads_group=seed % 2 == 0)
    batch = stage(scope, kind, tmp_path, [random_row(draw, make, values) for _ in range(draw.randint(2, 9))])

    for _ in range(6):
        number, heading = draw.randint(2, batch.row_count + 1), draw.choice(list(values))
        actions.mend_cell(
            batch.pk, kind, number, headings.index(heading), draw.choice(values[heading]), scope=scope
        )  # fmt: skip
        quick = told(batch)
        engine.check(ImportBatch.objects.get(pk=batch.pk), reach_of(scope, PERMISSIONS[kind]))

        assert quick == told(batch)


def test_value_mended_in_many_rows_leaves_what_a_full_check_finds(cast: Cast, tmp_path):
    scope = cast.scope("principal")
    rows = [teacher(Mã_định_danh=f"T{n % 5}", Dân_tộc="Kih", Tổ_chuyên_môn="Tổ Toán", Tổ_trưởng="x") for n in range(8)]
    batch = stage(scope, "staff", tmp_path, rows)

    assert actions.mend_all(batch.pk, "staff", "ethnic_group", "choice", "Kih", "Kinh", scope=scope) == 8

    quick = told(batch)
    engine.check(ImportBatch.objects.get(pk=batch.pk), reach_of(scope, PERMISSIONS["staff"]))
    assert quick == told(batch)


ROWS = [
    {"Mã định danh": "A"},
    {"Mã định danh": "A", "Số CCCD": "093085001234"},
    {"Mã định danh": "B", "Số CCCD": "093085001234"},
    {"Mã định danh": "C", "Tổ chuyên môn": "Tổ Toán", "Tổ trưởng": "x"},
    {"Mã định danh": "D", "Tổ chuyên môn": "tổ toán", "Tổ trưởng": "x"},
    {"Mã định danh": "E", "Tổ chuyên môn": "Tổ Toán"},
    {"Mã định danh": "F", "Tổ chuyên môn": "Tổ Khoa học tự nhiên", "Tổ trưởng": "x"},
    {"Mã định danh": "93003"},
]
NEIGHBOURS = [({2, 3, 4}, {2}), ({2, 3, 4}, {4}), ({5, 6}, {6}), ({7}, {7}), ({8, 9}, {8}), ({8, 9}, {9})]


@pytest.mark.parametrize(("expected", "asked"), NEIGHBOURS)
def test_rows_are_neighbours_where_they_are_compared(cast: Cast, tmp_path, expected, asked):
    batch = stage(cast.scope("principal"), "staff", tmp_path, [teacher() | row for row in ROWS])

    assert neighbours_of(batch, asked, 100) == expected


def test_too_many_neighbours_mean_the_whole_file(cast: Cast, tmp_path, monkeypatch):
    scope = cast.scope("principal")
    batch = stage(scope, "staff", tmp_path, [teacher() | row for row in ROWS])
    assert neighbours_of(batch, {2}, 2) is None
    monkeypatch.setattr(rechecking, "MANY", 2)

    with transaction.atomic():
        actions.mend_cell(batch.pk, "staff", 2, files.STAFF.index("Mã định danh"), "G", scope=scope)

    assert told(batch)[1] == ImportProblem.objects.filter(batch=batch).values("number").distinct().count()
