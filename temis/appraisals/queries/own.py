"""The own appraisal for those requests that come with every answer: while it is written, nobody asks for anything else.

To put a queryset together takes as long as all the rest of such a request. This statement stands for
`Appraisal.objects.fetch(scope, P.OWN_APPRAISAL, pk=…)`; a test holds the two to the same answers for everybody.
"""

from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet

from temis.access import NotPermitted, P, Reach, Scope
from temis.appraisals.enums import Stage
from temis.appraisals.models import Appraisal, Period
from temis.appraisals.queries.windows import NEAREST_OF_STAGE
from temis.appraisals.rules import Window
from temis.core.planned import planned_once
from temis.core.prepared import Prepared
from temis.standards.models import Edition


def _columns(model: type[Model], *names: str) -> list[str]:
    """In the order of the model, as its `from_db` takes them."""
    return [field.attname for field in model._meta.concrete_fields if field.attname in names]


_APPRAISAL = _columns(
    Appraisal, "id", "state", "subject", "organization_id", "person_id", "group_id", "period_id", "edition_id"
)
_PERIOD = _columns(Period, "id", "state", "late_hours")
_EDITION = _columns(Edition, "id", "updated_at")
_OWN = """
SELECT {columns}
FROM appraisals_appraisal a
JOIN appraisals_period p ON p.id = a.period_id
JOIN standards_edition e ON e.id = a.edition_id{more}
WHERE a.id = %(pk)s AND a.person_id = %(person)s
"""
_COLUMNS = ", ".join(
    [
        *(f"a.{name}" for name in _APPRAISAL),
        *(f"p.{name}" for name in _PERIOD),
        *(f"e.{name}" for name in _EDITION),
    ]
)
_ALONE = _OWN.format(columns=_COLUMNS, more="")
_WITH_WINDOW = _OWN.format(
    columns=f"{_COLUMNS}, w.opens_on, w.closes_on, w.set_by, w.name",
    more=f"\nLEFT JOIN LATERAL ({NEAREST_OF_STAGE.format(body='a.organization_id', period='a.period_id')}) w ON true",
)
_FIRST, _SECOND = len(_APPRAISAL), len(_APPRAISAL) + len(_PERIOD)
_THIRD = _SECOND + len(_EDITION)


def own_appraisal(scope: Scope, pk: int) -> Appraisal:
    """With its period and edition, as far as a save needs them; what else is asked for is read then."""
    return _appraisal(_row(_ALONE, scope, pk, {}))


def own_appraisal_in_time(scope: Scope, pk: int) -> tuple[Appraisal, Window | None]:
    """The same, and the days of self-assessment that hold for it."""
    row = _row(_WITH_WINDOW, scope, pk, {"stage": Stage.SELF.value})
    return _appraisal(row), Window(*row[_THIRD:]) if row[_THIRD] else None


def _row(statement: str, scope: Scope, pk: int, values: dict[str, Any]) -> tuple[Any, ...]:
    if scope.reach(P.OWN_APPRAISAL) != Reach.OWN or scope.person_id is None:
        raise NotPermitted(P.OWN_APPRAISAL)
    with planned_once(), connection.cursor() as cursor:
        cursor.execute(statement, values | {"pk": pk, "person": scope.person_id})
        row: tuple[Any, ...] | None = cursor.fetchone()
    if row is None:
        raise NotPermitted(P.OWN_APPRAISAL)
    return row


def _appraisal(row: tuple[Any, ...]) -> Appraisal:
    found = Appraisal.from_db(connection.alias, _APPRAISAL, row[:_FIRST])
    found.period = Period.from_db(connection.alias, _PERIOD, row[_FIRST:_SECOND])
    found.edition = Edition.from_db(connection.alias, _EDITION, row[_SECOND:_THIRD])
    return found


def whole_own_appraisal(scope: Scope, pk: int) -> Appraisal:
    """With everything around it that its pages show."""
    found = _WHOLE.first(scope, pk=pk)
    if found is None:
        raise NotPermitted(P.OWN_APPRAISAL)
    return found


def _whole(scope: Scope, pk: int) -> QuerySet[Appraisal]:
    related = ("period", "edition", "organization", "group", "person", "decided_in")
    return Appraisal.objects.permitted(scope, P.OWN_APPRAISAL).filter(pk=pk).select_related(*related)


_WHOLE = Prepared(Appraisal, _whole, "pk")
