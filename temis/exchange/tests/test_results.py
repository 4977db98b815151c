"""`temis import results`: completed appraisals of a year, checked against the rule of their standard."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from temis.appraisals.models import Appraisal, Period
from temis.core.errors import RuleViolation
from temis.exchange.tests.files import RESULTS
from temis.exchange.tests.importing import import_as, import_results, problems
from temis.standards.models import Edition


def result(code="93004", levels="KKKKKKKKKKKKKKK", overall="", **more):
    """A row of results; `levels` are letters of CĐ (C), Đ (D), K, T."""
    signs = {"C": "CĐ", "D": "Đ", "K": "K", "T": "T"}
    row = {"Mã định danh": code, "Xếp loại": overall} | {
        f"TC{n}": signs[letter] for n, letter in enumerate(levels, start=1)
    }
    return row | {name.replace("_", " "): value for name, value in more.items()}


def test_result_becomes_an_announced_appraisal_of_a_closed_period(cast, tmp_path):
    summary = import_results(
        tmp_path, result(levels="TTTTTTTTTTKKKKK", Ngày_đánh_giá="20/07/2020", Người_đánh_giá="93001")
    )

    period = Period.objects.get(year=2020)
    appraisal = Appraisal.objects.get()
    assert (summary.ok, summary.created) == (True, 1)
    assert (period.state, period.school_year, period.reference_on) == ("CLOSED", "2019-2020", date(2020, 8, 31))
    assert (appraisal.person, appraisal.organization, appraisal.position, appraisal.level) == (
        cast.teacher, cast.school_2, "TEACHER", "THCS",
    )  # fmt: skip
    assert (appraisal.group, appraisal.decided_in, appraisal.subject) == (cast.teacher.group, cast.school_2, "GVPT")
    assert (appraisal.decided_levels, appraisal.decided_overall) == ([3] * 10 + [2] * 5, 3)
    assert (appraisal.state, appraisal.source, appraisal.batch_id) == ("ANNOUNCED", "IMPORT", summary.batch)
    noon = datetime(2020, 7, 20, 12, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    assert (appraisal.decided_on, appraisal.decided_at, appraisal.announced_at) == (date(2020, 7, 20), noon, noon)
    assert (appraisal.decided_by_person, appraisal.decided_by) == (cast.principal, None)
    assert Edition.objects.get(code="GVPT-20/2018").locked_at is not None


def test_overall_alone_counts_without_criteria(cast, tmp_path):
    import_results(tmp_path, result(levels="", overall="Khá"))

    appraisal = Appraisal.objects.get()
    assert (appraisal.decided_levels, appraisal.decided_overall) == (None, 2)


def test_managers_have_eighteen_criteria_and_are_decided_on_above(cast, tmp_path):
    headings = ["Mã định danh", *(f"TC{n}" for n in range(1, 19)), "Xếp loại", "Người đánh giá"]
    rows = [
        result("93001", "T" * 18, Người_đánh_giá="93102"),
        # seventeen Tốt and one non-key Chưa đạt is Đạt (TT 14/2018)
        result("93002", "TTC" + "T" * 15, Người_đánh_giá="93001"),
    ]

    import_results(tmp_path, *rows, headings=headings, standard="ht-14/2018")

    found = Appraisal.objects.order_by("person__code").values_list("decided_overall", "decided_in__code", "position")
    assert list(found) == [(3, "93-1", "PRINCIPAL"), (1, "93-1-2", "DEPUTY")]


def test_same_file_twice_changes_nothing(cast, tmp_path):
    rows = [result(), result("93005", "", "T"), result("93006", Ngày_đánh_giá="20/07/2020", Người_đánh_giá="93001")]
    import_results(tmp_path, *rows)
    before = list(Appraisal.objects.order_by("pk").values())

    again = import_results(tmp_path, *rows)

    assert (again.created, again.updated, again.unchanged) == (0, 0, 3)
    assert list(Appraisal.objects.order_by("pk").values()) == before


def test_corrected_file_corrects_the_result(cast, tmp_path):
    import_results(tmp_path, result())

    again = import_results(tmp_path, result(levels="D" * 15))

    assert (again.updated, Appraisal.objects.get().decided_overall) == (1, 1)


REFUSED = [
    (
        result(overall="T"),
        "Xếp loại",
        "Xếp loại ghi T (Tốt) nhưng theo quy tắc của bộ chuẩn, các mức tiêu chí cho kết quả Khá.",
    ),
    (result(levels="C" + "T" * 14, overall="Đ"), "Xếp loại", "cho kết quả Chưa đạt"),
    (result(levels="K" * 14), "TC15", "Chưa có mức của tiêu chí này"),
    (result(levels=""), "Xếp loại", "không được để trống"),
    (result() | {"TC3": "Giỏi"}, "TC3", "Ghi CĐ, Đ, K hoặc T."),
    (result("11111"), "Mã định danh", "Không có người nào mang mã “11111”"),
    (result("93001"), "Mã định danh", "không phải giáo viên phổ thông"),
    (result(Ngày_đánh_giá="01/01/2010"), "Mã định danh", "Vào ngày 01/01/2010"),
    (result(Người_đánh_giá="11111"), "Người đánh giá", "Không có người nào"),
    (result(Người_đánh_giá="93004"), "Người đánh giá", "Không ai tự đánh giá"),
]


@pytest.mark.parametrize(("row", "column", "said"), REFUSED)
def test_wrong_row_is_told_and_nothing_changes(cast, tmp_path, row, column, said):
    summary = import_results(tmp_path, result("93005"), row)

    assert [(number, name) for number, name, _said in problems(summary)] == [(3, column)]
    assert said in problems(summary)[0][2]
    assert (Appraisal.objects.count(), Period.objects.count()) == (0, 0)


def test_second_row_of_a_person_is_refused(cast, tmp_path):
    assert [row for row, _c, _s in problems(import_results(tmp_path, result(), result()))] == [3]


def test_result_decided_in_the_system_is_never_replaced(cast, tmp_path):
    import_results(tmp_path, result())
    Appraisal.objects.update(source="SYSTEM", batch_id=None)

    other = import_results(tmp_path, result(levels="D" * 15))
    same = import_results(tmp_path, result())

    assert [(row, column) for row, column, _said in problems(other)] == [(2, "Mã định danh")]
    assert (same.ok, same.unchanged) == (True, 1)


def test_answered_result_is_never_replaced(cast, tmp_path):
    import_results(tmp_path, result())
    Appraisal.objects.update(state="ACKNOWLEDGED")

    assert not import_results(tmp_path, result(levels="D" * 15)).ok


def test_period_of_another_standard_or_in_preparation_is_refused(cast, tmp_path):
    import_results(tmp_path, result())
    Period.objects.create(
        year=2021, name="Đợt 2021", school_year="2020-2021", reference_on=date(2021, 8, 31), organization=cast.ministry
    )

    with pytest.raises(RuleViolation, match="đang được chuẩn bị"):
        import_results(tmp_path, result(), year=2021)


@pytest.mark.parametrize(("standard", "year"), [("KHONG-CO", 2020), ("GVPT-20/2018", None), ("GVPT-20/2018", 1990)])
def test_unknown_standard_or_year_is_refused(cast, tmp_path, standard, year):
    with pytest.raises(RuleViolation):
        import_results(tmp_path, result(), standard=standard, year=year)


class TestReach:
    def test_principal_loads_results_of_the_own_school_but_not_the_own_one(self, cast, tmp_path):
        edition = Edition.objects.get(code="GVPT-20/2018")

        _batch, found = import_as(
            cast.scope("principal"), "results", tmp_path, RESULTS, result(), result("93022"), result("95002"),
            edition=edition, year=2020,
        )  # fmt: skip

        assert [(row, column) for row, column, _said in found] == [(3, "Mã định danh"), (4, "Mã định danh")]

    def test_nobody_loads_his_own_result(self, cast, tmp_path):
        edition = Edition.objects.get(code="HT-14/2018")
        headings = ["Mã định danh", "Xếp loại"]

        _batch, found = import_as(
            cast.scope("principal"), "results", tmp_path, headings, result("93001", "", "T"), result("93002", "", "T"),
            edition=edition, year=2020,
        )  # fmt: skip

        assert [(row, said) for row, _c, said in found] == [
            (2, "Thầy/cô không nạp được kết quả của chính mình. Cấp trên nạp dòng này.")
        ]
