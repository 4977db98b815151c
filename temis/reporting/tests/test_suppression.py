"""RPT-10: which cells of a public report are hidden, on the figures of Hậu Giang and on small ones."""

import pytest

from temis.reporting.cube import Cube, Fact, Person
from temis.reporting.formats import HIDDEN
from temis.reporting.suppression import Published, Surroundings, TablesDisagree, suppress
from temis.reporting.tables import compute
from temis.reporting.template import REASONS
from temis.reporting.tests import haugiang
from temis.reporting.tests.auditing import FULL, LEVELS, SMALL, public_counts


@pytest.fixture(scope="module")
def haugiang_tables():
    return compute(FULL, haugiang.cube())


@pytest.fixture(scope="module")
def haugiang_public(haugiang_tables):
    return suppress(FULL, haugiang_tables)


def test_public_report_shows_no_count_of_one_to_four(haugiang_public):
    assert {value for _, _, value in public_counts(haugiang_public)} & {1, 2, 3, 4} == set()


def test_public_cell_is_unchanged_or_hidden(haugiang_tables, haugiang_public):
    for before, after in zip(haugiang_tables, haugiang_public, strict=True):
        assert before.table == after.table
        for old, new in zip(before.rows, after.rows, strict=True):
            assert {k: v for k, v in new.values.items() if v is not HIDDEN}.items() <= old.values.items()


def test_province_totals_stay_public(haugiang_public):
    completion, levels = haugiang_public[:2]
    assert completion.row(level="ALL", group="ALL").values["completed"] == 5713
    assert levels.row(level="ALL", group="ALL").values["k"] == 2790
    assert levels.row(level="ALL", group="F").values["cd"] == 0


def test_complement_of_small_count_is_hidden(haugiang_public):
    total = haugiang_public[1].row(level="ALL", group="ALL").values
    assert (total["cd"], total["cd_pct"], total["d"], total["d_pct"]) == (HIDDEN,) * 4


def test_percentage_is_hidden_with_its_denominator(haugiang_public):
    """35 of 36 completed: the one who did not must not be told, so 35 is hidden, and the shares that would give it."""
    completion, levels = haugiang_public[:2]
    assert completion.row(level="THCS", group="EM").values["completed"] is HIDDEN
    assert levels.row(level="THCS", group="EM").values["k"] == 18
    assert levels.row(level="THCS", group="EM").values["k_pct"] is HIDDEN


def everybody(rank, count=40):
    person = Person("GVPT", "GV", "TH", False, False, False)
    return [Fact(person, "completed", rank)] * count


def test_level_shared_by_a_whole_group_is_hidden():
    """Women all at Khá: whoever knows a woman there would know her level, however many they are."""
    women = [Fact(Person("GVPT", "GV", "TH", True, False, False), "completed", 2)] * 30
    tables = compute(SMALL, Cube.from_facts(women + everybody(2) + everybody(3), SMALL.standards))

    values = suppress(SMALL, tables)[1].row(level="TH", group="F").values

    assert values["k"] is HIDDEN or HIDDEN in (values["cd"], values["d"], values["t"])


def test_nothing_is_hidden_where_no_group_is_small():
    person = [
        Person("GVPT", "GV", level, f, m, False) for level in LEVELS for f in (True, False) for m in (True, False)
    ]
    states: list[tuple] = [("completed", rank) for rank in range(4)] + [("not_done", None)]
    crowd = [Fact(who, status, rank) for who in person for status, rank in states for _ in range(5)]
    crowd += [Fact(who, "excluded", reason=reason) for who in person for reason in REASONS for _ in range(5)]
    tables = compute(SMALL, Cube.from_facts(crowd, SMALL.standards))
    tables = [result for result in tables if result.table.id not in ("A.1.3", "A.1.4")]

    assert suppress(SMALL, tables) == tables


def test_tables_that_disagree_are_refused():
    elsewhere = Fact(Person("GVPT", "GV", "GDTX", False, False, False), "completed", 3)
    tables = compute(SMALL, Cube.from_facts([*everybody(2), elsewhere], SMALL.standards))

    with pytest.raises(TablesDisagree):
        suppress(SMALL, tables)


def test_version_with_the_same_figures_shows_the_same_cells(haugiang_tables, haugiang_public):
    around = Surroundings(("1",), {"1": haugiang_tables}, (Published(("1",), haugiang_public),))

    assert suppress(FULL, haugiang_tables, around=around) == haugiang_public
