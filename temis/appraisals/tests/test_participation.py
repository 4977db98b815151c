"""Who is in a period, and how the list follows those who come and go."""

from datetime import date

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext

from temis.access import NotPermitted
from temis.appraisals import rules
from temis.appraisals.actions import participation
from temis.appraisals.enums import State
from temis.appraisals.models import Appraisal
from temis.appraisals.tests.factories import (
    appraisal_of,
    make_open_period,
    make_period,
    names_of,
    put_in_state,
)
from temis.people.actions import project_people
from temis.people.enums import Position
from temis.people.models import Employment, SubjectGroup
from tests.cast import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_may")]

TEACHERS = {
    "leader", "teacher", "teacher_2", "teacher_3", "teacher_4", "lone_teacher", "teacher_20", "teacher_high",
    "teacher_b",
}  # fmt: skip
MANAGERS = {"principal", "deputy", "principal_20", "principal_high", "principal_b"}


def transfer(person, body, on: date, **described) -> None:
    Employment.objects.filter(person=person).update(validity=DateRange(date(2015, 9, 1), on))
    Employment.objects.create(person=person, organization=body, validity=DateRange(on, None), **described)
    project_people([person.pk], on)


def test_everybody_employed_on_the_reference_day_is_in(cast):
    period = make_open_period(cast)

    rows = Appraisal.objects.filter(period=period)

    assert names_of(cast, rows.filter(subject="GVPT")) == TEACHERS
    assert names_of(cast, rows.filter(subject="CBQL")) == MANAGERS
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
        with CaptureQueriesContext(connection) as captured:
            participation.enrol(period, path=str(cast.ministry.path))
        return len(captured)

    few = queries(2020)
    for number in range(30):
        make_person(f"9306{number:02}", "Lê Thị Thêm", cast.school_2, Position.TEACHER, level="THCS")

    assert queries(2021) == few
