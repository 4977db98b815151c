"""What a preview shows, and what is shown of a reorganization that was done."""

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from temis.access import Role
from temis.accounts.models import Grant
from temis.organizations.enums import Change
from temis.restructuring import actions
from temis.restructuring.actions import StepInput
from temis.restructuring.queries import effects_of
from temis.restructuring.tests.steps import REFORM, reorganize, tables


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
