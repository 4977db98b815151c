"""The copy with the column "Lỗi": mended there and imported again."""

import csv

import openpyxl
import pytest

from temis.exchange.cli import run_import
from temis.exchange.tests.files import STAFF, teacher
from temis.exchange.tests.importing import import_staff
from temis.people.models import Person


def read(path):
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))
    return [[cell or "" for cell in row] for row in openpyxl.load_workbook(path).active.iter_rows(values_only=True)]


def write(path, rows):
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        return
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_copy_says_what_is_wrong_and_goes_in_once_mended(cast, tmp_path, suffix):
    errors = tmp_path / f"errors.{suffix}"
    summary = import_staff(
        tmp_path, teacher(Họ_và_tên="=1+1"), teacher(Mã_định_danh="0093556", Dân_tộc="Kih"), errors=errors
    )

    copy = read(errors)
    assert summary.errors_file == str(errors)
    assert copy[0] == [*STAFF, "Lỗi"]
    assert [row[0] for row in copy[1:]] == ["93555", "0093556"]
    assert copy[1][1] == "=1+1"
    assert copy[2][-1] == "Dân tộc: “Kih” không có trong danh mục. Có phải “Kinh”?"

    copy[1][1], copy[2][STAFF.index("Dân tộc")] = "Nguyễn Văn Mới", "Kinh"
    write(errors, copy)
    again = run_import("staff", errors)

    assert (again.ok, again.created, again.notes) == (True, 2, [])
    assert list(
        Person.objects.filter(code__in=("93555", "0093556")).values_list("code", flat=True).order_by("code")
    ) == [
        "0093556",
        "93555",
    ]


def test_copy_is_not_written_where_nothing_is_wrong(cast, tmp_path):
    summary = import_staff(tmp_path, teacher(), errors=tmp_path / "errors.csv")

    assert (summary.ok, summary.errors_file, (tmp_path / "errors.csv").exists()) == (True, "", False)


def test_summary_tells_every_problem_for_people_and_programs(cast, tmp_path):
    summary = import_staff(tmp_path, teacher(Dân_tộc="Kih"))

    [problem] = summary.as_dict()["problems"]
    assert problem == {
        "row": 2, "column": "Dân tộc", "value": "Kih", "accepted": "Kinh", "warning": False,
        "message": "“Kih” không có trong danh mục. Có phải “Kinh”?",
    }  # fmt: skip
    assert list(summary.lines()) == [
        "Dòng 2, cột Dân tộc: “Kih” không có trong danh mục. Có phải “Kinh”?",
        "1 trong 1 dòng có lỗi; không có gì bị thay đổi.",
    ]
