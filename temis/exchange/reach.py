"""How far an importer reaches, as parameters of the SQL that checks the rows."""

from dataclasses import dataclass

from temis.access import P, Reach, Scope


@dataclass(frozen=True)
class ImportReach:
    """`everything` for the system itself (the command line); else the body's path or the body alone."""

    everything: bool = False
    path: str | None = None
    unit_id: int | None = None
    person_id: int | None = None

    def parameters(self) -> dict[str, object]:
        return {
            "everything": self.everything,
            "path": self.path or None,
            "unit": self.unit_id,
            "importer": self.person_id,
        }


SYSTEM = ImportReach(everything=True)

# Whether the body `o` is within reach. An empty path would be the ancestor of all; it never gets here.
WITHIN = "(%(everything)s OR coalesce(o.path <@ %(path)s::ltree, false) OR coalesce(o.id = %(unit)s, false))"


def reach_of(scope: Scope | None, permission: P) -> ImportReach:
    """The reach of a scope; NotPermitted where it does not hold the permission."""
    if scope is None:
        return SYSTEM
    scope.require(permission)
    if scope.reach(permission) == Reach.SUBTREE:
        return ImportReach(path=scope.path, person_id=scope.person_id)
    return ImportReach(unit_id=scope.unit_id, person_id=scope.person_id)
