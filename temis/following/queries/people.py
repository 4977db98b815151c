"""Who stands on a step, by name; and those who are out of the period, apart."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import ngettext

from temis.access import P, Scope
from temis.appraisals.enums import Exclusion, Stage, State
from temis.appraisals.models import Appraisal, Period
from temis.appraisals.queries.windows import windows_for
from temis.core.paging import Page, found_first, keyset, read_by_key
from temis.following.enums import Waiting
from temis.following.queries.filters import Filters
from temis.following.queries.places import Place
from temis.following.queries.raters import raters_at
from temis.following.queries.school import appraisals_at, narrowed
from temis.organizations.queries import has_few_below
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
    reasons = filters.out and scope.has(P.APPRAISAL_VIEW)
    return _page(_listed(scope, period, place, filters), period, place, filters, size, reasons)


def are_more(scope: Scope, period: Period, place: Place, filters: Filters, number: int) -> bool:
    """Whether the list of `people_at` has more than so many; one query that reads none of them whole. Not for those who
    owe opinions: to know who they are is the work itself, and would be done twice."""
    return _listed(scope, period, place, filters)[number : number + 1].exists()


def _listed(scope: Scope, period: Period, place: Place, filters: Filters) -> QuerySet[Appraisal]:
    """All of the list, in no order."""
    rows = narrowed(appraisals_at(scope, P.PROGRESS_VIEW, period, place), filters)
    if filters.out:
        rows = rows.filter(state=State.EXCLUDED)
    elif filters.waiting:
        rows = rows.filter(STANDS[filters.waiting])
    if filters.q:
        rows = rows.filter(Q(person__search__words=filters.q) | Q(person__code=filters.q))
    return rows


def _page(rows: QuerySet[Appraisal], period: Period, place: Place, filters: Filters, size: int, reasons: bool) -> Page:
    """`reasons`: say why somebody is out of the period; that is for those who may see the appraisal."""
    order: Sequence[str] = IN_SCHOOL if place.is_school else IN_TREE
    rows = rows.select_related("person", "organization", "group").only(*_SHOWN)
    if not place.is_school and has_few_below(str(place.body.path)):
        rows, order = found_first(rows, order)
    found = keyset(
        rows,
        order,
        after=filters.after,
        before=filters.before,
        size=size,
        read=read_by_key,
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
    found = raters_at(scope, period, place, filters, size)
    due = _due(period, Stage.OPINIONS, {p.organization_id for p in found.rows if p.organization_id})
    shown = [_rater_row(person, due.get(person.organization_id or 0)) for person in found.rows]
    return Page(shown, found.next, found.previous)


def _rater_row(person: Person, due: date | None) -> PersonRow:
    left = person.left  # type: ignore[attr-defined]
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
