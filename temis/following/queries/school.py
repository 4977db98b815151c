"""How far one school is, by subject group: few enough people to count them as they are this moment."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from temis.access import P, Scope
from temis.appraisals.enums import Stage, State
from temis.appraisals.models import Appraisal, Period
from temis.appraisals.rules import Window
from temis.core import clock
from temis.following.enums import Waiting
from temis.following.queries.filters import Filters
from temis.following.queries.places import Place
from temis.following.rules import Tally
from temis.opinions.models import Asked, AskedQuerySet, Ballot
from temis.opinions.queries.progress import missing_users
from temis.organizations.models import Organization

IN_PERIOD = ~Q(state=State.EXCLUDED)
_DUE = Q(decision_due=True)
# The counts of `models.COUNTS` on single appraisals.
_COUNTS = {
    "unsent": Q(state=State.OPEN),
    "submitted": Q(state=State.SUBMITTED),
    "decided": Q(state=State.DECIDED),
    "announced": Q(state=State.ANNOUNCED),
    "acknowledged": Q(state=State.ACKNOWLEDGED),
    "objected": Q(state=State.OBJECTED),
    "excluded": Q(state=State.EXCLUDED),
    "sent": Q(submitted_at__isnull=False) & IN_PERIOD,
    "awaiting": _DUE & Q(state__in=(State.OPEN, State.SUBMITTED)),
    "awaiting_unsent": _DUE & Q(state=State.OPEN),
}
_ALL = {name: Count("pk", filter=condition) for name, condition in _COUNTS.items()}


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A subject group, or those without one (`pk` None: managers, and teachers whose group is not known)."""

    pk: int | None
    name: str
    tally: Tally


def appraisals_at(scope: Scope, permission: P, period: Period, place: Place) -> QuerySet[Appraisal]:
    """All appraisals of the period in a place that the scope reaches."""
    rows = Appraisal.objects.permitted(scope, permission).filter(period=period)
    if place.group:
        return rows.filter(group=place.group)
    if place.is_school:
        return rows.filter(organization=place.body)
    if place.body.pk == scope.unit_id:  # of the same path twice PostgreSQL expects a few
        return rows
    return rows.filter(organization__path__within=str(place.body.path))


def asked_at(scope: Scope, permission: P, period: Period, place: Place) -> AskedQuerySet:
    """Who is asked about whom in a place that the scope reaches."""
    rows: AskedQuerySet = Asked.objects.permitted(scope, permission).filter(period=period)
    if place.group:
        return rows.filter(group=place.group)
    if place.is_school:
        return rows.filter(organization=place.body)
    if place.is_nation:
        return rows
    # By number: a condition on the path would not reach into the view, and the whole country would be read.
    below = Organization.objects.filter(path__within=str(place.body.path))
    return rows.filter(organization_id__in=list(below.values_list("pk", flat=True)))


def narrowed(rows: QuerySet[Appraisal], filters: Filters) -> QuerySet[Appraisal]:
    if filters.position:
        rows = rows.filter(position=filters.position)
    return rows.filter(level=filters.level) if filters.level else rows


def counted(rows: QuerySet[Appraisal]) -> Tally:
    """Where the people of these appraisals stand; one query."""
    return Tally(**rows.aggregate(**_ALL))


def live_total(scope: Scope, period: Period, place: Place, filters: Filters, windows: Mapping[str, Window]) -> Tally:
    """A school or a group as a whole; three queries."""
    tally = counted(narrowed(appraisals_at(scope, P.PROGRESS_VIEW, period, place), filters))
    if not (filters.position or filters.level):
        tally = _with_opinions(tally, asked_at(scope, P.PROGRESS_VIEW, period, place))
    return with_late(tally, windows)


def groups_below(
    scope: Scope, period: Period, place: Place, filters: Filters, windows: Mapping[str, Window]
) -> list[GroupRow]:
    """The subject groups of a school, those with late people first; one query."""
    rows = narrowed(appraisals_at(scope, P.PROGRESS_VIEW, period, place), filters)
    counted = rows.values("group_id", "group__name").annotate(**_ALL).order_by()
    found = []
    for row in counted:
        tally = Tally(**{name: row[name] for name in _COUNTS})  # type: ignore[literal-required]
        found.append(GroupRow(row["group_id"], row["group__name"] or "", with_late(tally, windows)))
    return sorted(found, key=lambda row: (-row.tally.late_people, row.pk is None, row.name))


def _with_opinions(tally: Tally, asked: AskedQuerySet) -> Tally:
    given = Exists(Ballot.objects.filter(appraisal_id=OuterRef("appraisal_id"), rater_id=OuterRef("rater_id")))
    counts = asked.annotate(got=given).aggregate(asked=Count("id"), given=Count("id", filter=Q(got=True)))
    left = missing_users(asked).order_by().distinct().count() if counts["asked"] > counts["given"] else 0
    return replace(tally, opinions_asked=counts["asked"], opinions_given=counts["given"], raters_left=left)


def with_late(tally: Tally, windows: Mapping[str, Window]) -> Tally:
    """What is past its day for the one body that all of them are in."""
    today = clock.today()
    over = {stage for stage in Stage if stage in windows and windows[stage].has_ended(today)}
    late = {waiting: tally.share(waiting).left if waiting.stage in over else 0 for waiting in Waiting}
    if Stage.SELF in over and Stage.DECISION in over:
        people = tally.unsent + tally.awaiting - tally.awaiting_unsent
    else:
        people = late[Waiting.SELF] + late[Waiting.DECISION]
    people += late[Waiting.ANNOUNCEMENT] + late[Waiting.RESPONSE] + late[Waiting.ANSWER]
    return replace(tally, late=late, late_people=people)
