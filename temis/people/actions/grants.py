"""Roles given by name: leaders, officers, administrators."""

from datetime import date, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q
from django.utils.translation import gettext as _

from temis.access import P, Role, Scope
from temis.accounts.models import Grant, User
from temis.accounts.rules import check_grant
from temis.core import audit, clock
from temis.core.errors import RuleViolation
from temis.core.text import clean
from temis.organizations.enums import Tier
from temis.organizations.models import Organization
from temis.people.models import Person

_ONE_DAY = timedelta(days=1)


@transaction.atomic
def give_grant(
    code: str, role: Role, organization_id: int, start: date, end: date | None, reason: str, *, scope: Scope
) -> Grant:
    """ACC-04, ACC-05. To a person within reach, by his code; `end` is the last day (None: until ended)."""
    body = Organization.objects.select_related("kind").fetch(scope, P.GRANT_MANAGE, pk=organization_id, is_open=True)
    check_grant(scope.role, role, Tier(body.kind.tier))
    person = _grantee(code, scope)
    assert person.user is not None
    if end is not None and end < start:
        raise RuleViolation("ACC-05", _("Ngày cuối phải bằng hoặc sau ngày đầu."), "end")
    period = DateRange(start, end + _ONE_DAY if end else None)
    User.objects.select_for_update(no_key=True).get(pk=person.user.pk)  # two who give the same role take turns
    if Grant.objects.filter(user=person.user, role=role, organization=body, validity__overlap=period).exists():
        raise RuleViolation("ACC-05", _("Trong thời gian này, thầy/cô đã có vai trò này ở đơn vị này."), "start")
    grant = Grant.objects.create(
        user=person.user,
        role=role,
        organization=body,
        validity=period,
        reason=reason,
        granted_by_id=scope.user_id,
        granted_at=clock.now(),
    )
    _record("grant.give", grant, person.pk, scope, reason)
    return grant


def _grantee(code: str, scope: Scope) -> Person:
    person = Person.objects.permitted(scope, P.GRANT_MANAGE).filter(code=clean(code)).exclude(user=None).first()
    if person is None:
        raise RuleViolation("ACC-05", _("Không có ai mang mã định danh này trong các đơn vị thuộc quyền."), "code")
    if person.user_id == scope.user_id:
        raise RuleViolation("ACC-04", _("Không ai tự phân vai trò cho mình. Đề nghị cấp trên."), "code")
    return person


@transaction.atomic
def end_grant(pk: int, *, scope: Scope) -> None:
    """ACC-09. At once: today already counts no more. The last administrator stays."""
    locked = Grant.objects.select_for_update(of=("self",)).select_related("organization__kind")
    grant: Grant = locked.fetch(scope, P.GRANT_MANAGE, pk=pk)
    check_grant(scope.role, Role(grant.role), Tier(grant.organization.kind.tier))
    if grant.role == Role.ADMINISTRATOR and not _others(grant):
        raise RuleViolation("ACC-09", _("Đây là quản trị hệ thống cuối cùng. Phân vai trò cho người khác trước."))
    start, today = grant.validity.lower, clock.today()
    grant.validity = DateRange(start, today) if start is None or start < today else DateRange(empty=True)
    grant.save(update_fields=["validity"])
    person = Person.objects.filter(user_id=grant.user_id).values_list("pk", flat=True).first()
    _record("grant.end", grant, person, scope, "")


def _others(grant: Grant) -> bool:
    today = clock.today()
    open_ended = Q(validity__endswith=None) | Q(validity__endswith__gt=today + _ONE_DAY)
    others = Grant.objects.filter(open_ended, role=Role.ADMINISTRATOR, validity__contains=today)
    return others.exclude(user_id=grant.user_id).filter(user__is_active=True).exists()


def _record(action: str, grant: Grant, person_pk: int | None, scope: Scope, note: str) -> None:
    audit.record(
        action,
        scope=scope,
        target=grant,
        organization_id=grant.organization_id,
        person_id=person_pk,
        rule_id="ACC-09" if action == "grant.end" else "ACC-04",
        note=note,
    )
