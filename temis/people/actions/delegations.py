"""Named rights of a head, handed to somebody of the same body for a time."""

from datetime import date, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from temis.access import P, Scope
from temis.accounts.models import Delegation, User
from temis.accounts.rules import check_delegation
from temis.core import audit, clock
from temis.core.errors import RuleViolation
from temis.people.models import Person, RoleAssignment


@transaction.atomic
def give_delegation(
    deputy_pk: int, permissions: set[P], start: date, end: date, reason: str, *, scope: Scope
) -> Delegation:
    """ACC-01 to ACC-03. `deputy_pk` is a person of the head's own body; `end` the last day. The same once more, as by a
    form that was sent twice, is the one that was given."""
    scope.require(P.DELEGATE)
    check_delegation(scope.role, permissions, start, end, clock.today())
    given = {
        "head": User.objects.select_for_update(no_key=True).get(pk=scope.user_id),
        "deputy": _colleague(deputy_pk, scope),
        "role": scope.role,
        "organization_id": scope.unit_id,
        "permissions": sorted(permissions),
        "validity": DateRange(start, end + timedelta(days=1)),
        "reason": reason,
    }
    known = Delegation.objects.filter(**given, revoked_at=None).first()
    if known is not None:
        return known
    delegation = Delegation.objects.create(**given, created_at=clock.now())
    _record("delegation.give", delegation, deputy_pk, scope, reason)
    return delegation


def _colleague(person_pk: int, scope: Scope) -> User:
    """The user of somebody who holds a place of his own in the head's body; not the head himself."""
    person = Person.objects.select_related("user").filter(pk=person_pk).exclude(user=None).first()
    if person is not None and person.user_id == scope.user_id:
        raise RuleViolation("ACC-02", _("Không ai ủy quyền cho chính mình. Chọn người khác."), "deputy")
    held = RoleAssignment.objects.filter(organization_id=scope.unit_id, delegation=None)
    if person is None or person.user is None or not held.filter(user_id=person.user.pk).exists():
        raise RuleViolation("ACC-02", _("Chỉ ủy quyền cho người trong đơn vị. Chọn lại."), "deputy")
    return person.user


@transaction.atomic
def revoke_delegation(pk: int, *, scope: Scope) -> None:
    """ACC-03. At once; what was done under it stays and says so."""
    delegations = Delegation.objects.select_for_update(of=("self",)).filter(head_id=scope.user_id, revoked_at=None)
    delegation: Delegation = delegations.fetch(scope, P.DELEGATE, pk=pk)
    delegation.revoked_at = clock.now()
    delegation.save(update_fields=["revoked_at"])
    deputy = Person.objects.filter(user_id=delegation.deputy_id).values_list("pk", flat=True).first()
    _record("delegation.revoke", delegation, deputy, scope, "")


def _record(action: str, delegation: Delegation, person_pk: int | None, scope: Scope, note: str) -> None:
    audit.record(
        action,
        scope=scope,
        target=delegation,
        organization_id=delegation.organization_id,
        person_id=person_pk,
        rule_id="ACC-03",
        note=note,
    )
