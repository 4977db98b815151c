"""Rights: who may do what, how far. No models, no requests."""

from temis.access.grants import DELEGABLE, GRANTS, SECOND_FACTOR
from temis.access.roles import P, Reach, Role
from temis.access.scope import NotPermitted, Scope, ScopedQuerySet

__all__ = [
    "DELEGABLE",
    "GRANTS",
    "SECOND_FACTOR",
    "NotPermitted",
    "P",
    "Reach",
    "Role",
    "Scope",
    "ScopedQuerySet",
]
