"""How far the bodies below one are: counts of the roll-up added up along the tree as it is today.

What is late follows from APR-09: days of a lower body lie within those above it, so a step is past its day for a body
as soon as any window of it or of a body above has ended.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from temis.appraisals.enums import Stage
from temis.appraisals.models import Period
from temis.appraisals.rules import Window
from temis.core import clock
from temis.core.paging import Page, key_token, read_key
from temis.following.enums import Waiting
from temis.following.models import COUNTS
from temis.following.queries.filters import Filters
from temis.following.queries.places import Place
from temis.following.rules import Tally
from temis.organizations.enums import Tier

SIZE = 50  # bodies of a page

_OVER = {stage: f"{stage.lower()}_over" for stage in Stage}
# What of a body's counts is past its day.
LATE = {
    Waiting.SELF: "CASE WHEN self_over THEN unsent ELSE 0 END",
    Waiting.OPINIONS: "CASE WHEN opinions_over THEN asked - given ELSE 0 END",
    Waiting.DECISION: "CASE WHEN decision_over THEN awaiting ELSE 0 END",
    Waiting.ANNOUNCEMENT: "CASE WHEN decision_over THEN decided ELSE 0 END",
    Waiting.RESPONSE: "CASE WHEN response_over THEN announced ELSE 0 END",
    Waiting.ANSWER: "CASE WHEN response_over THEN objected ELSE 0 END",
}
# Each person once, whatever he is late with.
_LATE_PEOPLE = (
    "CASE WHEN self_over AND decision_over THEN unsent + awaiting - awaiting_unsent"
    " WHEN self_over THEN unsent WHEN decision_over THEN awaiting ELSE 0 END"
    f" + {LATE[Waiting.ANNOUNCEMENT]} + {LATE[Waiting.RESPONSE]} + {LATE[Waiting.ANSWER]}"
)

# Bodies below are looked up by the index of the counts. Within a statement that also asks for the whole, PostgreSQL
# reads all counts of the period instead.
_WITHIN = "organization_id = ANY(ARRAY(SELECT id FROM organizations_organization WHERE path <@ %(path)s::ltree))"
_BASE = f"""
WITH overdue AS (
    SELECT o.id, {", ".join(f"bool_or(w.stage = '{stage}') AS {name}" for stage, name in _OVER.items())}
    FROM appraisals_stagewindow w
    JOIN organizations_organization above ON above.id = w.organization_id AND above.path <@ %(path)s::ltree
    JOIN organizations_organization o ON o.path <@ above.path
    WHERE w.period_id = %(period)s AND w.closes_on < %(today)s AND NOT w.stage = ANY(%(over)s)
    GROUP BY o.id
), of_body AS (
    SELECT organization_id, {", ".join(f"sum({name})::int AS {name}" for name in COUNTS)}
    FROM following_progress
    WHERE period_id = %(period)s{{counts_within}}
      AND (%(position)s = '' OR position = %(position)s) AND (%(level)s = '' OR level = %(level)s)
    GROUP BY organization_id
), flagged AS (
    SELECT s.*, o.path, n.asked, n.given, n.raters_left, n.counted_at,
           {", ".join(f"'{s}' = ANY(%(over)s) OR coalesce(d.{name}, false) AS {name}" for s, name in _OVER.items())}
    FROM of_body s
    JOIN organizations_organization o ON o.id = s.organization_id
    LEFT JOIN overdue d ON d.id = o.id
    LEFT JOIN following_opinionprogress n
      ON n.period_id = %(period)s AND n.organization_id = o.id{{opinions_within}}
     AND %(position)s = '' AND %(level)s = ''
), schools AS (
    SELECT *, {", ".join(f"{late} AS late_{waiting.lower()}" for waiting, late in LATE.items())},
           {_LATE_PEOPLE} AS late_people
    FROM flagged
)
"""
_OPINIONS = ("asked", "given", "raters_left")
_SUMMED = (*COUNTS, *_OPINIONS, *(f"late_{waiting.lower()}" for waiting in Waiting), "late_people")
_SUMS = ", ".join(f"sum({name})::bigint AS {name}" for name in _SUMMED) + (
    ", count(*) AS schools, count(*) FILTER (WHERE late_people > 0) AS schools_late, max(counted_at) AS counted_at"
)
_TOTAL = f"SELECT {_SUMS} FROM schools"
_NAMES = (*_SUMMED, "schools", "schools_late", "counted_at")

# The bodies next below, or all schools below; one without anybody in the period too, because that is news.
_BELOW = f"""
, tallies AS (
    SELECT CASE WHEN path <> %(path)s::ltree THEN ltree2text(subpath(path, %(depth)s, 1)) END AS label, {_SUMS}
    FROM schools GROUP BY 1
), listed AS (
    SELECT c.id, c.name, c.search, k.tier, t.* FROM organizations_organization c
    JOIN organizations_organizationkind k ON k.code = c.kind_id AND k.tier <> '{Tier.UNIVERSITY}'
    LEFT JOIN tallies t ON t.label = ltree2text(subpath(c.path, -1))
    WHERE c.parent_id = %(body)s AND (t.label IS NOT NULL OR c.is_open)
)
"""
_ALL_SCHOOLS = f"""
, tallies AS (
    SELECT organization_id AS label, {", ".join(_SUMMED)}, 1 AS schools, (late_people > 0)::int AS schools_late,
           counted_at
    FROM schools
), listed AS (
    SELECT c.id, c.name, c.search, k.tier, t.* FROM organizations_organization c
    JOIN organizations_organizationkind k ON k.code = c.kind_id AND k.tier = '{Tier.SCHOOL}'
    LEFT JOIN tallies t ON t.label = c.id
    WHERE c.path <@ %(path)s::ltree AND (t.label IS NOT NULL OR c.is_open)
)
"""
_PEOPLE = "(unsent + submitted + decided + announced + acknowledged + objected)"
_LEFT = {
    Waiting.SELF: "unsent",
    Waiting.OPINIONS: "(asked - given)",
    Waiting.DECISION: "awaiting",
    Waiting.ANNOUNCEMENT: "decided",
    Waiting.RESPONSE: "announced",
    Waiting.ANSWER: "objected",
}
_DONE = {
    Waiting.SELF: "sent",
    Waiting.OPINIONS: "given",
    Waiting.DECISION: "(decided + announced + acknowledged + objected)",
    Waiting.ANNOUNCEMENT: "(announced + acknowledged + objected)",
    Waiting.RESPONSE: "(acknowledged + objected)",
}
_RANKS = {"late": "late_people", "people": _PEOPLE, "name": "0"} | {
    waiting.lower(): f"{done}::float8 / nullif({done} + {_LEFT[waiting]}, 0)" for waiting, done in _DONE.items()
}
# The total comes along with each row, so that the schools are added up in one reading (as int: sums of bigint are
# numeric, and slow). Of two that are late alike the
# one with more to do comes first.
_PAGE = f"""
, total AS (SELECT {", ".join(f"sum({name})::bigint AS {name}" for name in _NAMES[:-1])}, max(counted_at) AS counted_at
            FROM tallies)
SELECT {", ".join(f"total.{name} AS all_{name}" for name in _NAMES)}, page.* FROM total LEFT JOIN (SELECT * FROM (
    SELECT listed.*, coalesce({{sign}}({{rank}})::float8, 1e9) AS rank,
           -coalesce(unsent + awaiting + decided + announced + objected, 0)::float8 AS rest
    FROM listed WHERE (%(q)s = '' OR position(%(q)s IN search) > 0) AND {{only}}
) ranked
WHERE {{beyond}}
ORDER BY rank {{way}}, rest {{way}}, search {{way}}, id {{way}} {{limit}}) page ON true
ORDER BY rank {{way}}, rest {{way}}, search {{way}}, id {{way}}
"""


@dataclass(frozen=True, slots=True)
class BodyRow:
    """One body of the list. `tally` is None where nobody is in the period."""

    pk: int
    name: str
    is_school: bool
    tally: Tally | None
    schools: int
    schools_late: int
    opinions_at: datetime | None = None
    key: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Below:
    """A place as a whole, and a page of the bodies below it."""

    total: BodyRow
    page: Page[Any]


def total_of(period: Period, place: Place, filters: Filters, windows: dict[str, Window]) -> BodyRow:
    """All below a body together; one query, however large it is."""
    query = _base(period, place) + _TOTAL
    return _total(_rows(query, _values(period, place, filters, windows))[0], place)


def _base(period: Period, place: Place) -> str:
    if place.body.pk == period.organization_id:
        return _BASE.format(counts_within="", opinions_within="")
    return _BASE.format(counts_within=f" AND {_WITHIN}", opinions_within=f" AND n.{_WITHIN}")


def _total(row: dict[str, Any], place: Place) -> BodyRow:
    return _body_row(row | {"id": place.body.pk, "name": place.body.name, "tier": place.body.kind.tier})


def bodies_below(
    period: Period, place: Place, filters: Filters, windows: dict[str, Window], *, size: int | None = SIZE
) -> Below:
    """A page of `BodyRow`s (all of them where `size` is None), late ones first unless asked otherwise; one query."""
    values = _values(period, place, filters, windows)
    backwards = bool(filters.before) and size is not None
    key = read_key(filters.before or filters.after, 4) if size is not None else None
    query = _base(period, place) + _page_query(filters, backwards=backwards, beyond=key is not None, size=size)
    if key is not None:
        values |= dict(zip(("k1", "k2", "k3", "k4"), key, strict=True))
    found = _rows(query, values)
    total = _total({name: found[0][f"all_{name}"] for name in _NAMES}, place)
    rows = [_body_row(row) for row in found if row["id"] is not None]
    return Below(total, _page(rows, backwards=backwards, inside=key is not None, size=size))


def _page_query(filters: Filters, *, backwards: bool, beyond: bool, size: int | None) -> str:
    comparison = "<" if backwards else ">"
    return (_ALL_SCHOOLS if filters.schools else _BELOW) + _PAGE.format(
        sign="-" if filters.sort.startswith("-") else "",
        rank=_RANKS[filters.sort.removeprefix("-")],
        only=f"{_LEFT[filters.waiting]} > 0" if filters.waiting else "true",
        beyond=f"(rank, rest, search, id) {comparison} (%(k1)s, %(k2)s, %(k3)s, %(k4)s)" if beyond else "true",
        way="DESC" if backwards else "ASC",
        limit="" if size is None else f"LIMIT {size + 1}",
    )


def _page(rows: Sequence[BodyRow], *, backwards: bool, inside: bool, size: int | None) -> Page[Any]:
    more = size is not None and len(rows) > size
    shown = list(rows[:size])
    if backwards:
        shown.reverse()
    has_next, has_previous = (True, more) if backwards else (more, inside)
    return Page(
        shown,
        next=key_token(list(shown[-1].key)) if shown and has_next else "",
        previous=key_token(list(shown[0].key)) if shown and has_previous else "",
    )


def _values(period: Period, place: Place, filters: Filters, windows: dict[str, Window]) -> dict[str, Any]:
    """`windows`: those that hold for the body itself."""
    today = clock.today()
    return {
        "period": period.pk,
        "body": place.body.pk,
        "path": str(place.body.path),
        "depth": str(place.body.path).count(".") + 1,
        "today": today,
        "over": [str(stage) for stage, window in windows.items() if window.has_ended(today)],
        "position": filters.position,
        "level": filters.level,
        "q": filters.folded,
    }


def _rows(query: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _body_row(row: dict[str, Any]) -> BodyRow:
    key = (row.get("rank"), row.get("rest"), row.get("search"), row["id"])
    is_school = row["tier"] == Tier.SCHOOL
    tally = None if row["unsent"] is None else tally_of(row)
    schools, late = row["schools"] or 0, row["schools_late"] or 0
    return BodyRow(row["id"], row["name"], is_school, tally, schools, late, row["counted_at"], key)


def tally_of(row: dict[str, Any]) -> Tally:
    """From a row with the counts by their names."""
    return Tally(
        **{name: row[name] for name in COUNTS},
        late={waiting: row[f"late_{waiting.lower()}"] or 0 for waiting in Waiting},
        late_people=row["late_people"],
        opinions_asked=row["asked"],
        opinions_given=row["given"] or 0,
        raters_left=row["raters_left"] or 0,
    )
