"""When the sums of opinions may be shown, and what they say."""

import pytest

from temis.appraisals.enums import State
from temis.core.errors import RuleViolation
from temis.opinions import rules
from temis.opinions.enums import Hidden
from temis.standards.enums import Level

NUMBERS = tuple(range(1, 16))


@pytest.mark.parametrize(
    ("asked", "given", "closed", "ended", "expected"),
    [
        (0, 0, False, False, Hidden.NOBODY_ASKED),
        (0, 0, False, True, Hidden.NOBODY_ASKED),
        (4, 0, False, False, Hidden.COLLECTING),
        (4, 3, False, False, Hidden.COLLECTING),  # three are enough to show, yet more may come
        (4, 4, False, False, Hidden.COLLECTING),
        (4, 4, True, False, None),
        (4, 3, True, True, None),
        (4, 2, True, True, Hidden.TOO_FEW),
        (4, 2, False, True, Hidden.TOO_FEW),
        (4, 0, False, True, Hidden.TOO_FEW),
        (4, 3, False, True, Hidden.CLOSING),  # the days may be moved until it is closed
        (2, 2, True, True, Hidden.TOO_FEW),  # a group of three: two opinions can never be shown
        (1, 3, True, True, None),  # raters left the school after they had answered
    ],
)
def test_hidden_reason(asked, given, closed, ended, expected):
    assert rules.hidden_reason(asked=asked, given=given, closed=closed, ended=ended) == expected
    assert rules.is_shown(given=given, closed=closed) is (expected is None)


@pytest.mark.parametrize(
    ("left", "given", "expected"), [(0, 3, True), (0, 2, False), (1, 3, False), (0, 4, True), (0, 0, False)]
)
def test_it_closes_when_everybody_has_answered_from_three_up(left, given, expected):
    assert rules.is_complete(left=left, given=given) is expected


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("closed", [True, False])
@pytest.mark.parametrize("in_time", [True, False])
def test_opinions_are_taken_only_before_the_decision_in_time_and_while_open(state, closed, in_time):
    refused = rules.refusal(state=state, in_time=in_time, closed=closed)

    assert (refused is None) is (state in ("OPEN", "SUBMITTED") and in_time and not closed)


@pytest.mark.parametrize(
    "levels", [[2] * 14, [2] * 16, [2] * 14 + [4], [2] * 14 + [-1], [2] * 14 + [None], [None] * 15, []]
)
def test_an_opinion_has_one_of_four_levels_for_every_criterion(levels):
    with pytest.raises(RuleViolation) as refused:
        rules.check_levels(levels, NUMBERS)

    assert refused.value.rule_id == "OPN-04"


def test_a_missing_level_is_named_at_its_criterion():
    with pytest.raises(RuleViolation) as refused:
        rules.check_levels([2, None, *[3] * 13], NUMBERS)

    assert refused.value.field == "level-2"


def test_added_counts_each_level_at_its_criterion():
    sums = rules.added(rules.added(rules.empty_counts(2), [0, 3]), [1, 3])

    assert sums == [1, 1, 0, 0, 0, 0, 0, 2]


@pytest.mark.parametrize(
    ("counts", "middle", "most"),
    [
        ([0, 0, 0, 0], None, ()),
        ([0, 0, 3, 0], Level.FAIR, (Level.FAIR,)),
        ([0, 1, 1, 1], Level.FAIR, (Level.PASS, Level.FAIR, Level.GOOD)),
        ([0, 0, 2, 2], Level.FAIR, (Level.FAIR, Level.GOOD)),  # of two in the middle the lower
        ([2, 0, 0, 2], Level.NOT_MET, (Level.NOT_MET, Level.GOOD)),
        ([1, 0, 1, 3], Level.GOOD, (Level.GOOD,)),
    ],
)
def test_median_and_most_frequent(counts, middle, most):
    assert rules.median(counts) == middle
    assert rules.most_frequent(counts) == most
