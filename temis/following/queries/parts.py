"""Where the numbers of bodies come from: statements up to `listed`, the bodies below one, and `total`, the whole of it.

Where the subtotals hold, they are read for the bodies that are shown. For the schools in which something has happened
since, what the subtotals hold of them is taken away, and what is true now is added. Else all schools are added up.
"""

from datetime import date

from django.db.models import Exists, Q

from temis.appraisals.models import Period
from temis.following.models import SubtotalsHold, SubtotalsUpset
from temis.following.queries.filters import Filters
from temis.following.queries.order import LAST, OPEN, Order
from temis.following.queries.places import Place
from temis.following.queries.schools import COLUMNS, SUMMED, SUMS, changes, schools
from temis.organizations.enums import Tier

_CHOSEN = "(%(position)s = '' OR position = %(position)s) AND (%(level)s = '' OR level = %(level)s)"
_OPINIONS = "%(position)s = '' AND %(level)s = ''"  # they are not told apart by whom they are about
_OF_ALL = f"following_progress WHERE period_id = %(period)s AND {_CHOSEN}"
# Bodies below are looked up by the index of the counts. Within a statement that also asks for the whole, PostgreSQL
# reads all counts of the period instead.
_WITHIN = "organization_id = ANY(ARRAY(SELECT id FROM organizations_organization WHERE path <@ %(path)s::ltree))"
_PARTS = f"""
, parts AS (
    SELECT path, organization_id, {", ".join(SUMMED)}, 1 AS schools, (late_people > 0)::int AS schools_late, counted_at
    FROM schools
)
"""
_ALL = f"WITH {schools(_OF_ALL, opinions=_OPINIONS)} {_PARTS}"
_ALL_WITHIN = f"WITH {schools(f'{_OF_ALL} AND {_WITHIN}', opinions=f'n.{_WITHIN} AND {_OPINIONS}')} {_PARTS}"
_CHANGES = f"WITH {changes(_CHOSEN, opinions=_OPINIONS)}"
_PART = f"path, organization_id, {', '.join(COLUMNS)}"


_SUBTOTALS = f"""
    SELECT o.path, t.organization_id, {", ".join(f"t.{name}" for name in COLUMNS)}
    FROM following_subtotal t JOIN organizations_organization o ON o.id = t.organization_id
    WHERE t.period_id = %(period)s AND t.position = %(position)s AND t.level = %(level)s
"""
_ITSELF = f"(SELECT {_PART} FROM parts UNION ALL {_SUBTOTALS} AND t.organization_id = %(body)s) itself"
_CHILDREN = f"(SELECT {_PART} FROM parts UNION ALL {_SUBTOTALS} AND o.parent_id = %(body)s) children"
# Of single schools nothing has to be added up.
_EACH_SCHOOL = f"""
    SELECT organization_id AS label, {", ".join(f"parts.{name}" for name in COLUMNS)} FROM parts
    JOIN organizations_organization o ON o.id = organization_id
    JOIN organizations_organizationkind k ON k.code = o.kind_id AND k.tier = '{Tier.SCHOOL}'
    WHERE schools = 1
    UNION ALL
    (SELECT organization_id, {", ".join(COLUMNS)} FROM following_subtotal
     WHERE period_id = %(period)s AND position = %(position)s AND level = %(level)s
       AND is_school AND organization_id NOT IN (SELECT organization_id FROM changed){{within}})
"""

# The bodies next below, or all schools below; one without anybody in the period too, because that is news.
_BELOW = f"""
, tallies AS (
    SELECT CASE WHEN path <> %(path)s::ltree THEN ltree2text(subpath(path, %(depth)s, 1)) END AS label, {SUMS}
    FROM {{parts}} GROUP BY 1 HAVING sum(schools) > 0
), listed AS (
    SELECT c.id, c.name, c.search, k.tier, t.* FROM organizations_organization c
    JOIN organizations_organizationkind k ON k.code = c.kind_id AND k.tier <> '{Tier.UNIVERSITY}'
    LEFT JOIN tallies t ON t.label = ltree2text(subpath(c.path, -1))
    WHERE c.parent_id = %(body)s AND (t.label IS NOT NULL OR c.is_open)
)
"""
_SCHOOL = f"""
    SELECT c.id, c.name, c.search, k.tier{{more}} FROM organizations_organization c
    JOIN organizations_organizationkind k ON k.code = c.kind_id AND k.tier = '{Tier.SCHOOL}'
"""
_OF_SCHOOLS = f"""
    {_SCHOOL.format(more=", t.*")} LEFT JOIN tallies t ON t.label = c.id
    WHERE c.path <@ %(path)s::ltree AND (t.label IS NOT NULL OR c.is_open)
"""
_ALL_SCHOOLS = f", tallies AS ({{tallies}}), listed AS ({_OF_SCHOOLS})"
# Of all schools of the nation only those that stand on the page are looked up: found by their numbers, and by their
# names among those with the same numbers, or by their names alone. Not at the end of the list, where those stand of
# whom nobody is in the period.
_BY_NUMBER = """
ranked AS MATERIALIZED (
    SELECT label AS id, {rank} AS rank, {rest} AS rest FROM {of} WHERE {only}
), edge AS (
    SELECT rank, rest FROM ranked WHERE {past} ORDER BY rank {way}, rest {way} OFFSET {size} LIMIT 1
), near AS (
    SELECT ranked.*, search FROM ranked
    JOIN LATERAL (SELECT search FROM organizations_organization c WHERE c.id = ranked.id OFFSET 0) c ON true
    WHERE {since} AND {until}
), first AS (
    SELECT id AS label FROM near WHERE {beyond}
    ORDER BY rank {way}, rest {way}, search {way}, id {way} {limit}
)
"""
_UNTIL = f"(rank, rest) <= (SELECT rank, rest FROM edge WHERE rank < {LAST})"
_BACK_UNTIL = "((rank, rest) >= (SELECT rank, rest FROM edge) OR NOT EXISTS (SELECT FROM edge))"  # up to the first page
# The page that is opened first begins with the schools that are late with most: an index has them in that order.
_LATEST = f" ORDER BY late_people DESC, ({OPEN}) DESC FETCH FIRST {{number}} ROWS WITH TIES"
_BY_NAME = f"""
first AS (
    SELECT c.id AS label FROM ({_SCHOOL.format(more=", c.path, c.is_open, 0 AS rank, 0 AS rest")}) c
    WHERE c.path <@ %(path)s::ltree AND {{beyond}}
      AND (c.is_open OR EXISTS (SELECT FROM tallies WHERE label = c.id))
    ORDER BY c.search {{way}}, c.id {{way}} {{limit}}
)
"""
_FIRST_SCHOOLS = f"""
, tallies AS NOT MATERIALIZED ({{tallies}}), {{first}}, listed AS (
    SELECT c.*, t.* FROM first
    JOIN LATERAL ({_SCHOOL.format(more="")} WHERE c.id = first.label OFFSET 0) c ON true  -- each by its index
    LEFT JOIN LATERAL (SELECT * FROM tallies WHERE tallies.label = first.label OFFSET 0) t ON true
    UNION ALL
    {_OF_SCHOOLS} AND NOT EXISTS (SELECT FROM first)
)
"""
_WHOLE = f", total AS (SELECT {SUMS} FROM {{of}})"


def lists(period: Period, place: Place, filters: Filters, on: date, order: Order) -> str:
    """`WITH …` up to `listed` and `total`; `listed` may lack what is not on the page."""
    if hold(period, place, filters, on):
        below = _schools(period, place, filters, order) if filters.schools else _BELOW.format(parts=_CHILDREN)
        return _CHANGES + below + _WHOLE.format(of=_ITSELF)
    below = _ALL_SCHOOLS.format(tallies=f"SELECT organization_id AS label, {', '.join(COLUMNS)} FROM parts")
    return (
        _all(period, place) + (below if filters.schools else _BELOW.format(parts="parts")) + _WHOLE.format(of="tallies")
    )


def _schools(period: Period, place: Place, filters: Filters, order: Order) -> str:
    if place.body.pk != period.organization_id:
        return _ALL_SCHOOLS.format(tallies=_EACH_SCHOOL.format(within=f" AND {_WITHIN}"))
    tallies, first = _EACH_SCHOOL.format(within=""), _first(filters, order)
    return _FIRST_SCHOOLS.format(tallies=tallies, first=first) if first else _ALL_SCHOOLS.format(tallies=tallies)


def _first(filters: Filters, order: Order) -> str:
    """Empty where all have to be looked at."""
    if filters.q:
        return ""
    if order.is_by_name:
        return "" if filters.waiting else _BY_NAME.format(beyond=order.beyond, way=order.way, limit=order.limit)
    latest = _LATEST.format(number=order.size + 1)
    return _BY_NUMBER.format(
        of=f"({_EACH_SCHOOL.format(within=latest)}) latest" if order.is_from_the_latest else "tallies",
        rank=order.rank,
        rest=order.rest,
        only=order.only,
        past=order.past,
        since=order.since,
        until=_BACK_UNTIL if order.backwards else _UNTIL,
        beyond=order.beyond,
        way=order.way,
        size=order.size,
        limit=order.limit,
    )


def whole(period: Period, place: Place, filters: Filters, on: date) -> str:
    """`WITH … total`."""
    if hold(period, place, filters, on):
        return _CHANGES + _WHOLE.format(of=_ITSELF)
    return _all(period, place) + _WHOLE.format(of="parts")


def _all(period: Period, place: Place) -> str:
    return _ALL if place.body.pk == period.organization_id else _ALL_WITHIN


def hold(period: Period, place: Place, filters: Filters, on: date) -> bool:
    """Do subtotals hold on a day, and are there any for what is asked? What is small is added up as fast, as are the
    schools of a province by position or level (of subtotals found by three keys PostgreSQL expects one)."""
    is_nation = place.body.pk == period.organization_id
    told_apart = filters.schools and (filters.position or filters.level)
    if told_apart and (not is_nation or (filters.position and filters.level)):
        return False
    if place.body.kind.tier in (Tier.SCHOOL, Tier.LOCAL):
        return False
    return SubtotalsHold.objects.filter(holding_on(on), period=period).exists()


def holding_on(day: date) -> Q:
    return Q(~Exists(SubtotalsUpset.objects.all()), Q(last_day=None) | Q(last_day__gte=day), first_day__lte=day)
