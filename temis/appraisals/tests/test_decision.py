"""The head's decision: who, when, computed, once, undone until told."""

import threading
from datetime import date

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from temis.access import NotPermitted, P, Role
from temis.accounts.models import Delegation
from temis.appraisals.actions.announcement import acknowledge, announce
from temis.appraisals.actions.decision import accept_self_assessments, decide, retract, save_decision_draft
from temis.appraisals.enums import State
from temis.appraisals.models import Appraisal, DecisionDraft
from temis.appraisals.tests.factories import (
    AFTER,
    DURING_DECISION,
    DURING_SELF,
    appraisal_of,
    make_open_period,
    put_in_state,
)
from temis.core import audit, clock
from temis.core.errors import RuleViolation
from temis.core.models import AuditEntry
from temis.messaging.models import Notice
from temis.people.assignments import assignments_of, scope_of
from temis.people.changes import changes_of
from tests.cast import build

GOOD = [3] * 10 + [2] * 5
TEACHERS = ("leader", "teacher", "teacher_2", "teacher_3", "teacher_4", "lone_teacher")


@pytest.fixture
def sent(cast, period):
    return put_in_state(appraisal_of(cast, "teacher", period), State.SUBMITTED)


@pytest.fixture
def during():
    with clock.hold(DURING_DECISION):
        yield


def by(cast, name, appraisal, levels=GOOD, revision=None, note=""):
    return decide(appraisal.pk, levels=levels, note=note, revision=revision, scope=cast.scope(name))


def everybody(cast):
    """Every role that somebody of the cast holds."""
    for name, person in cast.people.items():
        for held in assignments_of(person.user):
            yield name, scope_of(held, person.user)


@pytest.mark.parametrize(
    ("ratee", "expected"),
    [
        ("teacher", {"principal"}),
        ("leader", {"principal"}),
        ("deputy", {"principal"}),
        ("principal", {"local_leader"}),
        ("principal_high", {"province_leader"}),
        ("teacher_high", {"principal_high"}),
        ("teacher_20", {"principal_20"}),
    ],
)
def test_exactly_one_can_decide_on_each(cast, period, ratee, expected):
    appraisal = appraisal_of(cast, ratee, period)

    may = {
        name
        for name, scope in everybody(cast)
        if Appraisal.objects.permitted(scope, P.APPRAISAL_DECIDE).filter(pk=appraisal.pk).exists()
    }

    assert may == expected


def test_a_decision_is_computed_signed_and_written_down(cast, sent, during):
    by(cast, "principal", sent, note="Vững chuyên môn")

    sent.refresh_from_db()
    assert (sent.state, sent.decided_levels, sent.decided_overall) == (State.DECIDED, GOOD, 3)
    assert (sent.decided_by_id, sent.decided_by_person_id) == (cast.principal.user_id, cast.principal.pk)
    assert (sent.decided_at, str(sent.decided_on), sent.decision_note) == (
        DURING_DECISION,
        "2020-06-10",
        "Vững chuyên môn",
    )
    entry = AuditEntry.objects.get(action="appraisal.decide")
    assert (entry.person_id, entry.rule_id, entry.user_id) == (cast.teacher.pk, "APR-21", cast.principal.user_id)


@pytest.mark.parametrize(
    ("levels", "overall"), [([3] * 15, 3), ([3] * 9 + [2] * 6, 2), ([2] * 15, 2), ([1] * 15, 1), ([0] + [3] * 14, 0)]
)
def test_the_overall_level_follows_from_the_levels(cast, sent, during, levels, overall):
    assert by(cast, "principal", sent, levels).decided_overall == overall


def test_the_database_refuses_another_overall_level(cast, sent, during):
    by(cast, "principal", sent)

    for wrong in (0, 1, 2):
        with pytest.raises(IntegrityError, match="STD-01"), transaction.atomic():
            Appraisal.objects.filter(pk=sent.pk).update(decided_overall=wrong)


@pytest.mark.parametrize("levels", [[3] * 14, [3] * 16, [3] * 14 + [None], [4] * 15, []])
def test_without_a_level_for_every_criterion_nothing_is_decided(cast, sent, during, levels):
    with pytest.raises(RuleViolation) as refused:
        by(cast, "principal", sent, levels)

    assert refused.value.rule_id in ("APR-15", "APR-21")
    sent.refresh_from_db()
    assert sent.state == State.SUBMITTED


@pytest.mark.parametrize("moment", [DURING_SELF, AFTER])
def test_outside_the_days_nothing_is_decided(cast, sent, moment):
    with clock.hold(moment), pytest.raises(RuleViolation) as refused:
        by(cast, "principal", sent)

    assert refused.value.rule_id == "APR-20"


def test_nobody_decides_on_himself_not_even_past_the_actions(cast, period, during):
    own = put_in_state(appraisal_of(cast, "principal", period), State.SUBMITTED)

    with pytest.raises(NotPermitted):
        by(cast, "principal", own, [2] * 18)
    with pytest.raises(IntegrityError, match="nobody_decides_on_himself"), transaction.atomic():
        Appraisal.objects.filter(pk=own.pk).update(decided_by_person=cast.principal)


def test_who_is_not_due_is_decided_on_only_for_a_stated_reason(cast, sent, during):
    Appraisal.objects.filter(pk=sent.pk).update(decision_due=False)

    with pytest.raises(RuleViolation) as refused:
        by(cast, "principal", sent)

    assert refused.value.rule_id == "APR-10"


def test_a_decision_is_revised_until_it_is_told(cast, sent, during):
    by(cast, "principal", sent)
    by(cast, "principal", sent, [1] * 15, revision=1)
    announce([sent.pk], scope=cast.scope("principal"))

    with pytest.raises(RuleViolation) as refused:
        by(cast, "principal", sent, [3] * 15)

    assert refused.value.rule_id == "APR-02"
    sent.refresh_from_db()
    assert (sent.decided_overall, sent.state) == (1, State.ANNOUNCED)


def test_the_trail_tells_which_levels_changed_by_the_number_of_the_criterion(cast, sent, during):
    by(cast, "principal", sent)
    with audit.context(cast.scope("principal")):
        by(cast, "principal", sent, [*GOOD[:2], 1, *GOOD[3:14], 0], revision=1)

    (change,) = changes_of(AuditEntry.objects.get(action="appraisal.revise"), cast.scope("principal"))

    assert change.fields == [
        ("Mức xếp loại từng tiêu chí", "3:\xa0Tốt, 15:\xa0Khá", "3:\xa0Đạt, 15:\xa0Chưa đạt"),
        ("Kết quả xếp loại", "Tốt", "Chưa đạt"),
    ]


def test_the_second_of_two_is_told(cast, sent, during):
    by(cast, "principal", sent, revision=0)

    with pytest.raises(RuleViolation) as refused:
        by(cast, "principal", sent, [1] * 15, revision=0)

    assert refused.value.rule_id == "APR-01"
    sent.refresh_from_db()
    assert sent.decided_overall == 3


def test_a_double_click_is_one_decision(cast, sent, during):
    for _click in range(2):
        by(cast, "principal", sent, revision=0)

    sent.refresh_from_db()
    assert sent.revision == 1
    assert AuditEntry.objects.filter(action="appraisal.decide").count() == 1


def test_under_a_delegation_the_decision_says_so(cast, sent, during):
    delegation = Delegation.objects.create(
        head=cast.principal.user,
        deputy=cast.deputy.user,
        role=Role.PRINCIPAL,
        organization=cast.school_2,
        permissions=[P.APPRAISAL_DECIDE, P.APPRAISAL_VIEW],
        validity=DateRange(date(2020, 1, 1), date(2099, 1, 1)),
        reason="Đi công tác",
        created_at=DURING_SELF,
    )
    held = next(one for one in assignments_of(cast.deputy.user) if one.delegation_id == delegation.pk)

    decide(sent.pk, levels=GOOD, revision=0, scope=scope_of(held, cast.deputy.user))

    sent.refresh_from_db()
    assert (sent.decided_under_id, sent.decided_by_person_id) == (delegation.pk, cast.deputy.pk)
    assert AuditEntry.objects.get(action="appraisal.decide").delegation_id == delegation.pk


def test_a_deputy_does_not_decide_on_himself_under_a_delegation(cast, period, during):
    own = put_in_state(appraisal_of(cast, "deputy", period), State.SUBMITTED)
    test_scope = cast.scope("principal")
    delegated = type(test_scope)(**{**test_scope.__dict__, "person_id": cast.deputy.pk, "user_id": cast.deputy.user_id})

    with pytest.raises(NotPermitted):
        decide(own.pk, levels=[2] * 18, revision=0, scope=delegated)


# The draft


def save(cast, name, appraisal, revision, level=2):
    levels = [level] * 3 + [None] * 12
    return save_decision_draft(appraisal.pk, levels=levels, note="", revision=revision, scope=cast.scope(name))


def test_a_draft_keeps_what_was_typed_and_goes_with_the_decision(cast, sent, during):
    assert not save(cast, "principal", sent, 1).is_late
    assert DecisionDraft.objects.get().levels == [2] * 3 + [None] * 12

    by(cast, "principal", sent)

    assert not DecisionDraft.objects.exists()


def test_an_older_save_that_comes_late_changes_nothing(cast, sent, during):
    save(cast, "principal", sent, 2)

    assert save(cast, "principal", sent, 1, level=0).is_late
    assert DecisionDraft.objects.get().levels[0] == 2


def test_a_draft_is_kept_by_who_decides_only(cast, sent, during):
    for name, scope in everybody(cast):
        if name != "principal":
            with pytest.raises(NotPermitted):
                save_decision_draft(sent.pk, levels=[2] * 15, note="", revision=1, scope=scope)


# Many at once


def test_accepting_decides_on_all_in_one_statement(cast, period, during, django_assert_max_num_queries):
    sent = [put_in_state(appraisal_of(cast, name, period), State.SUBMITTED) for name in TEACHERS[:5]]
    unsent = appraisal_of(cast, "lone_teacher", period)
    scope = cast.scope("principal")

    with django_assert_max_num_queries(14) as queries:
        assert accept_self_assessments([one.pk for one in (*sent, unsent)], scope=scope) == 5

    updates = [query for query in queries.captured_queries if query["sql"].startswith('UPDATE "appraisals_appraisal"')]
    assert len(updates) == 1
    for one in sent:
        one.refresh_from_db()
        assert (one.state, one.decided_levels, one.decided_overall) == (
            State.DECIDED,
            one.self_levels,
            one.self_overall,
        )
    unsent.refresh_from_db()
    assert unsent.state == State.OPEN
    assert AuditEntry.objects.get(action="appraisal.decide").count == 5


def test_accepting_refuses_when_one_of_them_is_out_of_reach(cast, period, sent, during):
    other = put_in_state(appraisal_of(cast, "teacher_20", period), State.SUBMITTED)

    with pytest.raises(NotPermitted):
        accept_self_assessments([sent.pk, other.pk], scope=cast.scope("principal"))

    sent.refresh_from_db()
    assert sent.state == State.SUBMITTED


def test_retracting_brings_each_back_to_where_it_stood(cast, period, sent, during):
    unsent = appraisal_of(cast, "teacher_2", period)
    for one in (sent, unsent):
        by(cast, "principal", one)

    assert retract([sent.pk, unsent.pk], scope=cast.scope("principal")) == 2

    for one, state in ((sent, State.SUBMITTED), (unsent, State.OPEN)):
        one.refresh_from_db()
        assert (one.state, one.decided_levels, one.decided_by) == (state, None, None)


def test_what_was_told_is_not_retracted(cast, sent, during):
    by(cast, "principal", sent)
    announce([sent.pk], scope=cast.scope("principal"))

    with pytest.raises(RuleViolation) as refused:
        retract([sent.pk], scope=cast.scope("principal"))

    assert refused.value.rule_id == "APR-26"


def test_announcing_tells_each_person_once(cast, period, during):
    chosen = [put_in_state(appraisal_of(cast, name, period), State.DECIDED) for name in TEACHERS[:3]]
    waiting = put_in_state(appraisal_of(cast, "teacher_4", period), State.SUBMITTED)
    pks = [one.pk for one in (*chosen, waiting)]

    assert announce(pks, scope=cast.scope("principal")) == 3
    with pytest.raises(RuleViolation):
        announce(pks, scope=cast.scope("principal"))

    told = Notice.objects.filter(kind="appraisal.announced").values_list("user_id", flat=True)
    assert sorted(told) == sorted(cast.people[name].user_id for name in TEACHERS[:3])
    assert AuditEntry.objects.get(action="appraisal.announce").count == 3


def test_only_the_person_acknowledges(cast, period, during):
    told = put_in_state(appraisal_of(cast, "teacher", period), State.ANNOUNCED)

    for name, scope in everybody(cast):
        if name != "teacher":
            with pytest.raises(NotPermitted):
                acknowledge(told.pk, scope=scope)
    acknowledge(told.pk, scope=cast.scope("teacher"))
    acknowledge(told.pk, scope=cast.scope("teacher"))

    told.refresh_from_db()
    assert (told.state, told.acknowledged_at) == (State.ACKNOWLEDGED, DURING_DECISION)


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_the_same_moment_make_one_decision(transactional_db):
    """Two connections, started together: the row lock lets one through, the other is told."""
    cast = build()
    period = make_open_period(cast)
    appraisal = put_in_state(appraisal_of(cast, "teacher", period), State.SUBMITTED)
    scope, together, outcomes = cast.scope("principal"), threading.Barrier(2), []

    def run(levels):
        try:
            with clock.hold(DURING_DECISION):
                together.wait(10)
                decide(appraisal.pk, levels=levels, revision=0, scope=scope)
                outcomes.append("decided")
        except RuleViolation as refused:
            outcomes.append(refused.rule_id)
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=run, args=(levels,)) for levels in ([3] * 15, [1] * 15)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(outcomes) == ["APR-01", "decided"]
    appraisal.refresh_from_db()
    assert appraisal.revision == 1
    assert connection.is_usable()
