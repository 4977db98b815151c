"""Giving an opinion: who may, when, once; and when the sums open."""

import pytest
from django.db import IntegrityError, connection, transaction

from temis.access import NotPermitted, Role
from temis.appraisals.enums import Stage, State
from temis.appraisals.models import StageWindow
from temis.appraisals.tests.factories import BEFORE, appraisal_of, make_open_period, put_in_state
from temis.core import clock
from temis.core.errors import RuleViolation
from temis.core.models import AuditEntry
from temis.opinions.actions import close_ended, give_opinion, open_sums
from temis.opinions.enums import Circle
from temis.opinions.jobs import nightly
from temis.opinions.models import Asked, Ballot, OpinionTally
from temis.opinions.tests import AFTER_OPINIONS, DURING_OPINIONS
from temis.opinions.tests.factories import SCIENCE, all_rate, rate

EVERYBODY_ELSE = (
    "principal", "deputy", "lone_teacher", "staff", "teacher_20", "teacher_high", "teacher_b", "principal_20",
    "local_officer", "local_leader", "province_officer", "ministry_officer", "ministry_leader", "administrator",
)  # fmt: skip


@pytest.fixture
def period(cast):
    return make_open_period(cast)


def test_asked_about_a_teacher_are_the_others_of_the_group(cast, period):
    asked = Asked.objects.filter(appraisal=appraisal_of(cast, "teacher", period))

    assert {(row.rater_id, row.circle) for row in asked} == {
        (cast.people[name].pk, "COLLEAGUES") for name in SCIENCE if name != "teacher"
    }


def test_asked_about_principal_and_deputy_are_teachers_and_staff_of_the_school(cast, period):
    about = {name: appraisal_of(cast, name, period) for name in ("principal", "deputy")}

    raters = {cast.people[name].pk for name in (*SCIENCE, "lone_teacher", "staff")}
    for appraisal in about.values():
        asked = Asked.objects.filter(appraisal=appraisal)
        assert {(row.rater_id, row.circle) for row in asked} == {(rater, "STAFF") for rater in raters}


def test_nobody_is_asked_about_the_only_one_of_a_group(cast, period):
    assert not Asked.objects.filter(appraisal=appraisal_of(cast, "lone_teacher", period)).exists()


def test_who_is_out_of_the_period_neither_asks_nor_is_asked(cast, period):
    away = put_in_state(appraisal_of(cast, "teacher_4", period), State.EXCLUDED)

    assert not Asked.objects.filter(appraisal=away).exists()
    assert not Asked.objects.filter(rater=cast.teacher_4).exists()


def test_below_the_required_qualification_still_is_asked_about_the_principal(cast, period):
    put_in_state(appraisal_of(cast, "teacher_4", period), State.EXCLUDED, exclusion="BELOW_QUALIFICATION")

    about = Asked.objects.filter(rater=cast.teacher_4).values_list("appraisal__person__code", flat=True)
    assert set(about) == {cast.principal.code, cast.deputy.code}


def test_an_opinion_is_added_to_the_sums_and_leaves_a_ballot(cast, period):
    appraisal = appraisal_of(cast, "teacher", period)

    rate(cast, "leader", appraisal, [3] * 5 + [2] * 10, remark="  Nhiệt   tình ")
    rate(cast, "teacher_2", appraisal, [0] + [3] * 14, remark="Cần dạy vững hơn")

    tally = OpinionTally.objects.get(appraisal=appraisal)
    assert tally.given == 2
    assert tally.counts == [1, 0, 0, 1] + [0, 0, 0, 2] * 4 + [0, 0, 1, 1] * 10
    assert tally.overall == [1, 0, 1, 0]  # one criterion not met makes the teacher "chưa đạt"
    assert tally.remarks == ["Cần dạy vững hơn", "Nhiệt tình"]
    assert {ballot.rater_id for ballot in appraisal.ballots.all()} == {cast.leader.pk, cast.teacher_2.pk}


@pytest.mark.parametrize("name", EVERYBODY_ELSE)
def test_nobody_else_can_give_an_opinion_on_a_teacher(cast, period, name):
    appraisal = appraisal_of(cast, "teacher", period)

    for circle in Circle:
        with pytest.raises(NotPermitted), clock.hold(DURING_OPINIONS):
            give_opinion(appraisal.pk, circle=circle, levels=[2] * 15, scope=cast.scope(name))

    assert not Ballot.objects.exists()


def test_nobody_gives_an_opinion_on_himself(cast, period):
    own = appraisal_of(cast, "teacher", period)

    with pytest.raises(NotPermitted):
        rate(cast, "teacher", own)
    with pytest.raises(IntegrityError, match="OPN-01"), transaction.atomic():
        Ballot.objects.create(appraisal=own, rater=cast.teacher)


def test_a_principal_gives_none_on_his_deputy_nor_the_deputy_on_him(cast, period):
    for rater, ratee in (("principal", "deputy"), ("deputy", "principal")):
        with pytest.raises(NotPermitted):
            rate(cast, rater, appraisal_of(cast, ratee, period))


def test_nobody_gives_two_opinions_on_one(cast, period):
    appraisal = appraisal_of(cast, "teacher", period)
    rate(cast, "leader", appraisal, 3, role=Role.TEACHER)

    with pytest.raises(RuleViolation) as refused:
        rate(cast, "leader", appraisal, 0, role=Role.GROUP_LEADER)

    assert refused.value.rule_id == "OPN-01"
    assert OpinionTally.objects.get().counts == [0, 0, 0, 1] * 15


def test_the_database_itself_refuses_a_second_ballot_and_a_changed_one(cast, period):
    appraisal = appraisal_of(cast, "teacher", period)
    rate(cast, "leader", appraisal)

    with pytest.raises(IntegrityError, match="one_ballot_per_rater"), transaction.atomic():
        Ballot.objects.create(appraisal=appraisal, rater=cast.leader)
    with pytest.raises(Exception, match="never_changed"), transaction.atomic():
        Ballot.objects.update(rater=cast.teacher_2)


def test_the_database_refuses_sums_without_ballots_and_sums_that_do_not_add_up(cast, period):
    appraisal = appraisal_of(cast, "teacher", period)
    rate(cast, "leader", appraisal)

    for stuffed in ({"given": 2, "overall": [0, 0, 2, 0]}, {"overall": [0, 1, 1, 0]}, {"counts": [0, 0, 1, 1] * 15}):
        with pytest.raises(IntegrityError, match="OPN-07"), transaction.atomic():
            _stuff(appraisal, stuffed)


def _stuff(appraisal, values):
    OpinionTally.objects.filter(appraisal=appraisal).update(**values)
    connection.check_constraints()


@pytest.mark.parametrize("moment", [BEFORE, AFTER_OPINIONS])
def test_outside_its_days_no_opinion_is_taken(cast, period, moment):
    appraisal = appraisal_of(cast, "teacher", period)

    with pytest.raises(RuleViolation) as refused, clock.hold(moment):
        give_opinion(appraisal.pk, circle=Circle.COLLEAGUES, levels=[2] * 15, scope=cast.scope("leader", Role.TEACHER))

    assert refused.value.rule_id == "OPN-02"
    assert not OpinionTally.objects.filter(given__gt=0).exists()


def test_after_the_decision_no_opinion_is_taken(cast, period):
    appraisal = put_in_state(appraisal_of(cast, "teacher", period), State.DECIDED)

    with pytest.raises(RuleViolation) as refused:
        rate(cast, "leader", appraisal)

    assert refused.value.rule_id == "OPN-02"


def test_an_incomplete_opinion_changes_nothing(cast, period):
    appraisal = appraisal_of(cast, "teacher", period)

    with pytest.raises(RuleViolation):
        rate(cast, "leader", appraisal, [3] * 14)

    assert not Ballot.objects.exists()
    assert not OpinionTally.objects.exists()


def test_the_sums_close_when_the_last_one_has_answered(cast, period):
    appraisal = appraisal_of(cast, "teacher", period)
    for rater in ("leader", "teacher_2", "teacher_3"):
        rate(cast, rater, appraisal)
        assert not OpinionTally.objects.get().closed

    rate(cast, "teacher_4", appraisal)

    assert OpinionTally.objects.get().closed


def test_the_night_closes_what_is_over_and_moving_the_days_does_not_open_it_again(cast, period):
    appraisal = appraisal_of(cast, "teacher", period)
    for rater in ("leader", "teacher_2", "teacher_3"):
        rate(cast, rater, appraisal)
    with clock.hold(AFTER_OPINIONS):
        assert close_ended(period) == 1
    StageWindow.objects.filter(stage=Stage.OPINIONS).update(closes_on="2020-07-15")

    with pytest.raises(RuleViolation) as refused:
        rate(cast, "teacher_4", appraisal)

    assert refused.value.rule_id == "OPN-05"
    with pytest.raises(Exception, match="closed_for_good"), transaction.atomic():
        OpinionTally.objects.update(given=4)


def test_nothing_is_closed_on_the_last_day(cast, period):
    rate(cast, "leader", appraisal_of(cast, "teacher", period))

    with clock.hold(DURING_OPINIONS):
        assert close_ended(period) == 0


def test_what_the_head_has_decided_on_is_closed(cast, period):
    appraisal = appraisal_of(cast, "teacher", period)
    rate(cast, "leader", appraisal)
    put_in_state(appraisal, State.DECIDED)

    with clock.hold(DURING_OPINIONS):
        assert close_ended(period) == 1


def test_the_head_opens_what_is_over_in_his_own_bodies_only(cast, period):
    ours, above = appraisal_of(cast, "teacher", period), appraisal_of(cast, "principal", period)
    rate(cast, "leader", ours)
    rate(cast, "leader", above)
    with clock.hold(AFTER_OPINIONS):
        assert open_sums(scope=cast.scope("principal_20")) == 0
        assert open_sums(scope=cast.scope("principal")) == 2  # of the same school: the stage is over for the body

    entry = AuditEntry.objects.get(action="opinions.close")
    assert (entry.count, entry.rule_id) == (2, "OPN-05")


@pytest.mark.django_db(transaction=True)
def test_the_nightly_work_closes_and_sweeps(transactional_db):
    from tests.cast import build

    cast = build()
    period = make_open_period(cast)
    rate(cast, "leader", appraisal_of(cast, "teacher", period))

    with clock.hold(AFTER_OPINIONS):
        nightly()

    assert OpinionTally.objects.get().closed
    assert AuditEntry.objects.get(action="opinions.close").count == 1


def test_giving_an_opinion_leaves_no_audit_entry_and_no_history(cast, period):
    before = AuditEntry.objects.count()

    all_rate(cast, "teacher", period)

    assert AuditEntry.objects.count() == before
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname ILIKE '%%insert_insert%%' "
            "AND tgrelid IN ('opinions_ballot'::regclass, 'opinions_opiniontally'::regclass)"
        )
        assert cursor.fetchall() == []
