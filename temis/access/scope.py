"""Who acts, as what, for which body; and the queryset that knows what that lets him reach."""

from dataclasses import dataclass
from typing import Any, Self, TypeVar

from django.db import models

from temis.access.grants import GRANTS
from temis.access.roles import P, Reach, Role


class NotPermitted(Exception):
    """No right, or no such object: the answer is the same, 404."""


@dataclass(frozen=True)
class Scope:
    """Built once per request from the assignment the user acts under; one at a time.

    `path` is the body's place in the tree today (labels joined by dots), `permissions` the named rights of a
    delegation (None: all that the role has), `actor` the name kept in the audit trail.
    """

    user_id: int
    person_id: int | None
    role: Role
    unit_id: int
    path: str | None
    actor: str = ""
    assignment_id: str = ""
    group_id: int | None = None
    delegation_id: int | None = None
    permissions: frozenset[P] | None = None

    def reach(self, permission: P) -> Reach | None:
        """How far the permission reaches in this scope; None where it is not held."""
        if self.permissions is not None and permission not in self.permissions and permission != P.HOME:
            return None
        return GRANTS[self.role].get(permission)

    def has(self, permission: P) -> bool:
        return self.reach(permission) is not None

    def require(self, permission: P) -> None:
        if not self.has(permission):
            raise NotPermitted(permission)


Model_co = TypeVar("Model_co", bound=models.Model, covariant=True)


class ScopedQuerySet(models.QuerySet[Model_co]):
    """A queryset that can be asked for the part of it that a scope may reach.

    A model's own queryset names the lookups: to the person it is about, to the subject group, to the body and to the
    body's path. A lookup that is None means that reach gives nothing.
    """

    owner: str | None = "person_id"
    group: str | None = None
    unit: str | None = "organization_id"
    path: str | None = "organization__path"

    def permitted(self, scope: Scope, permission: P) -> Self:
        """All that `scope` may reach with `permission`; the only source of rights on records."""
        reach = scope.reach(permission)
        lookup: dict[str, Any] = {}
        if reach == Reach.OWN and self.owner and scope.person_id is not None:
            lookup = {self.owner: scope.person_id}
        elif reach == Reach.GROUP and self.group and scope.group_id is not None:
            lookup = {self.group: scope.group_id}
        elif reach == Reach.UNIT and self.unit:
            lookup = {self.unit: scope.unit_id}
        elif reach == Reach.SUBTREE and self.path and scope.path:
            lookup = {f"{self.path}__within": scope.path}
        return self.filter(**lookup) if lookup else self.none()

    def fetch(self, scope: Scope, permission: P, **lookup: Any) -> Any:
        """The one object, or NotPermitted where there is none or no right: both look the same."""
        found = self.permitted(scope, permission).filter(**lookup).first()
        if found is None:
            raise NotPermitted(permission)
        return found
