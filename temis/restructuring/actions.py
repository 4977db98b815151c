"""Reorganizing bodies: draft, preview, apply, undo. A preview is the change itself, rolled back: it cannot be wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.utils.translation import gettext as _

from temis.access import NotPermitted, P, Scope
from temis.core import audit, clock
from temis.core.errors import RuleViolation
from temis.organizations.actions import project_versions
from temis.organizations.enums import Change, ReorganizationState
from temis.organizations.models import Organization, Reorganization, ReorganizationStep
from temis.people.actions import project_people
from temis.people.models import SubjectGroup
from temis.restructuring import bodies, extent, staff, undoing
from temis.restructuring.models import SplitPart
from temis.restructuring.queries import Effects, effects_of


@dataclass(frozen=True)
class StepInput:
    """One change as it is asked for. `target`: new parent (MOVE) or the body that takes over (MERGE, SPLIT)."""

    change: Change
    organization: Organization
    target: Organization | None = None
    new_name: str = ""
    new_province_id: str | None = None
    levels: Sequence[str] = ()
    groups: Sequence[SubjectGroup] = ()


@transaction.atomic
def create_reorganization(*, title: str, on: date, document: str, scope: Scope) -> Reorganization:
    """A draft; nothing changes yet."""
    scope.require(P.ORGANIZATION_MANAGE)
    draft = Reorganization.objects.create(title=title, on=on, document=document, organization_id=scope.unit_id)
    audit.record("reorganization.create", scope=scope, target=draft)
    return draft


@transaction.atomic
def add_step(pk: int, step: StepInput, *, scope: Scope) -> ReorganizationStep:
    """One more change in a draft. Every body it names must be within the reach of who asks."""
    draft = _lock(pk, scope, ReorganizationState.DRAFT)
    _check_step(step, scope)
    made = ReorganizationStep.objects.create(
        reorganization=draft,
        change=step.change,
        organization=step.organization,
        target=step.target,
        new_name=step.new_name,
        new_province_id=step.new_province_id,
    )
    if step.change == Change.SPLIT:
        part = SplitPart.objects.create(step=made, levels=list(step.levels))
        part.groups.set(step.groups)
    audit.record("reorganization.add_step", scope=scope, target=draft, organization_id=step.organization.pk)
    return made


@transaction.atomic
def add_steps(pk: int, steps: Sequence[StepInput], *, scope: Scope) -> int:
    """Many changes at once (no splits), in one statement; every body must be within reach."""
    draft = _lock(pk, scope, ReorganizationState.DRAFT)
    named = {body.pk for step in steps for body in (step.organization, step.target) if body}
    within = Organization.objects.permitted(scope, P.ORGANIZATION_MANAGE).filter(pk__in=named).count()
    if within != len(named):
        raise NotPermitted(P.ORGANIZATION_MANAGE)
    ReorganizationStep.objects.bulk_create(
        ReorganizationStep(
            reorganization=draft,
            change=step.change,
            organization=step.organization,
            target=step.target,
            new_name=step.new_name,
            new_province_id=step.new_province_id,
        )
        for step in steps
    )
    audit.record("reorganization.add_steps", scope=scope, target=draft, count=len(steps))
    return len(steps)


@transaction.atomic
def remove_step(pk: int, step_id: int, *, scope: Scope) -> None:
    draft = _lock(pk, scope, ReorganizationState.DRAFT)
    draft.steps.filter(pk=step_id).delete()
    audit.record("reorganization.remove_step", scope=scope, target=draft)


@transaction.atomic
def preview_reorganization(pk: int, *, scope: Scope) -> Effects:
    """All that would change, found by doing it and taking it back; the database is as before."""
    draft = _lock(pk, scope, ReorganizationState.DRAFT)
    point = transaction.savepoint()
    try:
        _change(draft)
        return effects_of(draft)
    finally:
        transaction.savepoint_rollback(point)


@transaction.atomic
def apply_reorganization(pk: int, *, scope: Scope) -> Reorganization:
    """Do it, as a whole or not at all."""
    draft = _lock(pk, scope, ReorganizationState.DRAFT)
    _change(draft)
    draft.state, draft.applied_at = ReorganizationState.APPLIED, clock.now()
    draft.save(update_fields=["state", "applied_at"])
    project_versions()
    project_people()
    audit.record("reorganization.apply", scope=scope, target=draft, count=draft.effects.count())
    return draft


@transaction.atomic
def undo_reorganization(pk: int, *, scope: Scope) -> Reorganization:
    """Take it back as a whole, while nothing else was built on it (ORG-06)."""
    applied = _lock(pk, scope, ReorganizationState.APPLIED)
    with connection.cursor() as cursor:
        undoing.take_back(cursor, _values(applied))
    applied.state, applied.undone_at = ReorganizationState.UNDONE, clock.now()
    applied.save(update_fields=["state", "undone_at"])
    project_versions()
    project_people()
    audit.record("reorganization.undo", scope=scope, target=applied)
    return applied


def _values(reorganization: Reorganization) -> bodies.Values:
    return {"id": reorganization.pk, "on": reorganization.on}


def _change(draft: Reorganization) -> None:
    if not draft.steps.exists():
        raise RuleViolation("ORG-01", _("Chưa có thay đổi nào. Thêm ít nhất một thay đổi."))
    with connection.cursor() as cursor:
        bodies.change_bodies(cursor, _values(draft))
        staff.move_people(cursor, _values(draft))
        staff.move_open_appraisals(cursor, _values(draft))
        extent.write_extent(cursor, _values(draft))


def _lock(pk: int, scope: Scope, state: ReorganizationState) -> Reorganization:
    """The reorganization, locked, in the state the step needs (ORG-02)."""
    locked = Reorganization.objects.select_for_update(of=("self",))
    found: Reorganization = locked.fetch(scope, P.ORGANIZATION_MANAGE, pk=pk)
    if found.state != state:
        raise RuleViolation(
            "ORG-02",
            _("Việc sắp xếp này đang ở trạng thái “%(state)s”. Tải lại trang để xem.")
            % {"state": found.get_state_display()},
        )
    return found


def _check_step(step: StepInput, scope: Scope) -> None:
    """ORG-05. What each change needs, within reach."""
    Organization.objects.fetch(scope, P.ORGANIZATION_MANAGE, pk=step.organization.pk)
    if step.change == Change.RENAME and not step.new_name.strip():
        raise RuleViolation("ORG-05", _("Nhập tên mới."), "new_name")
    if step.change in (Change.MOVE, Change.MERGE, Change.SPLIT):
        if step.target is None:
            raise RuleViolation("ORG-05", _("Chọn đơn vị tiếp nhận."), "target")
        if step.target.pk == step.organization.pk:
            raise RuleViolation("ORG-05", _("Đơn vị tiếp nhận phải khác đơn vị thay đổi."), "target")
        Organization.objects.fetch(scope, P.ORGANIZATION_MANAGE, pk=step.target.pk)
    if step.change == Change.SPLIT and not (step.levels or step.groups):
        raise RuleViolation("ORG-05", _("Chọn cấp học hoặc tổ chuyên môn được tách."), "levels")
