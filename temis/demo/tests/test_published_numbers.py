"""Every published number of Hậu Giang 2020, counted in the files by a counter apart from the solver."""

import json
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

PUBLISHED = json.loads((Path(__file__).parents[1] / "data/haugiang-2020-targets.json").read_text(encoding="utf-8"))
LEVEL_NAMES = {"TH": "Tiểu học", "THCS": "THCS", "THPT": "THPT"}
SIGNS = {"cd": "CĐ", "d": "Đ", "k": "K", "t": "T"}


def belongs(person, school, level, group):
    if level != "ALL" and person["Cấp học"] != LEVEL_NAMES[level]:
        return False
    woman = person["Giới tính"] == "Nữ"
    minority = person["Dân tộc"] != "Kinh"
    return {
        "ALL": True,
        "F": woman,
        "EM": minority,
        "F_EM": woman and minority,
        "DA": school["Vùng khó khăn"] == "x",
    }[group]


def percent(part, whole, decimals):
    exact = Decimal(100 * part) / Decimal(whole)
    return float(exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


@pytest.fixture(scope="module")
def teachers(organizations, staff):
    """Teachers of the province alone, as the tables for GVPT count them."""
    return [
        person
        for person in staff.values()
        if person["Vị trí việc làm"] == "Giáo viên"
        and organizations[person["Mã đơn vị"]]["Mã tỉnh"] == PUBLISHED["province"]["code"]
    ]


@pytest.mark.parametrize("row", PUBLISHED["rows"], ids=lambda row: f"{row['level']}-{row['group']}")
def test_published_row_comes_out(row, teachers, organizations, teacher_results):
    people = [p for p in teachers if belongs(p, organizations[p["Mã đơn vị"]], row["level"], row["group"])]
    overall = [teacher_results[p["Mã định danh"]]["Xếp loại"] for p in people if p["Mã định danh"] in teacher_results]

    counted = {
        "level": row["level"],
        "group": row["group"],
        "total": len(people),
        "completed": len(overall),
        "completed_pct": percent(len(overall), len(people), 1),
    }
    for key, sign in SIGNS.items():
        counted[key] = overall.count(sign)
        counted[f"{key}_pct"] = percent(overall.count(sign), len(overall), 2)

    assert {key: counted[key] for key in row} == row


def test_targets_hold_all_rows_and_all_that_is_known():
    rows = PUBLISHED["rows"]
    assert [(r["level"], r["group"]) for r in rows] == [
        (level, group) for level in ("ALL", "TH", "THCS", "THPT") for group in ("ALL", "F", "EM", "F_EM", "DA")
    ]
    assert [(r["level"], r["group"]) for r in rows if "cd" in r] == [
        *[("ALL", group) for group in ("ALL", "F", "EM", "F_EM", "DA")],
        *[("TH", group) for group in ("ALL", "F", "EM")],
    ]
