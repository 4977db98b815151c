"""Subject groups (tổ chuyên môn) and who leads them."""

from datetime import date

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from temis.access import P, Scope
from temis.core import audit, clock
from temis.core.errors import RuleViolation
from temis.core.text import clean
from temis.organizations.models import Organization
from temis.people.models import Employment, SubjectGroup


@transaction.atomic
def create_group(organization_id: int, name: str, *, scope: Scope) -> SubjectGroup:
    body = Organization.objects.fetch(scope, P.PERSON_MANAGE, pk=organization_id, is_open=True)
    group = SubjectGroup.objects.create(organization=body, name=_unused(name, body.pk))
    audit.record("group.create", scope=scope, target=group, organization_id=body.pk, note=group.name)
    return group


@transaction.atomic
def rename_group(pk: int, name: str, *, scope: Scope) -> SubjectGroup:
    group: SubjectGroup = SubjectGroup.objects.fetch(scope, P.PERSON_MANAGE, pk=pk)
    group.name = _unused(name, group.organization_id, group.pk)
    group.save(update_fields=["name"])
    audit.record("group.rename", scope=scope, target=group, organization_id=group.organization_id, note=group.name)
    return group


@transaction.atomic
def remove_group(pk: int, *, scope: Scope) -> int:
    """PPL-11. Only a group that nobody ever belonged to: history keeps the others. Returns whose it was."""
    group: SubjectGroup = SubjectGroup.objects.fetch(scope, P.PERSON_MANAGE, pk=pk)
    if group.employments.exists():
        raise RuleViolation("PPL-11", _("Tổ đã có người. Chuyển mọi người sang tổ khác; tên tổ được giữ cho lịch sử."))
    audit.record("group.remove", scope=scope, target=group, organization_id=group.organization_id, note=group.name)
    group.delete()
    return group.organization_id


def hand_over_group(group_id: int, on: date) -> date:
    """PPL-10. One leader at a time: whoever leads the group on or after a day leads it no more. Returns since when the
    new one leads it: from that day, or from when the last of those ended who led it before."""
    until = Q(validity__endswith=None) | Q(validity__endswith__gt=max(on, clock.today()))
    leaders = Employment.objects.filter(group_id=group_id, leads_group=True)
    leaders.filter(until).update(leads_group=False, leads_since=None)
    ended: date | None = leaders.aggregate(last=Max("validity__endswith"))["last"]
    return max(on, ended) if ended else on


def _unused(name: str, organization_id: int, own: int | None = None) -> str:
    wanted = clean(name)
    if not wanted:
        raise RuleViolation("PPL-11", _("Nhập tên tổ chuyên môn."), "name")
    if len(wanted) > (SubjectGroup._meta.get_field("name").max_length or 0):
        raise RuleViolation("PPL-11", _("Tên tổ quá dài. Thầy/cô viết ngắn lại."), "name")
    if SubjectGroup.objects.filter(organization_id=organization_id, name__iexact=wanted).exclude(pk=own or 0).exists():
        raise RuleViolation("PPL-11", _("Trường đã có tổ này."), "name")
    return wanted
