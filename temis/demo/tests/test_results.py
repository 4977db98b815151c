"""Criterion levels agree with the overall level; those who decide are those whom the circulars name."""

import random

import pytest

from temis.demo.profiles import MANAGERS, TEACHERS, make_profile

TEACHER_KEYS = {3, 4, 5, 6, 7}
MANAGER_KEYS = {1, 2, 4, 5, 6, 8, 10, 12, 13, 14}
RANK = {"CĐ": 0, "Đ": 1, "K": 2, "T": 3}


def classify(levels, keys, *, manager):
    """TT 20/2018 and TT 14/2018, Điều 10 khoản 2, word for word and apart from the product's own rule."""
    key_levels = [levels[number - 1] for number in keys]

    def two_thirds(at_least):
        return sum(level >= at_least for level in levels) * 3 >= 2 * len(levels)

    if min(levels) >= 2 and two_thirds(3) and min(key_levels) >= 3:
        return "T"
    if min(levels) >= 1 and two_thirds(2) and min(key_levels) >= 2:
        return "K"
    met = two_thirds(1) and min(key_levels) >= 1 if manager else min(levels) >= 1
    return "Đ" if met else "CĐ"


def criteria(row):
    cells = [value for key, value in row.items() if key.startswith("TC")]
    return [RANK[cell] for cell in cells] if any(cells) else None


def test_teachers_overall_level_follows_from_the_criteria(teacher_results):
    given = {code: row["Xếp loại"] for code, row in teacher_results.items() if criteria(row)}
    computed = {code: classify(criteria(teacher_results[code]), TEACHER_KEYS, manager=False) for code in given}
    assert computed == given


def test_managers_overall_level_follows_from_the_criteria(manager_results):
    given = {code: row["Xếp loại"] for code, row in manager_results.items()}
    computed = {code: classify(criteria(row), MANAGER_KEYS, manager=True) for code, row in manager_results.items()}
    assert computed == given


def test_some_manager_with_a_criterion_not_met_is_met_where_a_teacher_would_not_be(manager_results):
    odd = [row for row in manager_results.values() if row["Xếp loại"] == "Đ" and 0 in criteria(row)]
    assert odd
    assert {classify(criteria(row), MANAGER_KEYS, manager=False) for row in odd} == {"CĐ"}


@pytest.mark.parametrize("overall", ["CD", "D", "K", "T"])
@pytest.mark.parametrize(
    ("standard", "keys", "manager"), [(TEACHERS, TEACHER_KEYS, False), (MANAGERS, MANAGER_KEYS, True)]
)
def test_every_profile_gives_its_level(standard, keys, manager, overall):
    dice = random.Random(1)
    sign = {"CD": "CĐ", "D": "Đ"}.get(overall, overall)
    profiles = [make_profile(overall, standard, dice) for _ in range(300)]
    assert {classify(profile, keys, manager=manager) for profile in profiles} == {sign}


def test_about_three_in_a_hundred_are_paper_results(teacher_results):
    on_paper = sum(criteria(row) is None for row in teacher_results.values())
    assert 0.02 < on_paper / len(teacher_results) < 0.04


def test_principal_decides_on_teachers_and_deputies(staff, teacher_results, manager_results):
    for code, row in (teacher_results | manager_results).items():
        person, decider = staff[code], staff[row["Người đánh giá"]]
        if person["Vị trí việc làm"] != "Hiệu trưởng":
            assert (decider["Vị trí việc làm"], decider["Mã đơn vị"]) == ("Hiệu trưởng", person["Mã đơn vị"])


def test_managing_body_by_highest_level_decides_on_principals(organizations, staff, manager_results):
    for code, row in manager_results.items():
        person, decider = staff[code], staff[row["Người đánh giá"]]
        if person["Vị trí việc làm"] == "Hiệu trưởng":
            kind = "Cán bộ Sở" if person["Cấp học"] == "THPT" else "Cán bộ Phòng"
            body = organizations[person["Mã đơn vị"]]["Mã đơn vị quản lý"]
            assert (decider["Vị trí việc làm"], decider["Mã đơn vị"]) == (kind, body)


def test_nobody_decides_on_himself(teacher_results, manager_results):
    assert not [code for code, row in (teacher_results | manager_results).items() if row["Người đánh giá"] == code]


def test_core_teachers_have_the_key_criteria_at_best_and_five_years(staff, teacher_results):
    core = [person for person in staff.values() if person["Cốt cán"] == "x"]
    assert 300 <= len(core) <= 340
    for person in core:
        row = teacher_results[person["Mã định danh"]]
        assert row["Xếp loại"] in ("K", "T")
        assert {criteria(row)[number - 1] for number in TEACHER_KEYS} == {3}
        assert int(person["Từ ngày"][-4:]) <= 2015
