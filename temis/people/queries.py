"""Reads for the screens of people."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from temis.access import P, Scope
from temis.accounts.models import Delegation, Grant
from temis.core import clock
from temis.core.paging import Page
from temis.core.text import spellings
from temis.organizations.models import Organization
from temis.people.enums import Position
from temis.people.models import Employment, Person, SubjectGroup
from temis.people.names import page_by_name


@dataclass(frozen=True)
class PeopleFilter:
    """What stands in the address of the list; empty means all."""

    text: str = ""
    position: str = ""
    level: str = ""
    group_id: int | None = None
    organization_id: int | None = None
    core: bool = False
    never_logged_in: bool = False
    without_group: bool = False

    @property
    def is_for_few(self) -> bool:
        """Something more is asked of a post that few have: those may be anywhere in the order of names, or nowhere."""
        return self.position not in ("", Position.TEACHER) and bool(self.level or self.core)


def people_page(scope: Scope, wanted: PeopleFilter, *, after: str = "", before: str = "") -> Page[Person]:
    """People within reach with their body and group, by name."""
    people, path = Person.objects.permitted(scope, P.PERSON_VIEW).filter(_conditions(wanted)), scope.path
    if wanted.organization_id not in (None, scope.unit_id):  # of the same path twice PostgreSQL expects a few
        bodies = Organization.objects.permitted(scope, P.ORGANIZATION_VIEW).filter(pk=wanted.organization_id)
        path = bodies.values_list("path", flat=True).first()
        people = people.filter(organization__path__within=path) if path else people.none()
    # Joined with all who bear a name, of whom one page is shown, these would cost as much as the search.
    people = people.prefetch_related("organization", "group", "user")
    return page_by_name(
        people,
        path=path,
        text=wanted.text,
        otherwise=Q(code__in=spellings(wanted.text)),
        few=wanted.is_for_few,
        after=after,
        before=before,
    )


def _conditions(wanted: PeopleFilter) -> Q:
    """All but the text."""
    found = Q()
    if wanted.position:
        found &= Q(position=wanted.position)
    if wanted.level:
        found &= Q(level=wanted.level)
    if wanted.group_id is not None:
        found &= Q(group_id=wanted.group_id)
    if wanted.core:
        found &= Q(is_core=True)
    if wanted.never_logged_in:
        found &= Q(user__last_login=None)
    if wanted.without_group:
        found &= Q(group=None, position=Position.TEACHER)
    return found


@dataclass(frozen=True)
class Period:
    """Dates as people say them: the last day is included; None is open."""

    since: date | None
    last_day: date | None

    @classmethod
    def of(cls, validity: object) -> "Period":
        lower, upper = validity.lower, validity.upper  # type: ignore[attr-defined]
        return cls(lower, upper - timedelta(days=1) if upper else None)

    def __str__(self) -> str:
        if self.since and self.last_day:
            return _("%(since)s đến %(last)s") % {
                "since": f"{self.since:%d/%m/%Y}",
                "last": f"{self.last_day:%d/%m/%Y}",
            }
        if self.since:
            return _("từ %(since)s") % {"since": f"{self.since:%d/%m/%Y}"}
        return _("đến %(last)s") % {"last": f"{self.last_day:%d/%m/%Y}"} if self.last_day else _("không ghi ngày")


@dataclass(frozen=True)
class EmploymentLine:
    employment: Employment
    period: Period
    is_current: bool


def history(person: Person) -> list[EmploymentLine]:
    """All posts, the latest first; one query."""
    today = clock.today()
    posts = person.employments.select_related("organization", "group").order_by("-validity", "-id")
    return [EmploymentLine(p, Period.of(p.validity), today in p.validity) for p in posts]


def current_employments(person_id: int | None) -> QuerySet[Employment]:
    return Employment.objects.filter(person_id=person_id or 0, validity__contains=clock.today()).select_related(
        "organization", "group"
    )


def groups_of(scope: Scope, permission: P, organization_id: int | None) -> QuerySet[SubjectGroup]:
    """Groups of a body within reach, by name."""
    return (
        SubjectGroup.objects.permitted(scope, permission).filter(organization_id=organization_id or 0).order_by("name")
    )


def groups_with_members(scope: Scope, organization_id: int) -> QuerySet[SubjectGroup]:
    """Groups of a body with `members` (how many today) and `leader` (name, or None); one query."""
    leads = Person.objects.filter(
        employments__group=OuterRef("pk"),
        employments__leads_group=True,
        employments__validity__contains=clock.today(),
    )
    return groups_of(scope, P.PERSON_MANAGE, organization_id).annotate(
        members=Count("people"), leader=Subquery(leads.values("full_name")[:1])
    )


def colleagues(scope: Scope, text: str = "") -> QuerySet[Person]:
    """Whom a head may hand rights to: everybody with a place in his own body, but himself; by name. With a `text` those
    whose name holds it (beginnings of words) or whose code it is."""
    people = Person.objects.filter(
        user__assignments__organization_id=scope.unit_id, user__assignments__delegation=None
    ).exclude(user_id=scope.user_id)
    if text:
        people = people.filter(Q(search__words=text) | Q(code__in=spellings(text)))
    return people.distinct().order_by("sort_key", "id")


def delegations_given(scope: Scope) -> QuerySet[Delegation]:
    """What the head in front has given in the body in force, the latest first."""
    mine = Delegation.objects.permitted(scope, P.DELEGATE).filter(head_id=scope.user_id)
    return mine.select_related("deputy").order_by("-created_at")


def delegations_held(scope: Scope) -> QuerySet[Delegation]:
    """What others have given to the one in front, in any body, that has not run out."""
    held = Delegation.objects.filter(deputy_id=scope.user_id, revoked_at=None, validity__endswith__gt=clock.today())
    return held.select_related("head", "organization").order_by("-created_at")


def delegation_notes(ids: Iterable[int | None]) -> dict[int, str]:
    """ "theo ủy quyền của …" for the delegations that decisions and audit entries name; one query."""
    found = Delegation.objects.filter(pk__in={pk for pk in ids if pk is not None}).select_related("head")
    return {d.pk: _("theo ủy quyền của %(name)s") % {"name": d.head.display_name} for d in found}


def grants_within(scope: Scope, *, ended: bool = False) -> QuerySet[Grant]:
    """Roles given by name in bodies within reach, by body and role; those that count or will count, or the ended."""
    today = clock.today()
    over = Q(validity__isempty=True) | Q(validity__endswith__lte=today)
    counts = Q(validity__isempty=False) & (Q(validity__endswith=None) | Q(validity__endswith__gt=today))
    grants = Grant.objects.permitted(scope, P.GRANT_MANAGE).filter(over if ended else counts)
    related = ("user__display_name", "organization__name", "granted_by__display_name")
    return grants.select_related("user", "organization", "granted_by").only("role", "validity", "reason", *related)
