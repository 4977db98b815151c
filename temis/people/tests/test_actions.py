"""Actions on people: what they refuse, what they change, that history stays."""

from datetime import date, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from temis.access import NotPermitted, Role
from temis.accounts.models import User
from temis.core import clock
from temis.core.errors import RuleViolation
from temis.core.models import AuditEntry
from temis.organizations.enums import Tier
from temis.people import actions
from temis.people.actions.persons import Particulars
from temis.people.enums import Position
from temis.people.models import CoreAppointment, Employment, Person, RoleAssignment, SubjectGroup
from temis.people.rules import POSITIONS, Post, positions_for
from tests.cast import Cast

pytestmark = pytest.mark.django_db
LAN = Particulars("Trần Thị Mỹ Lan", "F", "Kinh", date(1990, 2, 3), email="Lan@Example.vn")
TEACHER = Post(Position.TEACHER, level="THCS", subject="Toán")


def rule(error) -> str:
    return error.value.rule_id


# refusals


@pytest.mark.parametrize(
    ("actor", "positions"),
    [
        (Role.PRINCIPAL, {Position.TEACHER, Position.DEPUTY, Position.STAFF}),
        (Role.LOCAL_OFFICER, set(POSITIONS[Tier.SCHOOL])),
        (Role.PROVINCE_OFFICER, set(POSITIONS[Tier.SCHOOL])),
    ],
)
def test_positions_that_a_role_fills_in_a_school(actor, positions):
    assert set(positions_for(actor, Tier.SCHOOL)) == positions


def test_positions_nobody_fills_one_as_high_as_his_own():
    assert positions_for(Role.PROVINCE_OFFICER, Tier.PROVINCE) == [Position.STAFF]
    assert set(positions_for(Role.PROVINCE_LEADER, Tier.PROVINCE)) == {Position.PROVINCE_OFFICER, Position.STAFF}


@pytest.mark.parametrize("body", ["school_20", "neighbour", "local", "high_school"])
def test_add_person_by_a_principal_into_another_body_is_refused(cast: Cast, body):
    with pytest.raises(NotPermitted):
        actions.add_person("99", LAN, cast.bodies[body].pk, TEACHER, clock.today(), scope=cast.scope("principal"))

    assert not Person.objects.filter(code="99").exists()


@pytest.mark.parametrize("name", ["teacher", "leader", "staff", "deputy", "lecturer", "administrator"])
def test_add_person_without_the_right_is_refused(cast: Cast, name):
    with pytest.raises(NotPermitted):
        actions.add_person("99", LAN, cast.school_2.pk, TEACHER, clock.today(), scope=cast.scope(name))


@pytest.mark.parametrize(
    ("post", "expected"),
    [
        (Post(Position.PROVINCE_OFFICER), "PPL-01"),
        (Post(Position.PRINCIPAL, level="THCS"), "PPL-02"),
        (Post(Position.TEACHER), "PPL-03"),
        (Post(Position.TEACHER, level="TH"), "PPL-03"),
        (Post(Position.TEACHER, level="THCS", leads_group=True), "PPL-04"),
    ],
)
def test_add_person_into_a_post_that_cannot_be_is_refused(cast: Cast, post, expected):
    with pytest.raises(RuleViolation) as error:
        actions.add_person("99", LAN, cast.school_2.pk, post, clock.today(), scope=cast.scope("principal"))

    assert rule(error) == expected
    assert not Person.objects.filter(code="99").exists()
    assert not AuditEntry.objects.filter(action="person.add").exists()


def test_add_person_group_of_another_school_is_refused(cast: Cast):
    theirs = SubjectGroup.objects.create(organization=cast.school_20, name="Tổ Khoa học tự nhiên")
    post = Post(Position.TEACHER, level="THCS", group_id=theirs.pk)

    with pytest.raises(RuleViolation) as error:
        actions.add_person("99", LAN, cast.school_2.pk, post, clock.today(), scope=cast.scope("principal"))

    assert rule(error) == "PPL-04"


@pytest.mark.parametrize("born", [None, date(1985, 5, 6)])
def test_add_person_cannot_draw_in_somebody_who_works_elsewhere(cast: Cast, born):
    guessed = Particulars("Ai đó", "F", "Kinh", born)

    with pytest.raises(RuleViolation) as error:
        actions.add_person("95002", guessed, cast.school_2.pk, TEACHER, clock.today(), scope=cast.scope("principal"))

    assert rule(error) == "PPL-06"
    assert str(error.value).find("Phượng") == -1


@pytest.mark.parametrize("victim", ["province_leader", "province_officer_b", "ministry_officer"])
def test_edit_person_who_stands_as_high_or_beyond_reach_is_refused(cast: Cast, victim):
    with pytest.raises((RuleViolation, NotPermitted)):
        actions.edit_person(cast.people[victim].pk, LAN, scope=cast.scope("province_officer"))

    assert User.objects.get(pk=cast.user(victim).pk).email == ""


def test_nobody_ends_or_changes_his_own_post(cast: Cast):
    own = cast.principal.employments.get()

    with pytest.raises(RuleViolation) as error:
        actions.end_employment(own.pk, clock.today(), scope=cast.scope("principal"))

    assert rule(error) == "PPL-13"


def test_principal_is_moved_by_his_managing_body_only(cast: Cast):
    post = cast.principal_20.employments.get()

    with pytest.raises(NotPermitted):
        actions.end_employment(post.pk, clock.today(), scope=cast.scope("principal"))
    actions.end_employment(post.pk, clock.today(), scope=cast.scope("local_officer"))

    post.refresh_from_db()
    assert post.validity.upper is not None


def test_end_employment_before_it_began_is_refused(cast: Cast):
    with pytest.raises(RuleViolation) as error:
        actions.end_employment(cast.teacher.employments.get().pk, date(2014, 1, 1), scope=cast.scope("principal"))

    assert rule(error) == "PPL-05"


@pytest.mark.parametrize("changes", [{"full_name": "X"}, {"gender": "M"}, {"birth_date": date(2000, 1, 1)}])
def test_complete_profile_of_what_the_roster_says_is_refused(cast: Cast, changes):
    with pytest.raises(RuleViolation) as error:
        actions.complete_profile(changes, scope=cast.scope("teacher"))

    assert rule(error) == "PPL-08"


# what happens


def test_add_person_gives_post_account_role_and_trace(cast: Cast):
    person = actions.add_person("93010", LAN, cast.school_2.pk, TEACHER, clock.today(), scope=cast.scope("principal"))

    user = User.objects.get(username="93010")
    assert (person.organization_id, person.position, person.user_id) == (cast.school_2.pk, "TEACHER", user.pk)
    assert (user.display_name, user.email, user.has_usable_password()) == ("Trần Thị Mỹ Lan", "lan@example.vn", False)
    assert [a.role for a in RoleAssignment.objects.filter(user=user)] == ["TEACHER"]
    entry = AuditEntry.objects.get(action="person.add")
    assert (entry.person_id, entry.organization_id, entry.role) == (person.pk, cast.school_2.pk, "PRINCIPAL")


def test_add_person_who_left_elsewhere_comes_with_his_history(cast: Cast):
    scope = cast.scope("province_officer_b")
    actions.end_employment(cast.teacher_b.employments.get().pk, date(2020, 8, 31), scope=scope)

    with clock.hold(clock.now().replace(year=2020, month=9, day=5)):
        welcome = Particulars("Mai Thị Phượng", "F", "Kinh", date(1985, 5, 6))
        person = actions.add_person(
            "95002", welcome, cast.school_2.pk, TEACHER, date(2020, 9, 1), scope=cast.scope("principal")
        )

    assert person.pk == cast.teacher_b.pk
    assert list(person.employments.order_by("validity").values_list("organization__code", flat=True)) == [
        "95-1",
        "93-1-2",
    ]


def test_transfer_in_mid_year_keeps_the_history_and_moves_the_rights(cast: Cast):
    old = cast.teacher.employments.get()
    post = Post(Position.TEACHER, level="THPT")

    actions.transfer_person(old.pk, cast.high_school.pk, post, clock.today(), scope=cast.scope("province_officer"))

    lines = [
        (e.organization_id, e.validity.lower, e.validity.upper) for e in cast.teacher.employments.order_by("validity")
    ]
    today = clock.today()
    assert lines == [(cast.school_2.pk, date(2015, 9, 1), today), (cast.high_school.pk, today, None)]
    cast.teacher.refresh_from_db()
    assert (cast.teacher.organization_id, cast.teacher.level) == (cast.high_school.pk, "THPT")
    held = RoleAssignment.objects.filter(user=cast.teacher.user)
    assert [(a.role, a.organization_id) for a in held] == [("TEACHER", cast.high_school.pk)]
    assert {e.organization_id for e in AuditEntry.objects.filter(action="person.transfer")} == {
        cast.school_2.pk,
        cast.high_school.pk,
    }


def test_transfer_into_a_body_beyond_reach_changes_nothing(cast: Cast):
    old = cast.teacher.employments.get()

    with pytest.raises(NotPermitted):
        actions.transfer_person(old.pk, cast.neighbour.pk, TEACHER, clock.today(), scope=cast.scope("province_officer"))

    old.refresh_from_db()
    assert old.validity == DateRange(date(2015, 9, 1), None)


def test_end_employment_takes_role_and_place_with_it(cast: Cast):
    actions.end_employment(cast.teacher.employments.get().pk, date(2020, 6, 30), scope=cast.scope("principal"))

    cast.teacher.refresh_from_db()
    assert (cast.teacher.organization_id, cast.teacher.group_id, cast.teacher.position) == (None, None, "")
    assert not RoleAssignment.objects.filter(user=cast.teacher.user).exists()


def test_set_group_new_leader_takes_over(cast: Cast):
    employment = cast.teacher.employments.get()

    actions.set_group(employment.pk, employment.group_id, leads=True, scope=cast.scope("principal"), subject="Lý")

    leaders = Employment.objects.filter(group_id=employment.group_id, leads_group=True)
    assert [e.person_id for e in leaders] == [cast.teacher.pk]
    assert not RoleAssignment.objects.filter(user=cast.leader.user, role=Role.GROUP_LEADER).exists()


def test_groups_are_created_renamed_and_only_empty_ones_removed(cast: Cast):
    scope = cast.scope("principal")
    group = actions.create_group(cast.school_2.pk, "  Tổ  Ngữ văn ", scope=scope)
    with pytest.raises(RuleViolation) as double:
        actions.create_group(cast.school_2.pk, "tổ ngữ văn", scope=scope)
    actions.rename_group(group.pk, "Tổ Ngữ văn - Sử", scope=scope)
    with pytest.raises(RuleViolation) as long:
        actions.rename_group(group.pk, "Tổ " + "Văn" * 60, scope=scope)
    with pytest.raises(RuleViolation) as full:
        actions.remove_group(cast.teacher.group_id, scope=scope)
    actions.remove_group(group.pk, scope=scope)

    assert (rule(double), rule(long), rule(full)) == ("PPL-11", "PPL-11", "PPL-11")
    assert set(SubjectGroup.objects.values_list("name", flat=True)) == {"Tổ Khoa học tự nhiên", "Tổ Nghệ thuật"}


def test_group_of_another_school_is_out_of_reach(cast: Cast):
    with pytest.raises(NotPermitted):
        actions.rename_group(cast.teacher.group_id, "X", scope=cast.scope("principal_20"))


def test_who_is_core_today_follows_the_days_of_the_appointment(cast: Cast):
    scope = cast.scope("principal")

    def is_core_on(day: date) -> bool:
        actions.project_people(on=day)
        return Person.objects.get(pk=cast.teacher.pk).is_core

    actions.appoint_core(cast.teacher.pk, clock.today() + timedelta(days=1), None, "QĐ 12", scope=scope)
    assert not Person.objects.get(pk=cast.teacher.pk).is_core
    assert is_core_on(clock.today() + timedelta(days=1))
    assert not is_core_on(clock.today())

    actions.appoint_core(cast.lone_teacher.pk, clock.today(), None, "QĐ 12", scope=scope)
    assert set(Person.objects.filter(is_core=True)) == {cast.lone_teacher}
    actions.end_core(cast.lone_teacher.pk, clock.today(), scope=scope)
    assert Person.objects.get(pk=cast.lone_teacher.pk).is_core
    actions.project_people(on=clock.today() + timedelta(days=1))
    assert set(Person.objects.filter(is_core=True)) == {cast.teacher}


def test_core_appointment_one_at_a_time_ends_with_a_day_never_for_oneself(cast: Cast):
    scope = cast.scope("principal")
    actions.appoint_core(cast.teacher.pk, date(2020, 1, 1), None, "QĐ 12", scope=scope)
    with pytest.raises(RuleViolation) as twice:
        actions.appoint_core(cast.teacher.pk, date(2021, 1, 1), None, "QĐ 13", scope=scope)
    actions.end_core(cast.teacher.pk, date(2022, 12, 31), scope=scope)
    with pytest.raises(RuleViolation) as oneself:
        actions.appoint_core(cast.principal.pk, date(2020, 1, 1), None, "QĐ 14", scope=scope)

    assert (rule(twice), rule(oneself)) == ("PPL-14", "PPL-13")
    assert CoreAppointment.objects.get().validity == DateRange(date(2020, 1, 1), date(2023, 1, 1))


def test_complete_profile_writes_address_to_account_too(cast: Cast):
    actions.complete_profile({"email": "Binh@Example.vn", "phone": "0912"}, scope=cast.scope("teacher"))

    user = User.objects.get(pk=cast.teacher.user_id)
    assert (user.email, Person.objects.get(pk=cast.teacher.pk).phone) == ("binh@example.vn", "0912")


def test_open_accounts_is_one_statement_for_all(cast: Cast, django_assert_num_queries):
    Person.objects.bulk_create(
        Person(code=f"N{i}", full_name=f"Người {i}", gender="F", email=f"N{i}@Example.vn") for i in range(20)
    )

    with django_assert_num_queries(1):
        opened = actions.open_accounts()

    assert opened == 20
    assert set(User.objects.filter(username__startswith="N").values_list("email", flat=True)) == {
        f"n{i}@example.vn" for i in range(20)
    }
    assert actions.open_accounts() == 0
