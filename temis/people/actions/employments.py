"""Posts in time: a transfer ends one and begins another, nothing is overwritten."""

from datetime import date, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from temis.access import P, Scope
from temis.core import audit, clock
from temis.core.errors import RuleViolation
from temis.organizations.enums import Tier
from temis.organizations.models import Organization
from temis.people import rules
from temis.people.actions.groups import hand_over_group
from temis.people.actions.persons import begin_employment
from temis.people.actions.projection import project_people
from temis.people.models import Employment

_ONE_DAY = timedelta(days=1)


@transaction.atomic
def transfer_person(
    employment_pk: int, organization_id: int, post: rules.Post, on: date, *, scope: Scope, document: str = ""
) -> Employment:
    """PPL-12. From a day on another post, in the same or in another body within reach; the old one ends the day
    before and stays in the history."""
    old = _current(employment_pk, scope)
    body = Organization.objects.select_related("kind").fetch(scope, P.PERSON_MANAGE, pk=organization_id, is_open=True)
    rules.check_post(scope.role, post, Tier(body.kind.tier), body.levels)
    _end(old, on - _ONE_DAY)
    new = begin_employment(old.person, body, post, on)
    project_people([old.person_id])
    for organization in {old.organization_id, body.pk}:
        audit.record(
            "person.transfer",
            scope=scope,
            target=old.person,
            organization_id=organization,
            person_id=old.person_id,
            rule_id="PPL-12",
            note=document,
        )
    return new


@transaction.atomic
def end_employment(employment_pk: int, last_day: date, *, scope: Scope, reason: str = "") -> None:
    """PPL-05. The last day in a post; rights that follow from it end with that day."""
    employment = _current(employment_pk, scope)
    _end(employment, last_day)
    project_people([employment.person_id])
    audit.record(
        "employment.end",
        scope=scope,
        target=employment.person,
        organization_id=employment.organization_id,
        person_id=employment.person_id,
        rule_id="PPL-05",
        note=reason,
    )


@transaction.atomic
def set_group(employment_pk: int, group_id: int | None, *, leads: bool, scope: Scope, subject: str = "") -> None:
    """PPL-10. Subject and group of a teacher; the new leader takes over from the one before."""
    employment = _current(employment_pk, scope)
    if group_id is not None and not employment.organization.groups.filter(pk=group_id).exists():
        raise RuleViolation("PPL-04", _("Tổ chuyên môn không thuộc trường đã chọn. Chọn lại."), "group")
    if leads and group_id is None:
        raise RuleViolation("PPL-04", _("Chọn tổ chuyên môn trước khi chọn là tổ trưởng."), "group")
    if leads and group_id is not None and not (employment.leads_group and employment.group_id == group_id):
        employment.leads_since = hand_over_group(group_id, max(employment.validity.lower or date.min, clock.today()))
    if not leads:
        employment.leads_since = None
    employment.group_id, employment.leads_group, employment.subject = group_id, leads, subject
    employment.save(update_fields=["group", "leads_group", "leads_since", "subject"])
    project_people([employment.person_id])
    audit.record(
        "employment.group",
        scope=scope,
        target=employment.person,
        organization_id=employment.organization_id,
        person_id=employment.person_id,
        rule_id="PPL-10",
    )


def _current(pk: int, scope: Scope) -> Employment:
    """An employment within reach that has not ended, locked; never one's own."""
    locked = Employment.objects.select_for_update(of=("self",)).select_related("person", "organization")
    employment: Employment = locked.fetch(scope, P.PERSON_MANAGE, pk=pk)
    if employment.person_id == scope.person_id:
        raise RuleViolation("PPL-13", _("Không ai tự cập nhật vị trí việc làm của mình. Đề nghị đơn vị quản lý."))
    rank = rules.RANK[rules.ROLE_OF[rules.Position(employment.position)]]
    if rank >= rules.RANK[scope.role]:
        raise RuleViolation("PPL-02", _("Vị trí này do cấp trên bổ nhiệm. Đề nghị đơn vị quản lý cập nhật."))
    return employment


def _end(employment: Employment, last_day: date) -> None:
    start, end = employment.validity.lower, employment.validity.upper
    rules.check_end(start, last_day)
    if end is not None and end - _ONE_DAY < last_day:
        raise RuleViolation("PPL-05", _("Vị trí này đã kết thúc trước ngày đó."), "on")
    employment.validity = DateRange(start, last_day + _ONE_DAY)
    employment.save(update_fields=["validity"])
