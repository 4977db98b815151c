"""Writing, sending and taking back a self-assessment."""

from dataclasses import replace
from datetime import datetime

import pytest
from django.db import IntegrityError, transaction

from temis.access import NotPermitted, P, Role
from temis.appraisals.actions import self_assessment as actions
from temis.appraisals.actions.periods import close_period, set_windows
from temis.appraisals.actions.self_assessment import Draft, SavedElsewhere, Stamp
from temis.appraisals.enums import Stage, State
from temis.appraisals.models import Appraisal, EvidenceUse, SelfAssessment
from temis.appraisals.tests.factories import (
    AFTER,
    BEFORE,
    DURING_DECISION,
    DURING_SELF,
    appraisal_of,
    put_in_state,
)
from temis.core import clock
from temis.core.errors import RuleViolation
from temis.core.models import AuditEntry
from temis.evidence.models import EvidenceItem
from temis.standards.enums import Level

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_may")]

FULL = Draft(levels=(3,) * 14 + (2,), strengths="Giảng dạy", wishes="Ứng dụng CNTT")
FIRST = Stamp(writer="phone", revision=1)


@pytest.fixture
def scope(cast):
    return cast.scope("teacher", Role.TEACHER)


def item_of(person, title="Giáo án", **changes) -> EvidenceItem:
    values = {"kind": "TEXT", "text": "Nội dung", "created_at": DURING_SELF, **changes}
    return EvidenceItem.objects.create(person=person, title=title, **values)


# Saving


def test_save_keeps_levels_and_words_and_says_when(appraisal, scope):
    saved = actions.save_self_assessment(appraisal.pk, FULL, FIRST, scope=scope)

    kept = SelfAssessment.objects.get(pk=appraisal.pk)
    assert (saved.revision, saved.saved_at, saved.is_late) == (1, DURING_SELF, False)
    assert (kept.levels, kept.strengths, kept.wishes) == ([3] * 14 + [2], "Giảng dạy", "Ứng dụng CNTT")


def test_half_of_the_criteria_can_be_saved(appraisal, scope):
    half = Draft(levels=(3, None, 2) + (None,) * 12)

    actions.save_self_assessment(appraisal.pk, half, FIRST, scope=scope)

    assert SelfAssessment.objects.get(pk=appraisal.pk).levels == [3, None, 2] + [None] * 12


def test_saving_leaves_no_audit_entry_and_does_not_touch_the_appraisal(appraisal, scope):
    before = AuditEntry.objects.count()

    actions.save_self_assessment(appraisal.pk, FULL, FIRST, scope=scope)

    appraisal.refresh_from_db()
    assert AuditEntry.objects.count() == before
    assert (appraisal.revision, appraisal.self_levels) == (0, None)


def test_older_save_of_the_same_page_that_comes_late_changes_nothing(appraisal, scope):
    newer = replace(FULL, strengths="mới")
    actions.save_self_assessment(appraisal.pk, newer, Stamp("phone", 5), scope=scope)

    saved = actions.save_self_assessment(appraisal.pk, FULL, Stamp("phone", 4), scope=scope)

    assert (saved.revision, saved.is_late) == (5, True)
    assert SelfAssessment.objects.get(pk=appraisal.pk).strengths == "mới"


def test_save_whose_answer_was_lost_is_sent_again_with_what_was_typed_since(appraisal, scope):
    actions.save_self_assessment(appraisal.pk, FULL, FIRST, scope=scope)

    again = actions.save_self_assessment(appraisal.pk, replace(FULL, strengths="thêm"), FIRST, scope=scope)

    assert (again.revision, again.is_late) == (1, False)
    assert SelfAssessment.objects.get(pk=appraisal.pk).strengths == "thêm"


def test_page_that_has_not_seen_the_save_of_another_is_told_and_changes_nothing(appraisal, scope):
    actions.save_self_assessment(appraisal.pk, replace(FULL, strengths="điện thoại"), FIRST, scope=scope)

    with pytest.raises(SavedElsewhere) as refused:
        actions.save_self_assessment(
            appraisal.pk, replace(FULL, strengths="máy tính"), Stamp("computer", 7), scope=scope
        )

    assert (refused.value.rule_id, refused.value.revision) == ("APR-13", 1)
    assert "20:14 10/05/2020" in str(refused.value)
    assert SelfAssessment.objects.get(pk=appraisal.pk).strengths == "điện thoại"


def test_page_that_has_seen_the_other_save_may_keep_its_own(appraisal, scope):
    actions.save_self_assessment(appraisal.pk, FULL, FIRST, scope=scope)

    kept = actions.save_self_assessment(
        appraisal.pk, replace(FULL, strengths="máy tính"), Stamp("computer", 2), scope=scope
    )

    assert (kept.revision, kept.is_late) == (2, False)
    with pytest.raises(SavedElsewhere):
        actions.save_self_assessment(appraisal.pk, FULL, Stamp("phone", 2), scope=scope)


@pytest.mark.parametrize("levels", [(3,) * 14, (3,) * 16, (4,) * 15, (-1,) * 15])
def test_levels_that_do_not_fit_the_standard_are_refused(appraisal, scope, levels):
    with pytest.raises(RuleViolation) as refused:
        actions.save_self_assessment(appraisal.pk, Draft(levels=levels), FIRST, scope=scope)
    assert refused.value.rule_id == "APR-15"


@pytest.mark.parametrize("who", ["teacher_2", "principal", "deputy", "province_officer", "ministry_officer", "staff"])
def test_nobody_else_can_write(cast, appraisal, who):
    with pytest.raises(NotPermitted):
        actions.save_self_assessment(appraisal.pk, FULL, FIRST, scope=cast.scope(who))
    assert not SelfAssessment.objects.exists()


def test_manager_assesses_himself_on_eighteen_criteria(cast, period):
    principal = appraisal_of(cast, "principal", period)
    scope = cast.scope("principal")
    draft = Draft(levels=(3,) * 17 + (0,))

    actions.save_self_assessment(principal.pk, draft, FIRST, scope=scope)
    sent = actions.submit_self_assessment(principal.pk, scope=scope)

    assert sent.self_overall == Level.PASS  # one criterion not met is not the end for a manager


# When


@pytest.mark.parametrize(
    ("moment", "words"),
    [(BEFORE, "bắt đầu từ ngày 01/05/2020"), (AFTER, "đã hết ngày 31/05/2020. Bộ Giáo dục và Đào tạo")],
)
def test_outside_its_days_nothing_is_written_and_whom_to_ask_is_named(appraisal, scope, moment, words):
    with clock.hold(moment), pytest.raises(RuleViolation) as refused:
        actions.save_self_assessment(appraisal.pk, FULL, FIRST, scope=scope)
    assert refused.value.rule_id == "APR-04"
    assert words in str(refused.value)


def test_narrower_days_of_the_school_are_the_ones_that_count(cast, appraisal, scope):
    days = (datetime(2020, 5, 2).date(), datetime(2020, 5, 9).date())
    set_windows(appraisal.period_id, cast.school_2.pk, {Stage.SELF: days}, scope=cast.scope("principal"))

    with pytest.raises(RuleViolation) as refused:
        actions.save_self_assessment(appraisal.pk, FULL, FIRST, scope=scope)

    assert "Trường THCS Lê Quý Đôn có thể gia hạn" in str(refused.value)


def test_nothing_is_written_in_a_closed_period(cast, appraisal, scope):
    close_period(appraisal.period_id, scope=cast.scope("ministry_officer"))

    with pytest.raises(RuleViolation) as refused:
        actions.save_self_assessment(appraisal.pk, FULL, FIRST, scope=scope)
    assert refused.value.rule_id == "APR-06"


# Sending


def test_sending_copies_the_levels_and_classifies_them(appraisal, scope):
    actions.save_self_assessment(appraisal.pk, FULL, FIRST, scope=scope)

    sent = actions.submit_self_assessment(appraisal.pk, draft_revision=1, scope=scope)

    sent.refresh_from_db()
    assert (sent.state, sent.self_levels, sent.self_overall) == (State.SUBMITTED, [3] * 14 + [2], Level.GOOD)
    assert (sent.submitted_at, sent.revision) == (DURING_SELF, 1)
    entry = AuditEntry.objects.get(action="appraisal.submit")
    assert (entry.person_id, entry.organization_id, entry.role) == (
        appraisal.person_id,
        appraisal.organization_id,
        Role.TEACHER,
    )


@pytest.mark.parametrize("levels", [(None,) * 15, (3,) * 14 + (None,)])
def test_incomplete_self_assessment_is_not_sent(appraisal, scope, levels):
    actions.save_self_assessment(appraisal.pk, Draft(levels=levels), FIRST, scope=scope)

    with pytest.raises(RuleViolation) as refused:
        actions.submit_self_assessment(appraisal.pk, scope=scope)

    appraisal.refresh_from_db()
    assert (refused.value.rule_id, appraisal.state) == ("APR-03", State.OPEN)


def test_self_assessment_that_was_never_written_is_not_sent(appraisal, scope):
    with pytest.raises(RuleViolation) as refused:
        actions.submit_self_assessment(appraisal.pk, scope=scope)
    assert refused.value.rule_id == "APR-03"


def test_new_teacher_without_evidence_or_history_can_send(appraisal, scope):
    actions.save_self_assessment(appraisal.pk, Draft(levels=(1,) * 15), FIRST, scope=scope)

    assert actions.submit_self_assessment(appraisal.pk, scope=scope).self_overall == Level.PASS


def test_double_click_sends_once(appraisal, scope):
    actions.save_self_assessment(appraisal.pk, FULL, FIRST, scope=scope)

    actions.submit_self_assessment(appraisal.pk, draft_revision=1, scope=scope)
    again = actions.submit_self_assessment(appraisal.pk, draft_revision=1, scope=scope)

    assert (again.state, again.revision) == (State.SUBMITTED, 1)
    assert AuditEntry.objects.filter(action="appraisal.submit").count() == 1


def test_what_was_changed_elsewhere_since_the_check_page_is_not_sent_unseen(appraisal, scope):
    actions.save_self_assessment(appraisal.pk, FULL, FIRST, scope=scope)
    actions.save_self_assessment(appraisal.pk, Draft(levels=(0,) * 15), Stamp("computer", 2), scope=scope)

    with pytest.raises(SavedElsewhere):
        actions.submit_self_assessment(appraisal.pk, draft_revision=1, scope=scope)


def test_save_that_arrives_after_sending_changes_nothing(appraisal, scope):
    actions.save_self_assessment(appraisal.pk, FULL, FIRST, scope=scope)
    actions.submit_self_assessment(appraisal.pk, scope=scope)

    with pytest.raises(RuleViolation) as refused:
        actions.save_self_assessment(appraisal.pk, Draft(levels=(0,) * 15), Stamp("phone", 2), scope=scope)

    assert refused.value.rule_id == "APR-02"
    assert SelfAssessment.objects.get(pk=appraisal.pk).levels == [3] * 14 + [2]


@pytest.mark.parametrize("who", ["teacher_2", "principal", "deputy", "province_officer"])
def test_nobody_else_can_send(cast, appraisal, scope, who):
    actions.save_self_assessment(appraisal.pk, FULL, FIRST, scope=scope)
    with pytest.raises(NotPermitted):
        actions.submit_self_assessment(appraisal.pk, scope=cast.scope(who))


# Taking back


def test_sent_self_assessment_can_be_taken_back_and_sent_again(appraisal, scope):
    actions.save_self_assessment(appraisal.pk, FULL, FIRST, scope=scope)
    actions.submit_self_assessment(appraisal.pk, scope=scope)

    back = actions.withdraw_self_assessment(appraisal.pk, scope=scope)

    back.refresh_from_db()
    assert (back.state, back.self_levels, back.submitted_at, back.revision) == (State.OPEN, None, None, 2)
    actions.save_self_assessment(appraisal.pk, replace(FULL, strengths="sửa"), Stamp("phone", 2), scope=scope)
    assert actions.submit_self_assessment(appraisal.pk, scope=scope).revision == 3


def test_save_from_another_tab_after_it_was_sent_says_so_and_changes_nothing(appraisal, scope):
    actions.save_self_assessment(appraisal.pk, FULL, Stamp("phone", 1), scope=scope)
    actions.submit_self_assessment(appraisal.pk, scope=scope)

    with pytest.raises(RuleViolation, match="Phiếu đã được gửi") as refused:
        actions.save_self_assessment(appraisal.pk, replace(FULL, strengths="khác"), Stamp("tab", 1), scope=scope)

    assert refused.value.rule_id == "APR-02"
    assert SelfAssessment.objects.get(pk=appraisal.pk).strengths == FULL.strengths


def test_it_cannot_be_taken_back_once_the_decision_has_begun(appraisal, scope):
    put_in_state(appraisal, State.SUBMITTED)

    with clock.hold(DURING_DECISION), pytest.raises(RuleViolation) as refused:
        actions.withdraw_self_assessment(appraisal.pk, scope=scope)

    assert refused.value.rule_id == "APR-05"


@pytest.mark.parametrize("state", [State.DECIDED, State.ANNOUNCED, State.ACKNOWLEDGED, State.EXCLUDED])
def test_it_cannot_be_taken_back_after_the_decision(appraisal, scope, state):
    put_in_state(appraisal, state)

    with pytest.raises(RuleViolation) as refused:
        actions.withdraw_self_assessment(appraisal.pk, scope=scope)

    assert refused.value.rule_id == "APR-02"


@pytest.mark.parametrize("who", ["teacher_2", "principal", "deputy"])
def test_nobody_else_can_take_it_back(cast, appraisal, who):
    put_in_state(appraisal, State.SUBMITTED)
    with pytest.raises(NotPermitted):
        actions.withdraw_self_assessment(appraisal.pk, scope=cast.scope(who))


# Evidence


def test_item_supports_several_criteria_each_once_and_is_tagged_for_them(cast, appraisal, scope):
    item = item_of(cast.teacher)

    for criterion in (3, 7, 3):
        actions.attach_evidence(appraisal.pk, criterion, item.pk, scope=scope)

    item.refresh_from_db()
    assert set(EvidenceUse.objects.values_list("criterion", "item_id")) == {(3, item.pk), (7, item.pk)}
    assert item.criteria == [3, 7]


def test_detached_item_stays_in_the_portfolio(cast, appraisal, scope):
    item = item_of(cast.teacher)
    actions.attach_evidence(appraisal.pk, 3, item.pk, scope=scope)

    assert actions.detach_evidence(appraisal.pk, 3, item.pk, scope=scope) == 1
    assert not EvidenceUse.objects.exists()
    assert EvidenceItem.objects.filter(pk=item.pk, archived_at=None).exists()


def test_evidence_of_another_person_cannot_be_used(cast, appraisal, scope):
    with pytest.raises(NotPermitted):
        actions.attach_evidence(appraisal.pk, 3, item_of(cast.teacher_2).pk, scope=scope)


def test_archived_evidence_cannot_be_used(cast, appraisal, scope):
    with pytest.raises(NotPermitted):
        actions.attach_evidence(appraisal.pk, 3, item_of(cast.teacher, archived_at=DURING_SELF).pk, scope=scope)


def test_criterion_that_the_standard_does_not_have_takes_no_evidence(cast, appraisal, scope):
    with pytest.raises(RuleViolation) as refused:
        actions.attach_evidence(appraisal.pk, 16, item_of(cast.teacher).pk, scope=scope)
    assert refused.value.rule_id == "APR-14"


def test_evidence_of_a_sent_self_assessment_stays_as_it_was(cast, appraisal, scope):
    item = item_of(cast.teacher)
    actions.attach_evidence(appraisal.pk, 3, item.pk, scope=scope)
    put_in_state(appraisal, State.SUBMITTED)

    for change in (
        lambda: actions.attach_evidence(appraisal.pk, 4, item.pk, scope=scope),
        lambda: actions.detach_evidence(appraisal.pk, 3, item.pk, scope=scope),
    ):
        with pytest.raises(RuleViolation) as refused:
            change()
        assert refused.value.rule_id == "APR-02"


@pytest.mark.parametrize(
    "change",
    [
        lambda item: EvidenceUse.objects.all().delete(),
        lambda item: EvidenceUse.objects.create(appraisal=EvidenceUse.objects.get().appraisal, item=item, criterion=9),
        lambda item: EvidenceItem.objects.filter(pk=item.pk).update(text="khác"),
        lambda item: EvidenceItem.objects.filter(pk=item.pk).update(archived_at=DURING_SELF),
    ],
)
def test_database_keeps_evidence_that_a_head_has_before_him(cast, appraisal, scope, change):
    item = item_of(cast.teacher)
    actions.attach_evidence(appraisal.pk, 3, item.pk, scope=scope)
    put_in_state(appraisal, State.SUBMITTED)

    with pytest.raises(IntegrityError, match="EVD-06"), transaction.atomic():
        change(item)


def test_tags_of_evidence_in_use_may_still_change(cast, appraisal, scope):
    item = item_of(cast.teacher)
    actions.attach_evidence(appraisal.pk, 3, item.pk, scope=scope)
    put_in_state(appraisal, State.SUBMITTED)

    assert EvidenceItem.objects.filter(pk=item.pk).update(criteria=[3, 4]) == 1


def test_own_appraisals_are_all_that_a_teacher_reaches(cast, period, scope):
    reached = Appraisal.objects.permitted(scope, P.OWN_APPRAISAL)

    assert set(reached.values_list("person_id", flat=True)) == {cast.teacher.pk}
    assert not Appraisal.objects.permitted(scope, P.APPRAISAL_VIEW).exists()
