"""Bodies in time: what a change does to bodies, people, rights and open appraisals, and that it can be taken back."""

from datetime import date, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from temis.access import Role
from temis.accounts.models import Grant
from temis.appraisals.enums import State
from temis.appraisals.models import Appraisal
from temis.core.errors import RuleViolation
from temis.organizations.actions import create_organization, project_versions
from temis.organizations.enums import Change
from temis.organizations.models import Organization, OrganizationVersion, Province, Succession
from temis.people.assignments import assignments_of
from temis.people.models import Employment, SubjectGroup
from temis.restructuring import actions
from temis.restructuring.actions import StepInput
from temis.restructuring.tests.steps import REFORM, TODAY, reorganize, tables


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


def test_every_province_of_2020_has_its_place_in_2025(db):
    now = {
        (p.successor or p).later_name or (p.successor or p).name for p in Province.objects.select_related("successor")
    }

    assert (Province.objects.count(), len(now)) == (63, 34)
