"""Whose head decides (TT 14/2018 Điều 11)."""

from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from temis.access import P, Role
from temis.appraisals.actions import participation
from temis.appraisals.enums import State
from temis.appraisals.models import Appraisal, DeciderRule
from temis.appraisals.reference import load_deciders
from temis.appraisals.tests.factories import (
    appraisal_of,
    make_open_period,
    names_of,
    put_in_state,
)
from temis.core.models import AuditEntry
from temis.organizations.actions import create_organization
from temis.organizations.models import Organization
from temis.people.enums import Position
from tests.cast import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_may")]


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
        found = Appraisal.objects.permitted(cast.scope(who, role), P.APPRAISAL_DECIDE).filter(period=period)
        return names_of(cast, found)

    school_2 = {"deputy", "leader", "teacher", "teacher_2", "teacher_3", "teacher_4", "lone_teacher"}
    assert decides("principal") == school_2
    assert decides("local_leader", Role.LOCAL_LEADER) == {"principal", "principal_20"}
    assert decides("province_leader", Role.PROVINCE_LEADER) == {"principal_high"}
    for nobody in ("deputy", "teacher", "leader", "local_officer", "province_officer", "ministry_officer"):
        assert decides(nobody) == set()
