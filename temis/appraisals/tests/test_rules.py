"""The rules of the course of an appraisal, without a database."""

from datetime import date

import pytest

from temis.access import P
from temis.appraisals import rules
from temis.appraisals.enums import Exclusion, State
from temis.appraisals.rules import Window
from temis.core.errors import RuleViolation

# state → what somebody may do from there
STEPS = {
    State.OPEN: ["submit", "decide", "exclude"],
    State.SUBMITTED: ["withdraw", "decide", "exclude"],
    State.DECIDED: ["revise", "retract", "retract", "announce"],
    State.ANNOUNCED: ["acknowledge", "object"],
    State.ACKNOWLEDGED: [],
    State.OBJECTED: ["answer"],
    State.EXCLUDED: ["include", "include"],
}


@pytest.mark.parametrize("state", State)
def test_every_state_allows_exactly_its_steps(state):
    assert [step.name for step in rules.allowed_steps(state)] == STEPS[state]


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("step", rules.STEPS, ids=lambda step: f"{step.name}-{step.to}")
def test_step_from_another_state_is_refused_with_its_rule(step, state):
    if state in step.sources:
        rules.check_step(step, state)
    else:
        with pytest.raises(RuleViolation) as refused:
            rules.check_step(step, state)
        assert refused.value.rule_id == "APR-02"


def test_only_the_person_sends_and_only_the_head_decides():
    by_permission: dict[P, set[str]] = {}
    for step in rules.STEPS:
        by_permission.setdefault(step.permission, set()).add(step.name)

    assert by_permission == {
        P.OWN_APPRAISAL: {"submit", "withdraw", "acknowledge", "object"},
        P.APPRAISAL_DECIDE: {"decide", "revise", "retract", "announce", "answer"},
        P.APPRAISAL_EXCLUDE: {"exclude", "include"},
    }


@pytest.mark.parametrize(
    ("last", "year", "cadence", "due"),
    [
        (None, 2020, 2, True),
        (2019, 2020, 2, False),
        (2018, 2020, 2, True),
        (2017, 2020, 2, True),
        (2020, 2020, 2, False),
        (2019, 2020, 1, True),
        (2018, 2020, 3, False),
    ],
)
def test_decision_is_due_after_the_cadence(last, year, cadence, due):
    assert rules.decision_due(last, year, cadence) is due


@pytest.mark.parametrize("reason", ["", "   "])
def test_early_decision_without_a_reason_is_refused(reason):
    with pytest.raises(RuleViolation) as refused:
        rules.check_early_decision(reason)
    assert (refused.value.rule_id, refused.value.field) == ("APR-10", "reason")


def test_incomplete_self_assessment_names_the_missing_criteria():
    levels = [3, None, 2, None]

    with pytest.raises(RuleViolation) as refused:
        rules.check_complete(levels, [1, 2, 3, 4, 5])

    assert refused.value.rule_id == "APR-03"
    assert "2, 4, 5" in str(refused.value)
    assert refused.value.field == "level-2"


def test_complete_self_assessment_with_a_level_not_met_is_complete():
    rules.check_complete([0, 0, 0], [1, 2, 3])

    assert rules.missing_criteria([0, 0, 0], [1, 2, 3]) == []


@pytest.mark.parametrize("levels", [[1, 2], [1, 2, 4], [1, 2, -1], [1, 2, 3, 3], ["1", 2, 3]])
def test_levels_that_are_none_of_the_four_are_refused(levels):
    with pytest.raises(RuleViolation) as refused:
        rules.check_levels(levels, 3)
    assert refused.value.rule_id == "APR-15"


OWN = Window(date(2020, 5, 1), date(2020, 5, 31), set_by=1)
DECISION = Window(date(2020, 5, 25), date(2020, 6, 15), set_by=1)


@pytest.mark.parametrize(
    ("state", "on", "own", "decision", "can"),
    [
        (State.SUBMITTED, date(2020, 5, 24), OWN, DECISION, True),
        (State.SUBMITTED, date(2020, 5, 25), OWN, DECISION, False),  # the decision has begun
        (State.SUBMITTED, date(2020, 6, 1), OWN, None, False),  # could not be sent again
        (State.SUBMITTED, date(2020, 5, 31), OWN, None, True),
        (State.SUBMITTED, date(2020, 5, 24), None, None, True),
        (State.OPEN, date(2020, 5, 24), OWN, DECISION, False),
        (State.DECIDED, date(2020, 5, 24), OWN, DECISION, False),
    ],
)
def test_withdrawal_ends_where_the_next_step_begins(state, on, own, decision, can):
    assert rules.can_withdraw(state, on, own, decision) is can


@pytest.mark.parametrize(
    ("reason", "note", "field"),
    [("", "", "exclusion"), ("HOLIDAY", "x", "exclusion"), (Exclusion.OTHER, " ", "note")],
)
def test_exclusion_without_a_stated_reason_is_refused(reason, note, field):
    with pytest.raises(RuleViolation) as refused:
        rules.check_exclusion(reason, note)
    assert (refused.value.rule_id, refused.value.field) == ("APR-08", field)


def test_exclusion_of_a_known_kind_needs_no_words():
    rules.check_exclusion(Exclusion.MATERNITY, "")


@pytest.mark.parametrize(
    ("opens_on", "closes_on", "holds"),
    [
        (date(2020, 5, 1), date(2020, 5, 31), True),
        (date(2020, 5, 10), date(2020, 5, 20), True),
        (date(2020, 4, 30), date(2020, 5, 20), False),
        (date(2020, 5, 10), date(2020, 6, 1), False),
        (date(2020, 5, 20), date(2020, 5, 10), False),
    ],
)
def test_window_holds_only_days_within_it(opens_on, closes_on, holds):
    assert OWN.holds(opens_on, closes_on) is holds
