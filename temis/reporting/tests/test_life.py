"""The life of a version: steps, who may take them, and what never changes."""

from contextlib import contextmanager
from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from temis.access import NotPermitted, P, Role
from temis.core.errors import RuleViolation
from temis.core.models import AuditEntry
from temis.organizations.enums import Change
from temis.organizations.models import Succession
from temis.reporting import rules
from temis.reporting.actions import life, words
from temis.reporting.actions.extraction import ensure_report, extract_report
from temis.reporting.enums import VersionState
from temis.reporting.models import IssuedLetterhead, NarrativeSection, PersonFact, ReportEvent, ReportVersion
from temis.reporting.queries import lists
from temis.reporting.tests import factories
from temis.restructuring import actions as restructuring
from temis.restructuring.actions import StepInput

ALLOWED = {
    "EXTRACTED": {"freeze"},
    "FROZEN": {"submit"},
    "RETURNED": {"submit"},
    "SUBMITTED": {"withdraw", "approve", "return"},
    "APPROVED": {"publish"},
    "PUBLISHED": {"send"},
    "SENT": {"send"},
}


@contextmanager
def refused_by_database():
    """The statement fails and leaves the transaction of the test usable."""
    with pytest.raises(DatabaseError), transaction.atomic():
        yield


@pytest.mark.parametrize("state", VersionState)
def test_each_state_allows_exactly_these_steps(state):
    assert {step.name for step in rules.allowed_steps(state)} == ALLOWED[state]
    for step in rules.STEPS:
        if step.name in ALLOWED[state]:
            rules.check_step(step, state)
        else:
            with pytest.raises(RuleViolation):
                rules.check_step(step, state)


# (who, as what) → permissions that reach the version of the first province
REACH = [
    ("province_officer", Role.PROVINCE_OFFICER, {P.REPORT_VIEW, P.REPORT_EDIT, P.REPORT_PUBLISH}),
    ("province_leader", Role.PROVINCE_LEADER, {P.REPORT_VIEW, P.REPORT_APPROVE, P.REPORT_PUBLISH}),
    ("province_officer_b", Role.PROVINCE_OFFICER, set()),
    ("ministry_officer", Role.MINISTRY_OFFICER, {P.REPORT_VIEW, P.REPORT_OVERVIEW}),
    ("ministry_leader", Role.MINISTRY_LEADER, {P.REPORT_VIEW, P.REPORT_OVERVIEW}),
    ("local_officer", Role.LOCAL_OFFICER, set()),
    ("principal", Role.PRINCIPAL, set()),
    ("teacher", Role.TEACHER, set()),
    ("lecturer", Role.LECTURER, set()),
    ("administrator", Role.ADMINISTRATOR, set()),
]
PERMISSIONS = (P.REPORT_VIEW, P.REPORT_EDIT, P.REPORT_APPROVE, P.REPORT_PUBLISH, P.REPORT_OVERVIEW)


@pytest.mark.parametrize(("who", "role", "expected"), REACH)
def test_who_reaches_the_report_of_a_province(cast, who, role, expected):
    factories.decided_period(cast, teacher=2)
    version = factories.extracted()
    scope = cast.scope(who, role)

    reached = {p for p in PERMISSIONS if ReportVersion.objects.permitted(scope, p).filter(pk=version.pk).exists()}

    assert reached == expected


# permission → who reaches which report with it: the national one, that of the first province
OF_THE_MINISTRY = [
    ("ministry_officer", Role.MINISTRY_OFFICER, P.REPORT_VIEW, {"vn", "93"}),
    ("ministry_officer", Role.MINISTRY_OFFICER, P.REPORT_EDIT, {"vn"}),
    ("ministry_officer", Role.MINISTRY_OFFICER, P.REPORT_APPROVE, set()),
    ("ministry_officer", Role.MINISTRY_OFFICER, P.REPORT_PUBLISH, {"vn"}),
    ("ministry_leader", Role.MINISTRY_LEADER, P.REPORT_VIEW, {"vn", "93"}),
    ("ministry_leader", Role.MINISTRY_LEADER, P.REPORT_EDIT, set()),
    ("ministry_leader", Role.MINISTRY_LEADER, P.REPORT_APPROVE, {"vn"}),
    ("ministry_leader", Role.MINISTRY_LEADER, P.REPORT_PUBLISH, {"vn"}),
    ("province_leader", Role.PROVINCE_LEADER, P.REPORT_APPROVE, {"93"}),
    ("province_officer", Role.PROVINCE_OFFICER, P.REPORT_VIEW, {"93"}),
]


@pytest.mark.parametrize(("who", "role", "permission", "expected"), OF_THE_MINISTRY)
def test_the_national_report_is_the_ministrys_and_the_others_are_not(cast, who, role, permission, expected):
    factories.decided_period(cast, teacher=2)
    factories.extracted(None)
    factories.extracted("93")

    reached = ReportVersion.objects.permitted(cast.scope(who, role), permission)

    assert {version.report.slug for version in reached} == expected


def merge_provinces(cast):
    """The Sở of the first province into that of the second."""
    scope = cast.scope("ministry_officer", Role.MINISTRY_OFFICER)
    draft = restructuring.create_reorganization(title="Sáp nhập", on=date.today(), document="NQ", scope=scope)
    restructuring.add_step(draft.pk, StepInput(Change.MERGE, cast.province, target=cast.province_b), scope=scope)
    restructuring.apply_reorganization(draft.pk, scope=scope)
    return draft


def test_successor_reads_the_reports_of_the_body_it_took_over_and_changes_none(cast):
    factories.decided_period(cast, teacher=2)
    published_or_not = factories.frozen(cast)
    before = cast.scope("province_officer_b", Role.PROVINCE_OFFICER)
    reached_before = set(ReportVersion.objects.permitted(before, P.REPORT_VIEW))
    merge_provinces(cast)
    own = factories.extracted("95")

    after = cast.scope("province_officer_b", Role.PROVINCE_OFFICER)
    reached = {p: set(ReportVersion.objects.permitted(after, p)) for p in PERMISSIONS}

    assert reached_before == set()
    assert reached == {
        P.REPORT_VIEW: {own, published_or_not},
        P.REPORT_EDIT: {own},
        P.REPORT_PUBLISH: {own},
        P.REPORT_APPROVE: set(),
        P.REPORT_OVERVIEW: set(),
    }
    assert [line.version for line in lists.inherited_lines(after)] == [published_or_not]
    assert [line.version for line in lists.own_lines(after) if line.version] == [own]


def test_body_that_goes_on_keeps_its_reports_to_itself(cast):
    """A part of the Sở is split off into another, which took over something but not the Sở."""
    factories.decided_period(cast, teacher=2)
    factories.frozen(cast)
    Succession.objects.create(predecessor=cast.province, successor=cast.province_b, on=date.today())

    assert not ReportVersion.objects.permitted(cast.scope("province_officer_b"), P.REPORT_VIEW).exists()


def test_extraction_replaces_what_is_not_frozen(cast):
    period = factories.decided_period(cast, teacher=2)
    first = factories.extracted()
    factories.decide(cast, "teacher_2", period, 3)

    second = factories.extracted()

    assert (second.pk, second.number) == (first.pk, 1)
    assert (first.teachers_completed, second.teachers_completed) == (1, 2)
    assert PersonFact.objects.of(second).count() == 12


def test_extraction_after_freezing_is_a_new_version_only_where_figures_changed(cast):
    period = factories.decided_period(cast, teacher=2)
    frozen = factories.frozen(cast)

    unchanged = factories.extracted()
    factories.decide(cast, "teacher_2", period, 3)
    changed = factories.extracted()

    assert unchanged == frozen
    assert (changed.number, frozen.number) == (2, 1)
    assert PersonFact.objects.of(frozen).filter(outcome__gte=0, outcome__lte=3).count() == 1


def test_same_data_give_the_same_bytes_and_hash(cast):
    period = factories.decided_period(cast)
    factories.decide_all_at_random(period)
    first = factories.extracted()
    kept = (first.report_json, first.public_json, first.data_hash)

    again = factories.extracted()

    assert (again.report_json, again.public_json, again.data_hash) == kept
    assert again.extracted_at > first.extracted_at


def test_report_that_does_not_add_up_is_not_frozen(cast):
    factories.decided_period(cast, teacher=2)
    version = factories.extracted()
    ReportVersion.objects.filter(pk=version.pk).update(without_level=3)

    with pytest.raises(RuleViolation) as refused:
        life.freeze_version(version.pk, scope=factories.officer(cast))

    assert refused.value.rule_id == "RPT-05"


def test_freezing_prepares_words_that_may_be_published(cast):
    factories.decided_period(cast, teacher=2)

    version = life.freeze_version(factories.extracted().pk, scope=factories.officer(cast))

    sections = {section.key: section.text for section in version.narrative.all()}
    assert list(sections) == ["overall", "strengths", "weaknesses", "proposals"]
    # one of eight completed: every figure of this small report is hidden, so no sentence names one
    assert sections["overall"] == ""
    assert version.letterhead.place == "Hậu Giang"


def test_submission_asks_for_the_signer(cast):
    factories.decided_period(cast, teacher=2)
    version = life.freeze_version(factories.extracted().pk, scope=factories.officer(cast))

    with pytest.raises(RuleViolation) as refused:
        life.submit_version(version.pk, scope=factories.officer(cast))

    assert refused.value.rule_id == "RPT-07"


def test_leader_returns_with_a_reason_and_officer_submits_again(cast):
    factories.decided_period(cast, teacher=2)
    version = factories.submitted(cast)

    with pytest.raises(RuleViolation):
        life.return_version(version.pk, reason="  ", scope=factories.leader(cast))
    returned = life.return_version(version.pk, reason="Bổ sung nguyên nhân", scope=factories.leader(cast))
    again = life.submit_version(version.pk, scope=factories.officer(cast))

    assert (returned.state, again.state, again.return_reason) == ("RETURNED", "SUBMITTED", "")
    assert list(ReportEvent.objects.filter(version=version).values_list("step", "note")) == [
        ("extract", ""),
        ("freeze", ""),
        ("submit", ""),
        ("return", "Bổ sung nguyên nhân"),
        ("submit", ""),
    ]
    assert AuditEntry.objects.filter(action="report.return", note="Bổ sung nguyên nhân").count() == 1


def test_officer_may_not_approve(cast):
    factories.decided_period(cast, teacher=2)
    version = factories.submitted(cast)

    with pytest.raises(NotPermitted):
        life.approve_version(version.pk, scope=factories.officer(cast))


def test_nobody_approves_what_he_submitted(cast):
    factories.decided_period(cast, teacher=2)
    version = factories.submitted(cast)
    ReportVersion.objects.filter(pk=version.pk).update(submitted_by_id=factories.leader(cast).user_id)

    with pytest.raises(RuleViolation) as refused:
        life.approve_version(version.pk, scope=factories.leader(cast))
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportVersion.objects.filter(pk=version.pk).update(
            state="APPROVED", approved_at=version.submitted_at, approved_by_id=factories.leader(cast).user_id
        )

    assert refused.value.rule_id == "RPT-07"


def test_two_who_take_the_same_step_one_is_told(cast):
    factories.decided_period(cast, teacher=2)
    version = factories.submitted(cast)
    life.approve_version(version.pk, scope=factories.leader(cast))

    with pytest.raises(RuleViolation) as refused:
        life.return_version(version.pk, reason="muộn", scope=factories.leader(cast))

    assert refused.value.rule_id == "RPT-06"


def test_frozen_figures_and_people_never_change(cast):
    factories.decided_period(cast, teacher=2)
    version = factories.frozen(cast)
    people = PersonFact.objects.of(version)

    with refused_by_database():
        ReportVersion.objects.filter(pk=version.pk).update(report_json="{}")
    with refused_by_database():
        ReportVersion.objects.filter(pk=version.pk).delete()
    with refused_by_database():
        people.update(outcome=3)
    with refused_by_database():
        people.delete()
    assert people.count() == 12


def test_words_stay_from_submission(cast):
    factories.decided_period(cast, teacher=2)
    version = factories.submitted(cast)

    with pytest.raises(RuleViolation):
        words.save_narrative(version.pk, texts={"overall": "khác"}, revision=9, scope=factories.officer(cast))
    with refused_by_database():
        NarrativeSection.objects.filter(version=version).update(text="khác")
    with refused_by_database():
        IssuedLetterhead.objects.filter(version=version).update(signer_name="khác")
    IssuedLetterhead.objects.filter(version=version).update(number="7")  # the registry gives it at the end


def test_an_older_save_of_the_narrative_changes_nothing(cast):
    factories.decided_period(cast, teacher=2)
    version = factories.frozen(cast)
    scope = factories.officer(cast)

    assert words.save_narrative(version.pk, texts={"overall": "mới"}, revision=2, scope=scope)
    assert not words.save_narrative(version.pk, texts={"overall": "cũ"}, revision=1, scope=scope)

    assert NarrativeSection.objects.get(version=version, key="overall").text == "mới"


def test_new_version_takes_over_the_words_of_the_one_before(cast):
    period = factories.decided_period(cast, teacher=2)
    first = factories.frozen(cast)
    words.save_narrative(
        first.pk, texts={"proposals": "Tăng cường bồi dưỡng."}, revision=1, scope=factories.officer(cast)
    )
    factories.decide(cast, "teacher_2", period, 3)

    second = life.freeze_version(factories.extracted().pk, scope=factories.officer(cast))

    assert second.narrative.get(key="proposals").text == "Tăng cường bồi dưỡng."
    assert second.letterhead.signer_name == "Vũ Văn Uy"


def test_officer_of_another_province_extracts_nothing_here(cast):
    factories.decided_period(cast, teacher=2)
    scope = cast.scope("province_officer_b", Role.PROVINCE_OFFICER)

    with pytest.raises(NotPermitted):
        ensure_report("93", 2020, scope=scope)
    report = ensure_report("93", 2020, scope=None)
    with pytest.raises(NotPermitted):
        extract_report(report.pk, scope=scope)
