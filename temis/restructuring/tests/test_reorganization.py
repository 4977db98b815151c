"""Bodies in time: what a change does to bodies, people, rights and open appraisals, and that it can be taken back."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from temis.access import NotPermitted, Role
from temis.accounts.models import Grant
from temis.appraisals.enums import PeriodState, State
from temis.appraisals.models import Appraisal, Period
from temis.core.errors import RuleViolation
from temis.organizations.actions import create_organization, project_versions
from temis.organizations.enums import Change
from temis.organizations.models import Organization, OrganizationVersion, Province, Succession
from temis.people.assignments import assignments_of
from temis.people.models import Employment, SubjectGroup
from temis.restructuring import actions
from temis.restructuring.actions import StepInput
from temis.restructuring.queries import effects_of
from temis.standards.enums import Subject
from temis.standards.models import Edition

TODAY = date.today()
REFORM = date(2025, 7, 1)


def tables() -> dict[str, list]:
    """Everything a reorganization may touch, but its own records."""
    queries = {
        "versions": "SELECT organization_id, name, parent_id, path::text, province_id, levels, validity"
        " FROM organizations_organizationversion ORDER BY organization_id, validity",
        "bodies": "SELECT id, name, parent_id, path::text, province_id, levels, is_open"
        " FROM organizations_organization ORDER BY id",
        "employments": "SELECT person_id, organization_id, position, group_id, leads_group, validity"
        " FROM people_employment ORDER BY person_id, validity",
        "people": "SELECT id, organization_id, group_id, position FROM people_person ORDER BY id",
        "grants": "SELECT id, organization_id, validity FROM accounts_grant ORDER BY id",
        "appraisals": "SELECT id, organization_id, decided_in_id, group_id FROM appraisals_appraisal ORDER BY id",
        "successions": "SELECT predecessor_id, successor_id FROM organizations_succession ORDER BY 1, 2",
    }
    found = {}
    with connection.cursor() as cursor:
        for name, query in queries.items():
            cursor.execute(query)
            found[name] = cursor.fetchall()
    return found


@pytest.fixture
def ministry(cast):
    return cast.scope("ministry_officer")


def reorganize(scope, *steps: StepInput, on: date = TODAY):
    draft = actions.create_reorganization(title="Sắp xếp", on=on, document="QĐ 12/QĐ-UBND", scope=scope)
    for step in steps:
        actions.add_step(draft.pk, step, scope=scope)
    return draft


def name_on(body: Organization, day: date) -> str:
    return OrganizationVersion.objects.get(organization=body, validity__contains=day).name


def test_renamed_body_keeps_its_old_name_before_the_day(cast, ministry):
    draft = reorganize(ministry, StepInput(Change.RENAME, cast.school_2, new_name="Trường THCS Vị Thanh"))

    actions.apply_reorganization(draft.pk, scope=ministry)

    assert name_on(cast.school_2, TODAY - timedelta(days=1)) == "Trường THCS Lê Quý Đôn"
    assert name_on(cast.school_2, TODAY) == "Trường THCS Vị Thanh"
    assert Organization.objects.get(pk=cast.school_2.pk).name == "Trường THCS Vị Thanh"


def test_change_of_a_later_day_shows_only_from_that_day_on(cast, ministry):
    tomorrow = TODAY + timedelta(days=1)
    draft = reorganize(ministry, StepInput(Change.RENAME, cast.school_2, new_name="Tên mới"), on=tomorrow)

    actions.apply_reorganization(draft.pk, scope=ministry)
    today = Organization.objects.get(pk=cast.school_2.pk).name
    project_versions(on=tomorrow)
    then = Organization.objects.get(pk=cast.school_2.pk).name

    assert (today, then) == ("Trường THCS Lê Quý Đôn", "Tên mới")


def test_moved_body_takes_its_whole_subtree_along(cast, ministry):
    draft = reorganize(ministry, StepInput(Change.MOVE, cast.local, target=cast.province_b, new_province_id="95"))

    actions.apply_reorganization(draft.pk, scope=ministry)

    below = Organization.objects.filter(path__within=Organization.objects.get(pk=cast.province_b.pk).path)
    assert set(below.values_list("code", "province_id")) == {
        ("95", "95"),
        ("95-1", "95"),
        ("93-1", "95"),
        ("93-1-2", "95"),
        ("93-1-20", "95"),
    }


def test_merged_school_ends_and_its_people_and_groups_work_on_in_the_other(cast, ministry):
    draft = reorganize(ministry, StepInput(Change.MERGE, cast.school_2, target=cast.school_20))

    actions.apply_reorganization(draft.pk, scope=ministry)

    now = Employment.objects.filter(organization=cast.school_20, validity__contains=TODAY)
    assert not Organization.objects.get(pk=cast.school_2.pk).is_open
    assert set(now.values_list("person__code", "position", "group__name")) == {
        ("93021", "PRINCIPAL", None),
        ("93022", "TEACHER", None),
        ("93001", "DEPUTY", None),
        ("93002", "DEPUTY", None),
        ("93003", "TEACHER", "Tổ Khoa học tự nhiên"),
        ("93004", "TEACHER", "Tổ Khoa học tự nhiên"),
        ("93005", "TEACHER", "Tổ Khoa học tự nhiên"),
        ("93006", "TEACHER", "Tổ Khoa học tự nhiên"),
        ("93007", "TEACHER", "Tổ Khoa học tự nhiên"),
        ("93008", "TEACHER", "Tổ Nghệ thuật"),
        ("93009", "STAFF", None),
    }
    assert list(Succession.objects.values_list("predecessor__code", "successor__code")) == [("93-1-2", "93-1-20")]


def test_groups_of_one_name_that_merge_have_one_leader(cast, ministry):
    group = SubjectGroup.objects.create(organization=cast.school_20, name="Tổ Khoa học tự nhiên")
    Employment.objects.filter(person=cast.teacher_20).update(group=group, leads_group=True)
    merges = [StepInput(Change.MERGE, body, target=cast.high_school) for body in (cast.school_2, cast.school_20)]

    actions.apply_reorganization(reorganize(ministry, *merges).pk, scope=ministry)

    led = Employment.objects.filter(organization=cast.high_school, leads_group=True)
    assert list(led.values_list("person__code", "group__name")) == [("93003", "Tổ Khoa học tự nhiên")]


def test_who_works_in_two_schools_that_merge_has_one_post_in_the_new_one(cast, ministry):
    """Neither with both merged into a third, nor with one merged into the other."""
    Employment.objects.create(
        person=cast.teacher, organization=cast.school_20, position="STAFF", validity=DateRange(REFORM, None)
    )
    merges = [StepInput(Change.MERGE, body, target=cast.high_school) for body in (cast.school_2, cast.school_20)]
    third = actions.preview_reorganization(reorganize(ministry, *merges).pk, scope=ministry)
    draft = reorganize(ministry, StepInput(Change.MERGE, cast.school_2, target=cast.school_20))

    actions.apply_reorganization(draft.pk, scope=ministry)

    assert [
        (row["before"], row["body_before"], row["after"], row["body_after"])
        for row in third.people.rows
        if row["code"] == cast.teacher.code
    ] == [
        ("STAFF", "Trường Tiểu học Kim Đồng", "TEACHER", "Trường THPT Vị Thanh"),
        ("TEACHER", "Trường THCS Lê Quý Đôn", "TEACHER", "Trường THPT Vị Thanh"),
    ]
    now = Employment.objects.filter(person=cast.teacher, validity__contains=TODAY)
    assert list(now.values_list("organization", "position")) == [(cast.school_20.pk, "STAFF")]


def test_principal_of_a_merged_school_gets_no_right_over_the_other(cast, ministry):
    draft = reorganize(ministry, StepInput(Change.MERGE, cast.school_2, target=cast.school_20))

    actions.apply_reorganization(draft.pk, scope=ministry)

    held = {(a.role, a.organization_id) for a in assignments_of(cast.principal.user)}
    assert held == {(Role.DEPUTY_PRINCIPAL, cast.school_20.pk)}


def test_named_role_in_a_merged_body_ends_with_it_and_the_preview_says_whose(cast, ministry):
    draft = reorganize(ministry, StepInput(Change.MERGE, cast.province, target=cast.province_b))

    effects = actions.preview_reorganization(draft.pk, scope=ministry)
    actions.apply_reorganization(draft.pk, scope=ministry)

    assert [(row["display_name"], row["body"]) for row in effects.grants.rows] == [
        ("Vũ Văn Uy", "Sở Giáo dục và Đào tạo Hậu Giang")
    ]
    assert not Grant.objects.filter(organization=cast.province, validity__contains=TODAY).exists()


def test_split_moves_the_named_group_only(cast, ministry):
    new = create_organization(
        code="93-1-3", name="Trường THCS Mới", kind="SCHOOL", parent=cast.local, scope=ministry, province_id="93"
    )
    group = cast.lone_teacher.group
    draft = reorganize(ministry, StepInput(Change.SPLIT, cast.school_2, target=new, groups=[group]))

    actions.apply_reorganization(draft.pk, scope=ministry)

    moved = Employment.objects.filter(organization=new, validity__contains=TODAY)
    assert list(moved.values_list("person__code", "group__name")) == [("93008", "Tổ Nghệ thuật")]


def test_reform_of_2025_is_expressible_as_steps(cast, ministry):
    """Phòng goes, a commune committee takes its schools, the Sở of Hậu Giang merges into another province's."""
    commune = create_organization(
        code="X1", name="UBND phường Vị Thanh", kind="COMMUNE", parent=cast.province, scope=ministry,
        valid_from=REFORM, province_id="93",
    )  # fmt: skip
    steps = [
        StepInput(Change.MOVE, cast.school_2, target=commune),
        StepInput(Change.MOVE, cast.school_20, target=commune),
        StepInput(Change.CLOSE, cast.local),
        StepInput(Change.MERGE, cast.province, target=cast.province_b),
    ]
    draft = reorganize(ministry, *steps, on=REFORM)

    actions.apply_reorganization(draft.pk, scope=ministry)

    school = Organization.objects.select_related("parent", "province").get(pk=cast.school_2.pk)
    assert school.parent
    assert school.province
    assert (school.parent.code, school.province.name) == ("X1", "Bạc Liêu")
    assert str(school.path) == f"{cast.ministry.pk}.{cast.province_b.pk}.{commune.pk}.{school.pk}"
    before = OrganizationVersion.objects.get(organization=school, validity__contains=REFORM - timedelta(days=1))
    assert (str(before.path), before.province_id) == (str(cast.school_2.path), "93")


@pytest.mark.parametrize("shown", [1, 2, 3, 4, 100])
def test_effects_show_the_bodies_that_end_first_and_count_all(cast, ministry, monkeypatch, shown):
    monkeypatch.setattr("temis.restructuring.extent.SHOWN", shown)
    steps = [
        StepInput(Change.CLOSE, cast.high_school),
        StepInput(Change.RENAME, cast.school_2, new_name="Trường THCS Mới"),
        StepInput(Change.MERGE, cast.neighbour, target=cast.school_20),
        StepInput(Change.RENAME, cast.local, new_name="Phòng Mới"),
    ]
    draft = reorganize(ministry, *steps)

    bodies = actions.preview_reorganization(draft.pk, scope=ministry).bodies

    # By their places in the tree, apart those that end and those that go on.
    expected = [
        ("93-9", "Trường THPT Vị Thanh", True),
        ("95-1", "Trường THCS Trần Huỳnh", True),
        ("93-1", "Phòng Mới", False),
        ("93-1-2", "Trường THCS Mới", False),
    ]
    assert [(row["code"], row["after"] or row["before"], row["ends"]) for row in bodies.rows] == expected[:shown]
    assert bodies.total == 4


def test_what_was_done_is_what_the_preview_showed(cast, ministry, open_appraisal):
    """Of each kind something: bodies that end and go on, people who move and who stay without, a role, an appraisal."""
    Grant.objects.create(
        user=cast.province_officer.user,
        role=Role.LOCAL_OFFICER,
        organization=cast.school_2,
        validity=DateRange(REFORM, None),
        granted_at=timezone.now(),
    )
    steps = [
        StepInput(Change.MERGE, cast.school_2, target=cast.school_20),
        StepInput(Change.CLOSE, cast.high_school),
        StepInput(Change.RENAME, cast.local, new_name="Phòng Mới"),
    ]
    draft = reorganize(ministry, *steps)

    shown = actions.preview_reorganization(draft.pk, scope=ministry)
    done = actions.apply_reorganization(draft.pk, scope=ministry)

    assert effects_of(done) == shown
    assert (shown.bodies.total, shown.people.total, shown.grants.total, shown.appraisals) == (3, 11, 1, 1)
    assert [(row["code"], row["after"]) for row in shown.people.rows][:2] == [("93001", "DEPUTY"), ("93091", None)]


def test_preview_shows_all_and_changes_nothing(cast, ministry):
    draft = reorganize(ministry, StepInput(Change.MERGE, cast.school_2, target=cast.school_20))
    before = tables()

    effects = actions.preview_reorganization(draft.pk, scope=ministry)

    assert (effects.bodies.total, effects.people.total) == (1, 9)
    assert effects.people.rows[0] == {
        "code": "93001",
        "full_name": "Trần Văn Hòa",
        "before": "PRINCIPAL",
        "body_before": "Trường THCS Lê Quý Đôn",
        "after": "DEPUTY",
        "body_after": "Trường Tiểu học Kim Đồng",
    }
    assert tables() == before


@pytest.fixture
def open_appraisal(cast):
    edition = Edition.objects.get(code="GVPT-20/2018")
    period = Period.objects.create(
        year=2026, name="Đợt 2026", school_year="2025-2026", reference_on=TODAY, organization=cast.ministry,
        state=PeriodState.OPEN, opened_at=timezone.now(),
    )  # fmt: skip
    return Appraisal.objects.create(
        period=period,
        person=cast.teacher,
        organization=cast.school_2,
        group=cast.teacher.group,
        edition=edition,
        subject=Subject.TEACHER,
        position="TEACHER",
        level="THCS",
        decided_in=cast.school_2,
    )


def test_open_appraisal_follows_its_person_to_the_new_school(cast, ministry, open_appraisal):
    draft = reorganize(ministry, StepInput(Change.MERGE, cast.school_2, target=cast.school_20))

    actions.apply_reorganization(draft.pk, scope=ministry)

    open_appraisal.refresh_from_db()
    assert (open_appraisal.organization, open_appraisal.decided_in) == (cast.school_20, cast.school_20)


def test_decided_appraisal_keeps_the_body_it_was_made_under(cast, ministry, open_appraisal):
    Appraisal.objects.filter(pk=open_appraisal.pk).update(
        state=State.DECIDED, decided_overall=2, decided_at=timezone.now()
    )
    draft = reorganize(ministry, StepInput(Change.MERGE, cast.school_2, target=cast.school_20))

    actions.apply_reorganization(draft.pk, scope=ministry)

    open_appraisal.refresh_from_db()
    assert open_appraisal.organization == cast.school_2


@pytest.mark.parametrize("change", ["merge", "move", "split", "rename"])
def test_undo_brings_everything_back(cast, ministry, open_appraisal, change):
    step = {
        "merge": StepInput(Change.MERGE, cast.school_2, target=cast.school_20),
        "move": StepInput(Change.MOVE, cast.local, target=cast.province_b, new_province_id="95"),
        "split": StepInput(Change.SPLIT, cast.school_2, target=cast.school_20, levels=["THCS"]),
        "rename": StepInput(Change.RENAME, cast.school_2, new_name="Khác"),
    }[change]
    draft = reorganize(ministry, step)
    before = tables()

    actions.apply_reorganization(draft.pk, scope=ministry)
    changed = tables()
    actions.undo_reorganization(draft.pk, scope=ministry)

    assert changed != before
    assert tables() == before


def test_undo_is_refused_once_a_moved_appraisal_is_decided(cast, ministry, open_appraisal):
    draft = reorganize(ministry, StepInput(Change.MERGE, cast.school_2, target=cast.school_20))
    actions.apply_reorganization(draft.pk, scope=ministry)
    Appraisal.objects.filter(pk=open_appraisal.pk).update(
        state=State.DECIDED, decided_overall=2, decided_at=timezone.now()
    )

    with pytest.raises(RuleViolation, match="Nguyễn Thị Bình"):
        actions.undo_reorganization(draft.pk, scope=ministry)


def test_undo_is_refused_once_somebody_was_moved_on(cast, ministry):
    draft = reorganize(ministry, StepInput(Change.MERGE, cast.school_2, target=cast.school_20))
    actions.apply_reorganization(draft.pk, scope=ministry)
    Employment.objects.filter(person=cast.staff, organization=cast.school_20).update(
        validity=DateRange(TODAY, TODAY + timedelta(days=30))
    )

    with pytest.raises(RuleViolation, match="Bùi Thị Dung"):
        actions.undo_reorganization(draft.pk, scope=ministry)


def test_body_left_without_a_parent_is_refused_by_name(cast, ministry):
    draft = reorganize(ministry, StepInput(Change.CLOSE, cast.local))

    with pytest.raises(RuleViolation, match="Trường THCS Lê Quý Đôn"):
        actions.apply_reorganization(draft.pk, scope=ministry)


def test_circle_is_refused(cast, ministry):
    draft = reorganize(ministry, StepInput(Change.MOVE, cast.province, target=cast.local))

    with pytest.raises(RuleViolation) as refused:
        actions.apply_reorganization(draft.pk, scope=ministry)

    assert refused.value.rule_id == "ORG-04"


def test_applying_twice_is_refused_the_second_time(cast, ministry):
    draft = reorganize(ministry, StepInput(Change.RENAME, cast.school_2, new_name="Khác"))
    actions.apply_reorganization(draft.pk, scope=ministry)

    with pytest.raises(RuleViolation) as refused:
        actions.apply_reorganization(draft.pk, scope=ministry)

    assert refused.value.rule_id == "ORG-02"


def test_officer_cannot_name_a_body_of_another_province(cast):
    scope = cast.scope("province_officer")
    draft = actions.create_reorganization(title="x", on=TODAY, document="", scope=scope)

    with pytest.raises(NotPermitted):
        actions.add_step(draft.pk, StepInput(Change.RENAME, cast.neighbour, new_name="x"), scope=scope)
    with pytest.raises(NotPermitted):
        actions.add_step(draft.pk, StepInput(Change.MOVE, cast.school_2, target=cast.province_b), scope=scope)


def test_every_province_of_2020_has_its_place_in_2025(db):
    now = {
        (p.successor or p).later_name or (p.successor or p).name for p in Province.objects.select_related("successor")
    }

    assert (Province.objects.count(), len(now)) == (63, 34)
