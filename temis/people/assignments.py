"""As what a user may act, and the scope that follows."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection

from temis.access import P, Role, Scope
from temis.accounts.models import User
from temis.organizations.models import Organization
from temis.people.models import Person, RoleAssignment

# In the order of the model.
COLUMNS = [field.attname for field in RoleAssignment._meta.concrete_fields]
# A function, because to plan the view takes ten times as long as to read it: a function's plan is kept.
_OF_USER = f"SELECT person_id, body_name, {', '.join(COLUMNS)} FROM people_assignments_of(%s)"

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


# A person, the name of a body, the columns of the model.
Row = tuple[Any, ...]


def assignments_of(user: AbstractBaseUser) -> list[RoleAssignment]:
    """All that the user holds today; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_USER, [user.pk])
        return assignments_in(cursor.fetchall(), user)


def assignments_in(rows: list[Row], user: AbstractBaseUser) -> list[RoleAssignment]:
    """Rows that were read, most responsible first, delegations last."""
    held = [_assignment(user, *row) for row in rows]
    return sorted(held, key=lambda a: (a.delegation_id is not None, _ORDER.index(Role(a.role)), a.id))


def _assignment(user: AbstractBaseUser, person_id: int | None, body_name: str, *columns: Any) -> RoleAssignment:
    """With its user, his person and the body as far as every page needs them; what else is asked for comes then."""
    found = RoleAssignment.from_db(connection.alias, COLUMNS, columns)
    person = Person.from_db(connection.alias, ["id", "user_id"], [person_id, user.pk]) if person_id else None
    RoleAssignment._meta.get_field("user").set_cached_value(found, user)
    User._meta.get_field("person").set_cached_value(user, person)
    found.organization = Organization.from_db(connection.alias, ["id", "name"], [found.organization_id, body_name])
    return found


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


def scope_of_held(assignment_id: str) -> Scope | None:
    """For work that was asked for earlier: as what the one who asked acts, None where he holds it no longer."""
    held = RoleAssignment.objects.select_related("user__person").filter(pk=assignment_id).first()
    return scope_of(held, held.user) if held else None
