"""Objecting to a result, and the answer with its reason."""

from datetime import datetime

import pytest

from temis.access import NotPermitted
from temis.appraisals.actions.announcement import acknowledge
from temis.appraisals.actions.objection import answer_objection, object_to_result
from temis.appraisals.enums import Outcome, State
from temis.appraisals.models import Objection
from temis.appraisals.tests.factories import AFTER, ZONE, appraisal_of, make_open_period, put_in_state
from temis.core import clock
from temis.core.errors import RuleViolation
from temis.messaging.models import Notice

DURING_RESPONSE = datetime(2020, 6, 20, 9, 0, tzinfo=ZONE)
BETTER = [3] * 15


@pytest.fixture
def told(cast):
    period = make_open_period(cast)
    return put_in_state(appraisal_of(cast, "teacher", period), State.ANNOUNCED, decided_by=cast.principal.user)


@pytest.fixture
def during():
    with clock.hold(DURING_RESPONSE):
        yield


def objected(cast, appraisal):
    object_to_result(appraisal.pk, text="Tiêu chí 5 phải là Tốt.", scope=cast.scope("teacher"))
    appraisal.refresh_from_db()
    return appraisal


def reply(cast, appraisal, outcome=Outcome.UPHELD, answer="Minh chứng chưa đủ.", levels=(), name="principal"):
    return answer_objection(
        appraisal.pk, outcome=outcome, answer=answer, levels=levels, revision=appraisal.revision, scope=cast.scope(name)
    )


def test_an_objection_is_kept_and_who_decided_is_told(cast, told, during):
    objected(cast, told)

    assert told.state == State.OBJECTED
    assert Objection.objects.get().text == "Tiêu chí 5 phải là Tốt."
    assert Notice.objects.get(kind="appraisal.objected").user_id == cast.principal.user_id


@pytest.mark.parametrize("name", ["principal", "leader", "teacher_2", "local_leader", "province_officer"])
def test_only_the_person_objects(cast, told, during, name):
    with pytest.raises(NotPermitted):
        object_to_result(told.pk, text="Không đồng ý", scope=cast.scope(name))


@pytest.mark.parametrize("text", ["", "   ", "x" * 4001])
def test_an_objection_says_something_readable(cast, told, during, text):
    with pytest.raises(RuleViolation) as refused:
        object_to_result(told.pk, text=text, scope=cast.scope("teacher"))

    assert refused.value.field == "text"


def test_after_the_days_there_is_no_objection_but_still_an_acknowledgement(cast, told):
    with clock.hold(AFTER):
        with pytest.raises(RuleViolation) as refused:
            object_to_result(told.pk, text="Không đồng ý", scope=cast.scope("teacher"))
        acknowledge(told.pk, scope=cast.scope("teacher"))

    assert refused.value.rule_id == "APR-24"
    told.refresh_from_db()
    assert told.state == State.ACKNOWLEDGED


def test_an_upheld_result_stays_with_its_reason(cast, told, during):
    reply(cast, objected(cast, told))

    told.refresh_from_db()
    assert (told.state, told.decided_overall) == (State.ANNOUNCED, 2)
    objection = Objection.objects.get()
    assert (objection.outcome, objection.answer) == ("UPHELD", "Minh chứng chưa đủ.")
    assert objection.answered_by_id == cast.principal.user_id
    assert Notice.objects.get(kind="appraisal.answered").user_id == cast.teacher.user_id


def test_a_changed_result_has_new_levels_and_a_computed_overall(cast, told, during):
    reply(cast, objected(cast, told), Outcome.CHANGED, "Đồng ý với minh chứng bổ sung.", BETTER)

    told.refresh_from_db()
    assert (told.state, told.decided_levels, told.decided_overall) == (State.ANNOUNCED, BETTER, 3)


@pytest.mark.parametrize(
    ("outcome", "answer", "levels", "field"),
    [
        ("", "Lý do", (), "outcome"),
        ("MAYBE", "Lý do", (), "outcome"),
        (Outcome.UPHELD, "  ", (), "answer"),
        (Outcome.CHANGED, "", BETTER, "answer"),
        (Outcome.CHANGED, "Lý do", [2] * 15, "outcome"),
        (Outcome.CHANGED, "Lý do", [3] * 14 + [None], "level-15"),
    ],
)
def test_an_answer_without_decision_reason_or_levels_is_refused(cast, told, during, outcome, answer, levels, field):
    objected(cast, told)

    with pytest.raises(RuleViolation) as refused:
        reply(cast, told, outcome, answer, levels)

    assert refused.value.field == field
    assert Objection.objects.get().answered_at is None


@pytest.mark.parametrize("name", ["teacher", "leader", "deputy", "local_leader", "principal_20"])
def test_only_who_decides_answers(cast, told, during, name):
    objected(cast, told)

    with pytest.raises(NotPermitted):
        reply(cast, told, name=name)


def test_the_second_of_two_answers_is_told(cast, told, during):
    objected(cast, told)
    reply(cast, told)

    with pytest.raises(RuleViolation) as refused:
        reply(cast, told, Outcome.CHANGED, "Khác", BETTER)

    assert refused.value.rule_id == "APR-01"


def test_an_answered_objection_is_not_made_again(cast, told, during):
    reply(cast, objected(cast, told))

    with pytest.raises(RuleViolation) as refused:
        object_to_result(told.pk, text="Vẫn không đồng ý", scope=cast.scope("teacher"))

    assert refused.value.rule_id == "APR-24"
