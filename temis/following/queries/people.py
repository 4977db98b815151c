"""Who stands on a step, by name; and those who are out of the period, apart."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import ngettext

from temis.access import P, Scope
from temis.appraisals.enums import Exclusion, Stage, State
from temis.appraisals.models import Appraisal, Period
from temis.appraisals.queries.windows import windows_for
from temis.core.paging import Page, keyset
from temis.following.enums import Waiting
from temis.following.models import OpinionProgress
from temis.following.queries.filters import Filters
from temis.following.queries.places import Place
from temis.following.queries.school import appraisals_at, asked_at, narrowed
from temis.opinions.models import Asked
from temis.opinions.queries.progress import still_open
from temis.people.enums import Position
from temis.people.models import Person

SIZE = 50
# Which appraisals stand on a step.
STANDS = {
    Waiting.SELF: Q(state=State.OPEN),
    Waiting.DECISION: Q(decision_due=True, state__in=(State.OPEN, State.SUBMITTED)),
    Waiting.ANNOUNCEMENT: Q(state=State.DECIDED),
    Waiting.RESPONSE: Q(state=State.ANNOUNCED),
    Waiting.ANSWER: Q(state=State.OBJECTED),
}
IN_SCHOOL = ("person__sort_key", "id")
# The rest of a row is wide, and a province has many.
_SHOWN = (
    "position",
    "state",
    "exclusion",
    "person__code",
    "person__full_name",
    "person__sort_key",
    "organization__name",
    "organization__search",
    "group__name",
)
IN_TREE = ("organization__search", "organization_id", "person__sort_key", "id")


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person of the list; `due` the last day of the step for his body."""

    pk: int
    code: str
    name: str
    position: str
    group: str
    body: str
    state: str
    due: date | None


def people_at(scope: Scope, period: Period, place: Place, filters: Filters, *, size: int = SIZE) -> Page:
    """A page of `PersonRow`s, by school and name: those on the step that is asked for, or everybody; a fixed number of
    queries."""
    if filters.waiting == Waiting.OPINIONS:
        return _raters(scope, period, place, filters, size)
    rows = narrowed(appraisals_at(scope, P.PROGRESS_VIEW, period, place), filters)
    if filters.out:
        return _page(rows.filter(state=State.EXCLUDED), period, place, filters, size, scope.has(P.APPRAISAL_VIEW))
    if filters.waiting:
        rows = rows.filter(STANDS[filters.waiting])
    return _page(rows, period, place, filters, size)


def _page(
    rows: QuerySet[Appraisal], period: Period, place: Place, filters: Filters, size: int, reasons: bool = False
) -> Page:
    """`reasons`: say why somebody is out of the period; that is for those who may see the appraisal."""
    if filters.q:
        rows = rows.filter(Q(person__search__words=filters.q) | Q(person__code=filters.q))
    order = IN_SCHOOL if place.is_school else IN_TREE
    found = keyset(
        rows.select_related("person", "organization", "group").only(*_SHOWN),
        order,
        after=filters.after,
        before=filters.before,
        size=size,
    )
    stage = filters.waiting.stage if filters.waiting else None
    due = _due(period, stage, {one.organization_id for one in found.rows})
    shown = [_person_row(one, due.get(one.organization_id), reasons) for one in found.rows]
    return Page(shown, found.next, found.previous)


def _person_row(one: Appraisal, due: date | None, reasons: bool) -> PersonRow:
    state = Exclusion(one.exclusion).label if one.exclusion and reasons else State(one.state).label
    return PersonRow(
        pk=one.pk,
        code=one.person.code,
        name=one.person.full_name,
        position=str(Position(one.position).label),
        group=one.group.name if one.group else "",
        body=one.organization.name,
        state=str(state),
        due=due,
    )


def _due(period: Period, stage: Stage | None, bodies: Collection[int]) -> dict[int, date]:
    """Body → last day of the stage."""
    if stage is None or not bodies:
        return {}
    found = windows_for(period.pk, bodies)
    return {body: stages[stage].closes_on for body, stages in found.items() if stage in stages}


def _raters(scope: Scope, period: Period, place: Place, filters: Filters, size: int) -> Page:
    """Who still has opinions to give, and how many; never about whom."""
    people = _with_opinions_left(scope, period, place).select_related("organization", "group")
    if filters.q:
        people = people.filter(Q(search__words=filters.q) | Q(code=filters.q))
    if filters.position:
        people = people.filter(position=filters.position)
    order = ("sort_key", "id") if place.is_school else ("organization__search", "organization_id", "sort_key", "id")
    found = keyset(people, order, after=filters.after, before=filters.before, size=size)
    due = _due(period, Stage.OPINIONS, {p.organization_id for p in found.rows if p.organization_id})
    left = {person.pk: person.left for person in found.rows}  # type: ignore[attr-defined]
    shown = [_rater_row(person, left[person.pk], due.get(person.organization_id or 0)) for person in found.rows]
    return Page(shown, found.next, found.previous)


def _with_opinions_left(scope: Scope, period: Period, place: Place) -> QuerySet[Person]:
    """Each with how many are `left`. That is a number and no EXISTS: PostgreSQL then asks one person after the other,
    in the order of the list, until a page is full, and does not look for all of a province at first."""
    asked = Asked.objects.permitted(scope, P.PROGRESS_VIEW).filter(period=period)
    if place.is_school:
        asked = asked_at(scope, P.PROGRESS_VIEW, period, place)
        people = Person.objects.filter(pk__in=list(asked.order_by().values_list("rater_id", flat=True).distinct()))
    else:
        # Schools that were done when the opinions were last counted are not asked.
        done = OpinionProgress.objects.filter(period=period, organization=OuterRef("organization_id"), raters_left=0)
        people = Person.objects.filter(~Exists(done), organization__path__within=str(place.body.path))
    by_rater = still_open(asked.filter(rater=OuterRef("pk"))).order_by().values("rater_id")
    return people.annotate(left=Subquery(by_rater.annotate(n=Count("id")).values("n"))).filter(left__gt=0)


def _rater_row(person: Person, left: int, due: date | None) -> PersonRow:
    state = ngettext("Còn %(count)s ý kiến", "Còn %(count)s ý kiến", left) % {"count": left}
    return PersonRow(
        pk=person.pk,
        code=person.code,
        name=person.full_name,
        position=str(Position(person.position).label) if person.position else "",
        group=person.group.name if person.group else "",
        body=person.organization.name if person.organization else "",
        state=state,
        due=due,
    )
