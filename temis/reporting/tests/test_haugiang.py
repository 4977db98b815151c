"""The report of Hậu Giang 2020: every known published number, to the digit."""

from decimal import Decimal

import pytest

from temis.reporting.tables import compute, formatted
from temis.reporting.template import builtin_template
from temis.reporting.tests import haugiang

TEMPLATE = builtin_template("temis-2020")


@pytest.fixture(scope="module")
def results():
    return {result.table.id: result for result in compute(TEMPLATE, haugiang.cube())}


def published_rows(table_id):
    for row in haugiang.PUBLISHED[table_id]["rows"]:
        codes = {"level": haugiang.LEVEL_CODES[row["cap_hoc"]], "group": haugiang.GROUP_CODES[row["nhom"]]}
        yield codes, row


def test_completion_equals_published_numbers(results):
    ours = {(row.codes["level"], row.codes["group"]): tuple(row.values.values()) for row in results["A.1.1"].rows}

    published = {
        (codes["level"], codes["group"]): (
            row["tong_nguoi"], row["hoan_thanh_nguoi"], Decimal(str(row["hoan_thanh_pct_published"])),
        )
        for codes, row in published_rows("A.1.1")
    }  # fmt: skip
    assert ours == published


def test_overall_levels_equal_published_numbers(results):
    for codes, row in published_rows("A.1.2"):
        values = results["A.1.2"].row(**codes).values

        published: dict = {}
        for key, name in (("cd", "chua_dat"), ("d", "dat"), ("k", "kha"), ("t", "tot")):
            published |= {key: row[name]["sl"], f"{key}_pct": Decimal(str(row[name]["pct_published"]))}
        assert values == published


def test_rows_stand_in_the_published_order(results):
    expected = [(level, group) for level in haugiang.LEVEL_CODES.values() for group in haugiang.GROUP_CODES.values()]
    for table_id in ("A.1.1", "A.1.2"):
        assert [(row.codes["level"], row.codes["group"]) for row in results[table_id].rows] == expected


def test_published_formatting_is_reproduced(results):
    rows = {
        table_id: [cells for _, cells in formatted(results[table_id], TEMPLATE.number_format("2020", table_id))]
        for table_id in ("A.1.1", "A.1.2")
    }

    assert rows["A.1.1"][0] == ["6,726", "5,713", "84.9"]
    assert rows["A.1.1"][9] == ["498", "458", "92"]
    assert rows["A.1.2"][0] == ["4", "0.07", "223", "3.9", "2790", "48.84", "2696", "47.19"]
    assert rows["A.1.2"][2] == ["0", "0", "5", "4.95", "50", "49.5", "46", "45.54"]
    assert rows["A.1.2"][5] == ["2", "0.07", "105", "3.66", "1477", "51.5", "1284", "44.77"]


def test_vietnamese_formatting(results):
    first = {
        table_id: next(formatted(results[table_id], TEMPLATE.number_format("vi", table_id)))[1]
        for table_id in ("A.1.1", "A.1.2")
    }

    assert first["A.1.1"] == ["6.726", "5.713", "84,9"]
    assert first["A.1.2"] == ["4", "0,07", "223", "3,90", "2.790", "48,84", "2.696", "47,19"]


def test_titles_and_labels_are_the_published_ones(results):
    for table_id in ("A.1.1", "A.1.2"):
        published = haugiang.PUBLISHED[table_id]
        result = results[table_id]
        assert result.table.title == published["title"]
        assert [result.heading, *(column.title for column in result.table.columns)] == published["columns"]
        assert result.table.verified
    assert [row.label for row in results["A.1.2"].rows] == [
        block if group == "Tổng số" and block != "Tất cả" else group
        for block in haugiang.LEVEL_CODES
        for group in haugiang.GROUP_CODES
    ]
