"""The figures are what their sources say, and every one has a source."""

import json
from collections import Counter
from math import isclose

import pytest

from temis.simulation.chance import Chance, apportion, slots
from temis.simulation.figures import DATA, read
from temis.simulation.outcomes import MANAGERS, cells
from temis.simulation.posts import LEVELS


def test_every_figure_has_a_source_and_says_whether_it_is_verified():
    for part in ("people", "appraisals", "opinions", "evidence"):
        for name, entry in read("distributions")[part].items():
            assert entry.keys() >= {"value", "source", "verified"}, name
            assert entry["verified"] or entry["source"].startswith(("Assumption", "1,000,000", "Retirement")), name


@pytest.mark.parametrize("file", sorted(DATA.glob("*.json")), ids=lambda file: file.name)
def test_every_data_file_explains_itself(file):
    assert json.loads(file.read_text(encoding="utf-8"))["note"]


def test_provinces_are_those_of_2020():
    provinces = set(read("country")["provinces"])
    assert len(provinces) == 63
    assert set(read("places")["districts"]) == provinces
    assert {province for _, province in read("places")["communes"].values()} <= provinces


def test_every_old_commune_goes_to_a_known_new_one():
    known = set(read("places")["communes"])
    used = {c for districts in read("places")["districts"].values() for d in districts for c in d["communes"]}
    assert used == known


def test_cell_of_men_of_the_majority_has_the_published_shares_of_its_level():
    """Hậu Giang 2020: 2868 of 3228 completed in Tiểu học; T 1284, K 1477, Đ 105, CĐ 2 of them."""
    cell = cells()[0]
    assert isclose(cell.completed, 2868 / 3228)
    assert all(map(isclose, cell.steps, (2 / 2868, 107 / 2868, 1584 / 2868)))


def test_results_of_levels_add_up_to_the_published_total():
    """What Tiểu học leaves of the total is shared by the other two."""
    of_thcs = cells()[8]
    assert isclose(1 - of_thcs.steps[2], (2696 - 1284) / (5713 - 2868))


def test_there_is_a_cell_for_everybody():
    assert [cell.key for cell in cells()] == [*range(8 * len(LEVELS)), MANAGERS]
    assert all(0 < a <= b <= c < 1 for cell in cells() for a, b, c in [cell.steps])


def test_slots_stand_for_the_published_frequency_of_surnames():
    found = Counter(slots(read("names")["kinh"]["surnames"]["north"], 1000))
    assert (found["Nguyễn"], found["Trần"], found["Lê"], found["Phạm"]) == (384, 121, 95, 70)
    assert found.total() == 1000


@pytest.mark.parametrize(
    ("total", "weights", "least", "counts"),
    [(10, [1, 1, 1], 0, [4, 3, 3]), (10, [1, 0], 2, [8, 2]), (3, [5, 5, 5], 1, [1, 1, 1]), (0, [1], 0, [0])],
)
def test_apportion_shares_out_all_of_it(total, weights, least, counts):
    assert apportion(total, weights, least) == counts


def test_chance_of_another_name_or_seed_is_another():
    rolls = {Chance(seed).roll("id", name) for seed in (1, 2) for name in ("age", "month")}
    assert len(rolls) == 4
