"""What is refused, and by which name: rights, the order of days, and changes that cannot all be done."""

from datetime import timedelta

import pytest

from temis.access import NotPermitted
from temis.core.errors import RuleViolation
from temis.organizations.actions import create_organization
from temis.organizations.enums import Change
from temis.people.models import Employment
from temis.restructuring import actions
from temis.restructuring.actions import StepInput
from temis.restructuring.tests.steps import TODAY, reorganize, tables


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


@pytest.mark.parametrize(
    "earlier",
    [
        lambda cast: StepInput(Change.RENAME, cast.school_2, new_name="Tên của hôm nay"),
        lambda cast: StepInput(Change.MOVE, cast.local, target=cast.province_b),  # and all below
    ],
)
def test_changes_are_made_in_the_order_of_their_days(cast, ministry, earlier):
    later = reorganize(
        ministry, StepInput(Change.RENAME, cast.school_2, new_name="Tên của ngày mai"), on=TODAY + timedelta(days=1)
    )
    actions.apply_reorganization(later.pk, scope=ministry)
    draft = reorganize(ministry, earlier(cast))

    with pytest.raises(RuleViolation) as violation:
        actions.apply_reorganization(draft.pk, scope=ministry)
    assert violation.value.rule_id == "ORG-03"

    actions.undo_reorganization(later.pk, scope=ministry)
    actions.apply_reorganization(draft.pk, scope=ministry)


# Changes that contradict each other


@pytest.fixture
def new(cast, ministry):
    return create_organization(
        code="93-1-3", name="Trường THCS Mới", kind="SCHOOL", parent=cast.local, scope=ministry, province_id="93"
    )


def refused(draft, scope) -> str:
    """Why neither the preview nor the change is done; nothing has changed."""
    before, told = tables(), set()
    for action in (actions.preview_reorganization, actions.apply_reorganization):
        with pytest.raises(RuleViolation) as violation:
            action(draft.pk, scope=scope)
        assert violation.value.rule_id == "ORG-05"
        told.add(str(violation.value))
    assert tables() == before
    (text,) = told
    return text


@pytest.mark.parametrize(
    "second",
    [
        lambda cast: StepInput(Change.MERGE, cast.school_2, target=cast.neighbour),
        lambda cast: StepInput(Change.MERGE, cast.school_2, target=cast.school_20),
        lambda cast: StepInput(Change.CLOSE, cast.school_2),
    ],
)
def test_a_body_ends_in_one_way(cast, ministry, second):
    draft = reorganize(ministry, StepInput(Change.MERGE, cast.school_2, target=cast.school_20), second(cast))

    assert (
        refused(draft, ministry) == "“Trường THCS Lê Quý Đôn” có hai thay đổi trái nhau. Xóa một trong hai rồi làm lại."
    )


def test_a_body_has_one_new_name_and_one_new_place(cast, ministry):
    names = [StepInput(Change.RENAME, cast.school_2, new_name=name) for name in ("Một", "Hai")]
    places = [StepInput(Change.MOVE, cast.school_2, target=body) for body in (cast.province, cast.province_b)]

    for steps in (names, places):
        assert "có hai thay đổi trái nhau" in refused(reorganize(ministry, *steps), ministry)
    actions.preview_reorganization(reorganize(ministry, names[0], places[0]).pk, scope=ministry)


def test_nothing_goes_to_a_body_that_ends(cast, ministry):
    draft = reorganize(
        ministry,
        StepInput(Change.MERGE, cast.school_2, target=cast.school_20),
        StepInput(Change.MERGE, cast.school_20, target=cast.neighbour),
    )

    assert refused(draft, ministry) == (
        "“Trường Tiểu học Kim Đồng” tiếp nhận “Trường THCS Lê Quý Đôn” nhưng cũng kết thúc lần này. "
        "Chọn đơn vị tiếp nhận sau cùng."
    )


def test_nobody_goes_two_ways(cast, ministry, new):
    """By his level to one school, by his group to another."""
    draft = reorganize(
        ministry,
        StepInput(Change.SPLIT, cast.school_2, target=new, groups=[cast.lone_teacher.group]),
        StepInput(Change.SPLIT, cast.school_2, target=cast.school_20, levels=["THCS"]),
    )

    told = refused(draft, ministry)

    name = cast.lone_teacher.full_name
    assert told == (
        f"{name} được chuyển đến hai nơi: Trường THCS Mới, Trường Tiểu học Kim Đồng. "
        "Sửa cấp học hoặc tổ chuyên môn được tách."
    )


def test_by_level_and_by_group_to_one_school_is_one_way(cast, ministry, new):
    group = cast.lone_teacher.group
    parts = [{"groups": [group]}, {"groups": [group, cast.teacher.group]}]
    steps = [StepInput(Change.SPLIT, cast.school_2, target=new, **part) for part in parts]
    draft = reorganize(ministry, *steps)

    actions.apply_reorganization(draft.pk, scope=ministry)

    now = Employment.objects.filter(organization=new, validity__contains=TODAY)
    assert sorted(now.values_list("person__code", flat=True)) == ["93003", "93004", "93005", "93006", "93007", "93008"]


def test_the_named_part_leaves_first_and_the_others_go_with_their_school(cast, ministry, new):
    draft = reorganize(
        ministry,
        StepInput(Change.MERGE, cast.school_2, target=cast.school_20),
        StepInput(Change.SPLIT, cast.school_2, target=new, groups=[cast.lone_teacher.group]),
    )
    before = tables()

    actions.apply_reorganization(draft.pk, scope=ministry)

    now = Employment.objects.filter(validity__contains=TODAY)
    assert set(now.filter(organization=new).values_list("person__code", flat=True)) == {"93008"}
    others = {"93001", "93002", "93003", "93004", "93005", "93006", "93007", "93009", "93021", "93022"}
    assert set(now.filter(organization=cast.school_20).values_list("person__code", flat=True)) == others
    assert not now.filter(organization=cast.school_2).exists()

    actions.undo_reorganization(draft.pk, scope=ministry)
    assert tables() == before
