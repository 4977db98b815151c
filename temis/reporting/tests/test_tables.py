from decimal import Decimal

import pytest
from pydantic import ValidationError

from temis.appraisals.enums import Exclusion
from temis.reporting.cube import Cube, Fact, Person
from temis.reporting.differences import differences
from temis.reporting.enums import EXCLUSION_CODES
from temis.reporting.formats import HIDDEN, VI, format_count, format_percent
from temis.reporting.tables import compute, percentage
from temis.reporting.template import REASONS, Template, builtin_template, builtin_template_codes

TEMPLATE = builtin_template("temis-2020")
LAN = Person("GVPT", "GV", "TH", True, True, True)
MINH = Person("GVPT", "GV", "THPT", False, False, False)
HOA = Person("CBQL", "HT", "THCS", True, False, False)


def results(*facts):
    return {result.table.id: result for result in compute(TEMPLATE, Cube.from_facts(facts, TEMPLATE.standards))}


@pytest.mark.parametrize(
    ("numerator", "denominator", "decimals", "expected"),
    [
        (5713, 6726, 1, "84.9"), (4, 5713, 2, "0.07"), (1, 8, 2, "12.50"), (1, 80, 1, "1.3"),
        (1, 16, 2, "6.25"), (1, 32, 2, "3.13"), (1, 800, 2, "0.13"), (0, 5, 2, "0.00"), (7, 7, 1, "100.0"),
    ],
)  # fmt: skip
def test_percentage_rounds_half_up(numerator, denominator, decimals, expected):
    assert percentage(numerator, denominator, decimals) == Decimal(expected)


def test_percentage_of_nobody_is_none():
    assert percentage(0, 0, 1) is None


def test_empty_report_has_zero_counts_and_no_percentage():
    values = results()["A.1.1"].row(level="TH", group="F").values
    assert values == {"total": 0, "completed": 0, "completed_pct": None}


def test_excluded_people_are_apart_from_not_done():
    tables = results(
        Fact(LAN, "excluded"), Fact(LAN, "not_done"), Fact(LAN, "completed", 2), Fact(MINH, "completed", 3)
    )

    assert tables["A.1.1"].row(level="ALL", group="ALL").values == {
        "total": 3, "completed": 2, "completed_pct": Decimal("66.7"),
    }  # fmt: skip
    assert tables["A.1.5"].row(level="TH", group="F_EM").values == {
        "roster": 3, "excluded": 1, "in_period": 2, "completed": 1, "not_done": 1,
        "not_done_pct": Decimal("50.0"),
    }  # fmt: skip


def test_paper_result_counts_in_overall_tables_only():
    tables = results(Fact(LAN, "completed", 2), Fact(LAN, "completed", 1, dict.fromkeys(range(1, 16), 1)))

    assert tables["A.1.2"].row(level="TH", group="ALL").values["k"] == 1
    assert tables["A.1.4"].row(level="TH", criterion="3").values["rated"] == 1
    assert tables["A.1.4"].row(level="TH", criterion="3").values["d_pct"] == Decimal("100.00")


def test_level_of_a_standard_is_its_lowest_criterion():
    tables = results(Fact(LAN, "completed", 1, dict.fromkeys(range(1, 16), 3) | {4: 1, 14: 0, 15: 2}))

    levels = {
        row.codes["standard"]: [key for key in ("cd", "d", "k", "t") if row.values[key]]
        for row in tables["A.1.3"].rows
        if row.codes["level"] == "TH"
    }
    assert levels == {"1": ["t"], "2": ["d"], "3": ["t"], "4": ["t"], "5": ["cd"]}


def test_managers_stand_in_their_own_tables_by_position():
    tables = results(Fact(HOA, "completed", 3), Fact(LAN, "completed", 2))

    women = [row for row in tables["A.2.1"].rows if row.codes["group"] == "F" and row.values["completed"]]
    blocks = [(row.codes["position"], row.codes["level"]) for row in women]
    assert blocks == [("ALL", "ALL"), ("HT", "ALL"), ("ALL", "THCS")]
    assert tables["A.1.1"].row(level="ALL", group="ALL").values["total"] == 1


def test_excluded_people_stand_by_reason():
    tables = results(
        Fact(LAN, "excluded", reason="STUDY"), Fact(LAN, "excluded", reason="MATERNITY"), Fact(HOA, "excluded")
    )

    assert tables["A.1.6"].row(level="TH").values == {
        "excluded": 2, "maternity": 1, "below_qualification": 0, "short_service": 0, "long_leave": 0, "study": 1,
        "other": 0,
    }  # fmt: skip
    assert tables["A.2.6"].row(position="HT").values["other"] == 1


def test_reasons_of_the_template_are_those_of_appraisals():
    assert set(REASONS) == set(Exclusion.values) == set(EXCLUSION_CODES)


def test_differences_name_each_changed_cell_once():
    old = results(Fact(LAN, "completed", 2))
    new = results(Fact(LAN, "completed", 3))

    found = differences([old["A.1.2"]], [new["A.1.2"]])

    hard = [d for d in found if d.row.codes["group"] == "DA"]
    assert {(d.row.codes["level"], d.column.key, d.old, d.new) for d in hard} == {
        (level, key, was, now)
        for level in ("ALL", "TH")
        for key, was, now in (("k", 1, 0), ("k_pct", 100, 0), ("t", 0, 1), ("t_pct", 0, 100))
    }


def test_differences_tell_of_a_table_that_is_no_more():
    old = results(Fact(LAN, "completed", 2))

    found = differences([old["A.1.1"], old["A.1.2"]], [old["A.1.2"]])

    assert {d.table_id for d in found} == {"A.1.1"}
    assert len(found) == 20 * 3


def test_hidden_and_missing_cells_print_as_signs():
    assert [format_count(HIDDEN), format_percent(HIDDEN, 2), format_percent(None, 1)] == ["•", "•", "–"]
    assert format_count(1234567, VI) == "1.234.567"


@pytest.mark.parametrize("code", builtin_template_codes())
def test_every_figure_has_its_definition(code):
    for table in builtin_template(code).tables:
        assert table.definition.endswith(".")
        assert all(column.definition.endswith(".") for column in table.columns)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("rows",), "nowhere", "unknown row set"),
        (("columns", 0, "measure"), "nothing", "unknown measure"),
        (("columns", 0, "measure"), "item_t", "rows without criterion"),
        (("columns", 1, "key"), "total", "keys must differ"),
    ],
)
def test_broken_template_is_refused(path, value, message):
    data = TEMPLATE.model_dump(mode="json")
    target = data["parts"][0]["sections"][0]["tables"][0]
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value

    with pytest.raises(ValidationError, match=message):
        Template.model_validate(data)
