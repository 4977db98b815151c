"""How far the bodies below one are: counts of the roll-up added up along the tree as it is today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from temis.appraisals.models import Period
from temis.appraisals.rules import Window
from temis.core import clock
from temis.core.paging import Page, key_token
from temis.following.enums import Waiting
from temis.following.models import COUNTS
from temis.following.queries import parts
from temis.following.queries.filters import Filters
from temis.following.queries.order import Order, order_of
from temis.following.queries.places import Place
from temis.following.queries.schools import COLUMNS
from temis.following.rules import Tally
from temis.organizations.enums import Tier

SIZE = 50  # bodies of a page

# The total comes along with each row, so that the counts are read once.
_PAGE = f"""
SELECT {", ".join(f"total.{name} AS all_{name}" for name in COLUMNS)}, page.* FROM total LEFT JOIN (SELECT * FROM (
    SELECT listed.*, {{rank}} AS rank, {{rest}} AS rest
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
    """All below a body together; two queries, however large it is."""
    query = parts.whole(period, place, filters, clock.today()) + "SELECT * FROM total"
    return _total(_rows(query, _values(period, place, filters, windows))[0], place)


def _total(row: dict[str, Any], place: Place) -> BodyRow:
    return _body_row(row | {"id": place.body.pk, "name": place.body.name, "tier": place.body.kind.tier})


def bodies_below(
    period: Period, place: Place, filters: Filters, windows: dict[str, Window], *, size: int = SIZE
) -> Below:
    """A page of `BodyRow`s, late ones first unless asked otherwise; two queries."""
    order = order_of(filters, size)
    query = parts.lists(period, place, filters, clock.today(), order) + _PAGE.format(
        rank=order.rank, rest=order.rest, only=order.only, beyond=order.beyond, way=order.way, limit=order.limit
    )
    found = _rows(query, _values(period, place, filters, windows) | order.values)
    total = _total({name: found[0][f"all_{name}"] for name in COLUMNS}, place)
    rows = [_body_row(row) for row in found if row["id"] is not None]
    return Below(total, _page(rows, order))


def _page(rows: Sequence[BodyRow], order: Order) -> Page[Any]:
    more = len(rows) > order.size
    shown = list(rows[: order.size])
    if order.backwards:
        shown.reverse()
    has_next, has_previous = (True, more) if order.backwards else (more, order.key is not None)
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
    is_school, schools = row["tier"] == Tier.SCHOOL, row["schools"] or 0
    if not schools:
        return BodyRow(row["id"], row["name"], is_school, None, 0, 0, key=key)
    late, counted_at = row["schools_late"], row["counted_at"]
    return BodyRow(row["id"], row["name"], is_school, tally_of(row), schools, late, counted_at, key)


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
