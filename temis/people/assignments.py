"""As what a user may act, and the scope that follows."""

from django.contrib.auth.models import AbstractBaseUser

from temis.access import P, Role, Scope
from temis.accounts.models import User
from temis.people.models import Person, RoleAssignment

# The role a person starts in: the one with most to do comes first.
_ORDER = [
    Role.MINISTRY_LEADER,
    Role.MINISTRY_OFFICER,
    Role.PROVINCE_LEADER,
    Role.PROVINCE_OFFICER,
    Role.LOCAL_LEADER,
    Role.LOCAL_OFFICER,
    Role.PRINCIPAL,
    Role.DEPUTY_PRINCIPAL,
    Role.GROUP_LEADER,
    Role.TEACHER,
    Role.STAFF,
    Role.LECTURER,
    Role.ADMINISTRATOR,
]


def assignments_of(user: AbstractBaseUser) -> list[RoleAssignment]:
    """All that the user holds today, most responsible first, delegations last; one query."""
    held = RoleAssignment.objects.filter(user_id=user.pk).select_related(
        "organization", "user__person", "delegation__head"
    )
    return sorted(held, key=lambda a: (a.delegation_id is not None, _ORDER.index(Role(a.role)), a.id))


def scope_of(assignment: RoleAssignment, user: User) -> Scope:
    """The scope of one assignment."""
    person: Person | None = getattr(assignment.user, "person", None)
    return Scope(
        user_id=user.pk,
        person_id=person.pk if person else None,
        role=Role(assignment.role),
        unit_id=assignment.organization_id,
        path=str(assignment.path),
        actor=user.display_name,
        assignment_id=assignment.id,
        group_id=assignment.group_id,
        delegation_id=assignment.delegation_id,
        permissions=None if assignment.permissions is None else frozenset(P(p) for p in assignment.permissions),
    )
