"""Who is out of a period and why, who is decided on early, and what the database refuses."""

import pytest
from django.db import IntegrityError, transaction

from temis.access import NotPermitted
from temis.appraisals.actions import participation
from temis.appraisals.actions.periods import close_period
from temis.appraisals.enums import DECIDED_STATES, Exclusion, State
from temis.appraisals.models import Appraisal
from temis.appraisals.tests.factories import (
    DURING_SELF,
    appraisal_of,
    make_open_period,
    put_in_state,
)
from temis.core.errors import RuleViolation
from temis.core.models import AuditEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_may")]


def test_excluded_with_reason_and_back_again_with_what_was_sent(cast):
    period = make_open_period(cast)
    scope = cast.scope("principal")
    put_in_state(appraisal_of(cast, "teacher_2", period), State.SUBMITTED)
    pks = [appraisal_of(cast, name, period).pk for name in ("teacher", "teacher_2")]

    out = participation.exclude(pks, reason=Exclusion.MATERNITY, scope=scope)

    rows = Appraisal.objects.filter(pk__in=pks)
    assert out == 2
    assert set(rows.values_list("state", "exclusion", "revision")) == {(State.EXCLUDED, "MATERNITY", 1)}
    entry = AuditEntry.objects.get(action="appraisal.exclude")
    assert (entry.count, entry.note, entry.rule_id) == (2, "Nghỉ thai sản", "APR-08")

    assert participation.include(pks, scope=scope) == 2
    assert appraisal_of(cast, "teacher", period).state == State.OPEN
    assert appraisal_of(cast, "teacher_2", period).state == State.SUBMITTED


@pytest.mark.parametrize("state", DECIDED_STATES)
def test_who_has_a_result_stays_in(cast, state):
    period = make_open_period(cast)
    decided = put_in_state(appraisal_of(cast, "teacher", period), state)

    with pytest.raises(RuleViolation) as refused:
        participation.exclude([decided.pk], reason=Exclusion.STUDY, scope=cast.scope("principal"))

    assert refused.value.rule_id == "APR-02"
    assert appraisal_of(cast, "teacher", period).state == state


def test_nothing_changes_in_a_closed_period(cast):
    period = make_open_period(cast)
    pk = appraisal_of(cast, "teacher", period).pk
    close_period(period.pk, scope=cast.scope("ministry_officer"))

    with pytest.raises(RuleViolation):
        participation.exclude([pk], reason=Exclusion.STUDY, scope=cast.scope("principal"))
    with pytest.raises(RuleViolation):
        participation.sync_participants(period.pk, cast.school_2.pk, scope=cast.scope("principal"))


@pytest.mark.parametrize(
    ("who", "whom", "allowed"),
    [
        ("principal", "teacher", True),
        ("principal", "deputy", True),
        ("principal", "principal", False),  # nobody takes out himself
        ("principal", "teacher_20", False),
        ("local_leader", "principal", True),
        ("province_officer", "teacher_20", True),
        ("province_officer_b", "teacher", False),
        ("ministry_officer", "teacher", False),
        ("teacher", "teacher", False),
        ("deputy", "teacher", False),
    ],
)
def test_exclusion_is_within_reach_only(cast, who, whom, allowed):
    period = make_open_period(cast)
    pk = appraisal_of(cast, whom, period).pk
    if allowed:
        assert participation.exclude([pk], reason=Exclusion.STUDY, scope=cast.scope(who)) == 1
    else:
        with pytest.raises(NotPermitted):
            participation.exclude([pk], reason=Exclusion.STUDY, scope=cast.scope(who))


def test_one_person_out_of_reach_stops_the_whole_selection(cast):
    period = make_open_period(cast)
    pks = [appraisal_of(cast, name, period).pk for name in ("teacher", "teacher_20")]

    with pytest.raises(NotPermitted):
        participation.exclude(pks, reason=Exclusion.STUDY, scope=cast.scope("principal"))

    assert set(Appraisal.objects.filter(pk__in=pks).values_list("state", flat=True)) == {State.OPEN}


# Earlier than the cadence


def test_early_decision_is_called_for_one_or_many_with_a_reason(cast):
    earlier = make_open_period(cast, 2019)
    for name in ("teacher", "teacher_2"):
        put_in_state(appraisal_of(cast, name, earlier), State.ACKNOWLEDGED)
    period = make_open_period(cast)
    pks = [appraisal_of(cast, name, period).pk for name in ("teacher", "teacher_2", "teacher_3")]

    count = participation.call_early_decision(pks, reason="Cử đi bồi dưỡng", scope=cast.scope("principal"))

    assert count == 2
    assert [appraisal_of(cast, name, period).decision_due_reason for name in ("teacher", "teacher_2", "teacher_3")] == [
        "Cử đi bồi dưỡng",
        "Cử đi bồi dưỡng",
        "",
    ]


def test_early_decision_is_called_only_by_the_head(cast):
    period = make_open_period(cast)
    pk = appraisal_of(cast, "teacher", period).pk
    Appraisal.objects.filter(pk=pk).update(decision_due=False)

    for who in ("teacher", "deputy", "province_officer", "province_leader", "principal_20"):
        with pytest.raises(NotPermitted):
            participation.call_early_decision([pk], reason="Cử đi học", scope=cast.scope(who))


# What the database refuses


@pytest.mark.parametrize(
    "changes",
    [
        {"self_levels": [3] * 15, "self_overall": 2, "submitted_at": DURING_SELF, "state": State.SUBMITTED},
        {"self_levels": [3] * 14, "self_overall": 3, "submitted_at": DURING_SELF, "state": State.SUBMITTED},
        {"decided_levels": [0] * 15, "decided_overall": 1, "decided_at": DURING_SELF, "state": State.DECIDED},
        {"state": State.SUBMITTED},
        {"state": State.EXCLUDED},
        {"state": State.DECIDED},
        {"state": "GONE"},
    ],
)
def test_database_refuses_what_must_never_be(cast, changes):
    pk = appraisal_of(cast, "teacher", make_open_period(cast)).pk

    with pytest.raises(IntegrityError), transaction.atomic():
        Appraisal.objects.filter(pk=pk).update(**changes)
