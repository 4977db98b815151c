"""Who still has opinions to give, by name, and how many; never about whom."""

from functools import partial

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from temis.access import P, Scope
from temis.appraisals.models import Period
from temis.core.paging import Page, keyset
from temis.following.models import OpinionProgress
from temis.following.queries.filters import Filters
from temis.following.queries.places import Place
from temis.following.queries.school import asked_at
from temis.opinions.models import Asked, AskedQuerySet
from temis.opinions.queries.progress import still_open
from temis.people.models import Person

IN_SCHOOL = ("sort_key", "id")
IN_TREE = ("organization__search", "organization_id", "sort_key", "id")

# PostgreSQL would count for all of a province at first, or choose a wrong way to them because it fears the counting.
# Behind a limit that nobody reaches it asks one person after the other, in the order of the list, until a page is full.
# The order is told inside alone: outside it would make PostgreSQL sort all of them, since it then plans for all.
_FIRST = """
SELECT id, open FROM (
    SELECT listed.id, ({open}) AS open FROM ({listed} LIMIT 1000000000) listed OFFSET 0
) counted
WHERE open IS NOT NULL LIMIT %s
"""


def raters_at(scope: Scope, period: Period, place: Place, filters: Filters, size: int) -> Page[Person]:
    """A page of people with `left`, how many opinions each still has to give; by school and name."""
    asked: AskedQuerySet = Asked.objects.permitted(scope, P.PROGRESS_VIEW).filter(period=period)
    if place.is_school:
        asked = asked_at(scope, P.PROGRESS_VIEW, period, place)
        people = Person.objects.filter(pk__in=list(asked.order_by().values_list("rater_id", flat=True).distinct()))
    else:
        # Schools that were done when the opinions were last counted are not asked.
        done = OpinionProgress.objects.filter(period=period, organization=OuterRef("organization_id"), raters_left=0)
        people = Person.objects.filter(~Exists(done), organization__path__within=str(place.body.path))
    if filters.q:
        people = people.filter(Q(search__words=filters.q) | Q(code=filters.q))
    if filters.position:
        people = people.filter(position=filters.position)
    order = IN_SCHOOL if place.is_school else IN_TREE
    read = partial(_first, asked)
    return keyset(people, order, after=filters.after, before=filters.before, size=size, read=read)


def _first(asked: AskedQuerySet, people: QuerySet[Person], number: int) -> list[Person]:
    """The first of `people`, in their order, who have opinions left."""
    try:
        listed, values = people.values("id").query.sql_with_params()
    except EmptyResultSet:  # a school where nobody is asked
        return []
    of_one = still_open(asked.filter(rater_id=RawSQL("listed.id", ()))).order_by().values("rater_id")
    open_, more = of_one.annotate(n=Count("id")).values("n").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_FIRST.format(open=open_, listed=listed), [*more, *values, number])
        left = dict(cursor.fetchall())
    found = Person.objects.select_related("organization", "group").in_bulk(list(left))
    for pk, person in found.items():
        person.left = left[pk]  # type: ignore[attr-defined]
    return [found[pk] for pk in left if pk in found]
