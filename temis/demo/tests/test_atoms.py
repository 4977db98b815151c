"""The solver: shares within bounds, and rows that contain and add up to one another."""

import dataclasses

import pytest

from temis.demo.apportion import apportion
from temis.demo.atoms import complete_rows, solve
from temis.demo.targets import GROUPS, LEVELS, RESULTS, Target, load_targets


def test_apportion_gives_largest_remainders_first():
    assert apportion(10, [1, 1, 1]) == [4, 3, 3]
    assert apportion(7, [5, 3, 2]) == [4, 2, 1]


def test_apportion_keeps_to_floors_and_caps():
    assert apportion(10, [9, 1, 0], floors=[0, 0, 3], caps=[5, 5, 5]) == [5, 2, 3]


@pytest.mark.parametrize(("floors", "caps"), [([6, 6], None), (None, [4, 5]), ([3, 0], [2, 9])])
def test_apportion_refuses_bounds_that_cannot_hold_the_total(floors, caps):
    with pytest.raises(ValueError, match="no shares"):
        apportion(10, [1, 1], floors, caps)


def test_rows_keep_what_was_published_and_add_up():
    targets = load_targets()
    rows = complete_rows(targets)

    published = {
        (level, group): targets.rows[level, group].results
        for level in LEVELS
        for group in GROUPS
        if targets.rows[level, group].results
    }
    assert len(published) == 3
    assert {key: rows[key] for key in published} == published
    for group in GROUPS:
        together = tuple(sum(rows[level, group][i] for level in LEVELS) for i in range(len(RESULTS)))
        assert together == targets.rows["ALL", group].results
        for level in LEVELS:
            assert sum(rows[level, group]) == targets.rows[level, group].completed


def test_overlapping_rows_lie_within_one_another():
    rows = complete_rows(load_targets())
    for level in LEVELS:
        for i in range(len(RESULTS)):
            everyone, women, minority = (rows[level, group][i] for group in ("ALL", "F", "EM"))
            both = rows[level, "F_EM"][i]
            assert max(0, women + minority - everyone) <= both <= min(women, minority)
            assert 0 <= rows[level, "DA"][i] <= everyone


def test_atoms_are_never_negative_and_count_everyone():
    atoms = solve(load_targets())
    assert min(atoms.values()) > 0
    assert sum(atoms.values()) == 6726


def test_contradicting_targets_are_refused():
    targets = load_targets()
    row = targets.rows["TH", "F"]
    wrong = Target(row.total, row.completed, (row.completed, 0, 0, 0))
    with pytest.raises(ValueError, match=r"no shares|do not add up"):
        solve(dataclasses.replace(targets, rows={**targets.rows, ("TH", "F"): wrong}))
