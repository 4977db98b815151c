"""Who is in a period, who decides, who is out of it and why."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from temis.access import NotPermitted, P, Role
from temis.appraisals import rules
from temis.appraisals.actions import participation
from temis.appraisals.actions.periods import close_period
from temis.appraisals.enums import DECIDED_STATES, Exclusion, State
from temis.appraisals.models import Appraisal, DeciderRule
from temis.appraisals.reference import load_deciders
from temis.appraisals.tests.factories import (
    DURING_SELF,
    appraisal_of,
    make_open_period,
    make_period,
    put_in_state,
)
from temis.core import clock
from temis.core.errors import RuleViolation
from temis.core.models import AuditEntry
from temis.organizations.actions import create_organization
from temis.organizations.models import Organization
from temis.people.actions import project_employments
from temis.people.enums import Position
from temis.people.models import Employment, SubjectGroup
from tests.cast import make_person

pytestmark = pytest.mark.django_db

TEACHERS = {
    "leader", "teacher", "teacher_2", "teacher_3", "teacher_4", "lone_teacher", "teacher_20", "teacher_high",
    "teacher_b",
}  # fmt: skip
MANAGERS = {"principal", "deputy", "principal_20", "principal_high", "principal_b"}


@pytest.fixture(autouse=True)
def _in_may():
    with clock.hold(DURING_SELF):
        yield


def transfer(person, body, on: date, **described) -> None:
    Employment.objects.filter(person=person).update(validity=DateRange(date(2015, 9, 1), on))
    Employment.objects.create(person=person, organization=body, validity=DateRange(on, None), **described)
    project_employments([person.pk], on)


def names(cast, rows) -> set[str]:
    found = set(rows.values_list("person_id", flat=True))
    return {name for name, person in cast.people.items() if person.pk in found}


def test_everybody_employed_on_the_reference_day_is_in(cast):
    period = make_open_period(cast)

    rows = Appraisal.objects.filter(period=period)

    assert names(cast, rows.filter(subject="GVPT")) == TEACHERS
    assert names(cast, rows.filter(subject="CBQL")) == MANAGERS
    assert rows.count() == len(TEACHERS) + len(MANAGERS)


def test_appraisal_keeps_body_position_level_and_group(cast):
    period = make_open_period(cast)

    found = appraisal_of(cast, "teacher", period)

    assert (found.organization, found.position, found.level) == (cast.school_2, Position.TEACHER, "THCS")
    assert found.group.name == "Tổ Khoa học tự nhiên"
    assert (found.state, found.edition.code, found.revision) == (State.OPEN, "GVPT-20/2018", 0)


def test_level_of_a_school_with_one_level_fills_a_missing_one(cast):
    plain = make_person("93030", "Lâm Thị Hạnh", cast.school_20, Position.TEACHER)
    cast.people["plain"] = plain

    assert appraisal_of(cast, "plain", make_open_period(cast)).level == "TH"


def test_who_left_before_the_reference_day_is_not_in(cast):
    Employment.objects.filter(person=cast.teacher_2).update(validity=DateRange(date(2015, 9, 1), date(2020, 5, 31)))

    assert not Appraisal.objects.filter(period=make_open_period(cast), person=cast.teacher_2).exists()


def test_person_with_two_schools_has_one_appraisal_in_the_later_one(cast):
    Employment.objects.create(
        person=cast.teacher_2,
        organization=cast.school_20,
        position=Position.TEACHER,
        level="TH",
        validity=DateRange(date(2019, 9, 1), None),
    )

    found = Appraisal.objects.get(period=make_open_period(cast), person=cast.teacher_2)

    assert found.organization == cast.school_20


def test_period_without_batches_and_with_batches_of_two_enrols_the_same(cast, monkeypatch):
    monkeypatch.setattr(participation, "BATCH", 2)
    seen = []
    period = make_period(cast)

    count = participation.enrol(
        period, path=str(cast.ministry.path), progress=lambda done, total: seen.append((done, total))
    )

    assert count == 14
    assert seen == [(2, 14), (4, 14), (6, 14), (8, 14), (10, 14), (12, 14), (14, 14)]


@pytest.mark.parametrize("gap", [1, 2, 3])
@pytest.mark.parametrize("cadence", [1, 2, 3])
def test_cadence_in_sql_is_the_rule(cast, gap, cadence):
    earlier = make_open_period(cast, 2020 - gap)
    put_in_state(appraisal_of(cast, "teacher", earlier), State.ACKNOWLEDGED)
    put_in_state(appraisal_of(cast, "teacher_2", earlier), State.SUBMITTED)

    period = make_open_period(cast, decision_every=cadence)

    assert appraisal_of(cast, "teacher", period).decision_due is rules.decision_due(2020 - gap, 2020, cadence)
    assert appraisal_of(cast, "teacher_2", period).decision_due is True


def test_decision_on_all_carries_the_reason_only_for_those_who_were_not_due(cast):
    put_in_state(appraisal_of(cast, "teacher", make_open_period(cast, 2019)), State.DECIDED)

    period = make_open_period(cast, decision_for_all=True, decision_reason="Công văn 4530")

    early, due = appraisal_of(cast, "teacher", period), appraisal_of(cast, "teacher_2", period)
    assert (early.decision_due, early.decision_due_reason) == (True, "Công văn 4530")
    assert (due.decision_due, due.decision_due_reason) == (True, "")


# Who decides (TT 14/2018 Điều 11)


@pytest.mark.parametrize(
    ("who", "decided_in"),
    [
        ("teacher", "school_2"),
        ("deputy", "school_2"),
        ("principal", "local"),
        ("principal_20", "local"),
        ("principal_high", "province"),
        ("principal_b", "province_b"),  # THCS, but no Phòng above it: the body directly above
    ],
)
def test_head_of_which_body_decides(cast, who, decided_in):
    assert appraisal_of(cast, who, make_open_period(cast)).decided_in == cast.bodies[decided_in]


def test_school_of_a_university_is_decided_on_by_the_university(cast):
    school = create_organization(
        code="TH-THPT", name="Trường Thực hành", kind="SCHOOL", parent=cast.university, scope=None, levels=["THPT"]
    )
    cast.people["head"] = make_person("79002", "Trần Thị Mai", school, Position.PRINCIPAL)

    assert appraisal_of(cast, "head", make_open_period(cast)).decided_in == cast.university


@pytest.mark.parametrize(
    ("levels", "decided_in"), [(["TH", "THCS"], "local"), (["THCS", "THPT"], "province"), ([], "local")]
)
def test_highest_level_of_the_school_counts(cast, levels, decided_in):
    Organization.objects.filter(pk=cast.school_2.pk).update(levels=levels)

    assert appraisal_of(cast, "principal", make_open_period(cast)).decided_in == cast.bodies[decided_in]


def test_rule_of_the_own_province_comes_before_the_national_one(cast):
    DeciderRule.objects.create(
        level="THCS", province_id="93", tier="PROVINCE", document="QĐ", validity=DateRange(date(2020, 1, 1), None)
    )

    period = make_open_period(cast)

    assert appraisal_of(cast, "principal", period).decided_in == cast.province
    assert appraisal_of(cast, "principal_20", period).decided_in == cast.local


def test_change_of_the_rule_moves_what_is_undecided_and_nothing_else(cast):
    period = make_open_period(cast)
    put_in_state(appraisal_of(cast, "principal_20", period), State.DECIDED)
    DeciderRule.objects.create(
        level="THCS", province_id="93", tier="PROVINCE", document="QĐ", validity=DateRange(date(2020, 7, 1), None)
    )
    DeciderRule.objects.create(
        level="TH", province_id="93", tier="PROVINCE", document="QĐ", validity=DateRange(date(2020, 7, 1), None)
    )

    before = participation.assign_deciders(period.pk, on=date(2020, 6, 30))
    after = participation.assign_deciders(period.pk, on=date(2020, 7, 1))

    assert (before, after) == (0, 1)
    assert appraisal_of(cast, "principal", period).decided_in == cast.province
    assert appraisal_of(cast, "principal_20", period).decided_in == cast.local
    assert AuditEntry.objects.get(action="period.deciders").count == 1


def test_shipped_rules_load_as_often_as_one_likes_and_leave_own_ones():
    before = list(
        DeciderRule.objects.order_by("level", "validity").values_list("level", "tier", "validity", "verified")
    )

    load_deciders()

    assert (
        list(DeciderRule.objects.order_by("level", "validity").values_list("level", "tier", "validity", "verified"))
        == before
    )
    assert [(level, tier, verified) for level, tier, _days, verified in before] == [
        ("TH", "LOCAL", True),
        ("TH", "LOCAL", False),
        ("THCS", "LOCAL", True),
        ("THCS", "LOCAL", False),
        ("THPT", "PROVINCE", True),
    ]


def test_decision_is_the_right_of_the_head_named_and_of_nobody_on_himself(cast):
    period = make_open_period(cast)

    def decides(who, role=None):
        return names(cast, Appraisal.objects.permitted(cast.scope(who, role), P.APPRAISAL_DECIDE).filter(period=period))

    school_2 = {"deputy", "leader", "teacher", "teacher_2", "teacher_3", "teacher_4", "lone_teacher"}
    assert decides("principal") == school_2
    assert decides("local_leader", Role.LOCAL_LEADER) == {"principal", "principal_20"}
    assert decides("province_leader", Role.PROVINCE_LEADER) == {"principal_high"}
    for nobody in ("deputy", "teacher", "leader", "local_officer", "province_officer", "ministry_officer"):
        assert decides(nobody) == set()


# Late arrivals and transfers


def test_late_arrival_comes_in_with_the_next_sync(cast):
    period = make_open_period(cast)
    cast.people["late"] = make_person("93040", "Lê Thị Muộn", cast.school_2, Position.TEACHER, level="THCS")

    synced = participation.sync_participants(period.pk, cast.school_2.pk, scope=cast.scope("principal"))

    assert (synced.enrolled, synced.moved) == (1, 0)
    assert appraisal_of(cast, "late", period).organization == cast.school_2
    again = participation.sync_participants(period.pk, cast.school_2.pk, scope=cast.scope("principal"))
    assert (again.enrolled, again.moved) == (0, 0)


def test_sync_of_a_school_leaves_other_schools_alone(cast):
    period = make_open_period(cast)
    make_person("93041", "Lê Thị Khác", cast.school_20, Position.TEACHER, level="TH")

    synced = participation.sync_participants(period.pk, cast.school_2.pk, scope=cast.scope("principal"))

    assert synced.enrolled == 0


def test_transfer_takes_an_unsent_appraisal_along_and_leaves_a_sent_one(cast):
    period = make_open_period(cast)
    group = SubjectGroup.objects.create(organization=cast.school_20, name="Tổ 4")
    put_in_state(appraisal_of(cast, "teacher_3", period), State.SUBMITTED)
    for name in ("teacher_2", "teacher_3"):
        transfer(
            cast.people[name], cast.school_20, date(2020, 5, 5), position=Position.TEACHER, level="TH", group=group
        )

    synced = participation.sync_participants(period.pk, cast.school_20.pk, scope=cast.scope("principal_20"))

    moved, stayed = appraisal_of(cast, "teacher_2", period), appraisal_of(cast, "teacher_3", period)
    assert (synced.enrolled, synced.moved) == (0, 1)
    assert (moved.organization, moved.decided_in, moved.group, moved.level, moved.revision) == (
        cast.school_20,
        cast.school_20,
        group,
        "TH",
        1,
    )
    assert (stayed.organization, stayed.decided_in, stayed.level) == (cast.school_2, cast.school_2, "THCS")


@pytest.mark.parametrize(
    ("who", "body", "allowed"),
    [
        ("principal", "school_2", True),
        ("principal", "school_20", False),
        ("province_officer", "province", True),
        ("province_officer_b", "school_2", False),
        ("ministry_officer", "ministry", True),
        ("teacher", "school_2", False),
        ("deputy", "school_2", False),
    ],
)
def test_participants_are_brought_up_to_date_only_within_reach(cast, who, body, allowed):
    period = make_open_period(cast)
    if allowed:
        participation.sync_participants(period.pk, cast.bodies[body].pk, scope=cast.scope(who))
    else:
        with pytest.raises(NotPermitted):
            participation.sync_participants(period.pk, cast.bodies[body].pk, scope=cast.scope(who))


def test_opening_takes_the_same_number_of_queries_for_more_people(cast):
    def queries(year: int) -> int:
        period = make_period(cast, year)
        with CaptureQueries() as captured:
            participation.enrol(period, path=str(cast.ministry.path))
        return len(captured)

    few = queries(2020)
    for number in range(30):
        make_person(f"9306{number:02}", "Lê Thị Thêm", cast.school_2, Position.TEACHER, level="THCS")

    assert queries(2021) == few


class CaptureQueries:
    def __enter__(self):
        from django.test.utils import CaptureQueriesContext

        self._context = CaptureQueriesContext(connection)
        return self._context.__enter__()

    def __exit__(self, *error):
        self._context.__exit__(*error)


# Out of the period


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
