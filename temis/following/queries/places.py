"""Where one looks: which period, which body or subject group, and the way down to it."""

from dataclasses import dataclass

from django.urls import reverse

from temis.access import NotPermitted, P, Reach, Scope
from temis.appraisals.enums import PeriodState
from temis.appraisals.models import Period
from temis.organizations.enums import Tier
from temis.organizations.models import Organization
from temis.people.models import SubjectGroup


@dataclass(frozen=True, slots=True)
class Place:
    """A body, or one subject group of a school."""

    body: Organization
    group: SubjectGroup | None = None

    @property
    def name(self) -> str:
        return self.group.name if self.group else self.body.name

    @property
    def is_school(self) -> bool:
        return self.body.kind.tier == Tier.SCHOOL

    @property
    def is_nation(self) -> bool:
        return self.body.kind.tier == Tier.NATION


def periods_for(scope: Scope) -> list[Period]:
    """Periods of the bodies above the one who looks that are or were open, the latest first."""
    if not scope.has(P.PROGRESS_VIEW) or not scope.path:
        return []
    seen = Period.objects.filter(organization__path__above=scope.path).exclude(state=PeriodState.DRAFT)
    return list(seen.order_by("-year"))


def current_period(periods: list[Period]) -> Period | None:
    """The one that is open; else the latest."""
    return next((p for p in periods if p.state == PeriodState.OPEN), periods[0] if periods else None)


def place_for(scope: Scope, permission: P, body_pk: int | None = None, group_pk: int | None = None) -> Place:
    """The body or group, or NotPermitted. Without any: the one that the scope itself stands for."""
    if scope.reach(permission) == Reach.GROUP:
        group_pk = group_pk or scope.group_id
        if group_pk is None or body_pk not in (None, scope.unit_id):
            raise NotPermitted(permission)
    if group_pk is not None:
        groups = SubjectGroup.objects.select_related("organization__kind")
        group: SubjectGroup = groups.fetch(scope, permission, pk=group_pk)
        if body_pk not in (None, group.organization_id):
            raise NotPermitted(permission)
        return Place(group.organization, group)
    bodies = Organization.objects.select_related("kind")
    return Place(bodies.fetch(scope, permission, pk=body_pk or scope.unit_id))


def trail(scope: Scope, place: Place) -> list[Organization]:
    """The bodies from the one of the scope down to the place's own, without it (with it above a subject group)."""
    if scope.reach(P.PROGRESS_VIEW) == Reach.GROUP:
        return []
    above = Organization.objects.filter(path__above=str(place.body.path), path__within=scope.path)
    shown = above if place.group else above.exclude(pk=place.body.pk)
    return sorted(shown, key=lambda body: str(body.path).count("."))


def groups_of(place: Place) -> list[SubjectGroup]:
    """Subject groups of a school, to choose one."""
    return list(SubjectGroup.objects.filter(organization=place.body).order_by("name")) if place.is_school else []


def address(name: str, period: Period, place: Place) -> str:
    """`following:body`, or `following:group_…` where the place is a subject group."""
    if place.group is not None:
        return reverse(f"following:group_{name}", args=[period.pk, place.group.pk])
    return reverse(f"following:{name}", args=[period.pk, place.body.pk])
