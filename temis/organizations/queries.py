"""Bodies for screens."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from temis.access import P, Scope
from temis.core.text import fold
from temis.organizations.models import Organization, OrganizationKind, OrganizationVersion, Succession

FEW = 300  # bodies, with some ten thousand people at most


@dataclass(frozen=True)
class Crumb:
    """A body above; `url` is empty where it is out of reach."""

    label: str
    pk: int | None


def crumbs(body: Organization, scope: Scope) -> list[Crumb]:
    """The bodies above `body`, from the top down; two queries."""
    above = Organization.objects.filter(path__above=str(body.path)).exclude(pk=body.pk).order_by("path")
    within = set(
        Organization.objects.permitted(scope, P.ORGANIZATION_VIEW)
        .filter(pk__in=str(body.path).split("."))
        .values_list("pk", flat=True)
    )
    return [Crumb(b.name, b.pk if b.pk in within else None) for b in above]


def children(body: Organization, scope: Scope) -> QuerySet[Organization]:
    """What hangs directly under it and is open today."""
    return (
        Organization.objects.permitted(scope, P.ORGANIZATION_VIEW)
        .filter(parent=body, is_open=True)
        .select_related("kind")
        .annotate(has_children=Exists(Organization.objects.filter(parent=OuterRef("pk"), is_open=True)))
    )


def found(scope: Scope, text: str) -> QuerySet[Organization]:
    """Bodies within reach whose name or code holds the text, with or without diacritics."""
    return (
        Organization.objects.permitted(scope, P.ORGANIZATION_VIEW)
        .filter(Q(search__contains=fold(text)) | Q(code__iexact=text.strip()))
        .select_related("kind", "parent")
    )


def closed_children(body: Organization, scope: Scope) -> int:
    return Organization.objects.permitted(scope, P.ORGANIZATION_VIEW).filter(parent=body, is_open=False).count()


def history(body: Organization) -> QuerySet[OrganizationVersion]:
    """What it was called and where it hung, newest first."""
    return body.versions.select_related("parent", "province", "reorganization").order_by("-validity")


def successions(body: Organization) -> tuple[list[Succession], list[Succession]]:
    """(whom it took over from, who took over from it)."""
    both = list(
        Succession.objects.filter(Q(predecessor=body) | Q(successor=body))
        .select_related("predecessor", "successor")
        .order_by("on", "id")
    )
    return [s for s in both if s.successor_id == body.pk], [s for s in both if s.predecessor_id == body.pk]


_TAKEN_OVER = """
WITH RECURSIVE taken (body) AS (
    SELECT %s::bigint
    UNION
    SELECT s.predecessor_id
    FROM taken t
    JOIN organizations_succession s ON s.successor_id = t.body
    JOIN organizations_organization o ON o.id = s.predecessor_id AND NOT o.is_open
)
SELECT body FROM taken WHERE body <> %s::bigint
"""


def taken_over(body_id: int) -> RawSQL:
    """The closed bodies that the body took over, and those that they had taken over: for `organization_id__in`."""
    return RawSQL(_TAKEN_OVER, [body_id, body_id])


def counts_below(body: Organization, scope: Scope) -> dict[str, int]:
    """How many open bodies of each kind lie below, by the kind's name, the most frequent first; two queries."""
    below = Organization.objects.permitted(scope, P.ORGANIZATION_VIEW).filter(is_open=True).exclude(pk=body.pk)
    if body.pk != scope.unit_id:  # else every body of the country would be compared with the same path twice
        below = below.filter(path__within=str(body.path))
    # Counted by code and named afterwards: the nation has 30,000 bodies and six kinds.
    counts = dict(below.order_by().values_list("kind_id").annotate(number=Count("pk")))
    names = dict(OrganizationKind.objects.filter(pk__in=counts).values_list("code", "name"))
    return {names[code]: counts[code] for code in sorted(counts, key=lambda code: -counts[code])}


def has_few_below(path: str | None, most: int | None = None) -> bool:
    """Is it a small part of the tree, of `most` bodies (`FEW`), as a school, a commune and a small Sở are? What is
    found there is then put in order by itself, instead of being looked for in the order of the whole country. One query
    at most."""
    if path and "." not in path:
        return False  # the nation
    return Organization.objects.filter(path__within=path).count() <= (FEW if most is None else most) if path else True


def bodies_within(path: str | None) -> list[int] | None:
    """The bodies of a part of the tree; None of the nation, which has all. One query at most."""
    if path and "." not in path:
        return None
    return list(Organization.objects.filter(path__within=path).values_list("pk", flat=True)) if path else []


def version_on(body: Organization, day: date) -> OrganizationVersion | None:
    return body.versions.filter(validity__contains=day).first()
