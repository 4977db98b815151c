"""When a stage is open for a body: the nearest body above that set dates for it counts."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import connection

from temis.appraisals.enums import Stage
from temis.appraisals.models import StageWindow
from temis.appraisals.rules import Window
from temis.core.planned import planned_once

# The labels of a path are the keys of the bodies on it: read from the path, nothing has to be looked for in the tree.
_ABOVE = """(
    SELECT o.id AS body, on_path.label::bigint AS id, on_path.depth
    FROM organizations_organization o
    CROSS JOIN LATERAL unnest(string_to_array(o.path::text, '.')) WITH ORDINALITY on_path(label, depth)
    WHERE {which}
)"""
_NEAREST = f"""
SELECT DISTINCT ON (c.body, w.stage) c.body, w.stage, w.opens_on, w.closes_on, above.id, above.name
FROM {_ABOVE} c
JOIN appraisals_stagewindow w ON w.organization_id = c.id AND w.period_id = %(period)s AND w.stage = ANY(%(stages)s)
JOIN organizations_organization above ON above.id = w.organization_id
ORDER BY c.body, w.stage, c.depth DESC
"""
_NEAREST_OF_MANY = _NEAREST.format(which="o.id = ANY(%(bodies)s)")
_NEAREST_OF_ONE = _NEAREST.format(which="o.id = %(body)s")

# The window of one stage (`w` with `set_by` and `name`) as part of a statement that knows the body and the period.
NEAREST_OF_STAGE = f"""
    SELECT w.opens_on, w.closes_on, above.id AS set_by, above.name
    FROM {_ABOVE.format(which="o.id = {body}")} c
    JOIN appraisals_stagewindow w ON w.organization_id = c.id AND w.period_id = {{period}} AND w.stage = %(stage)s
    JOIN organizations_organization above ON above.id = w.organization_id
    ORDER BY c.depth DESC LIMIT 1
"""

# All bodies above (and the body itself) that set dates for one stage, from the top down.
_CHAIN = """
SELECT w.opens_on, w.closes_on, above.id, above.name
FROM organizations_organization o
JOIN organizations_organization above ON above.path @> o.path
JOIN appraisals_stagewindow w ON w.organization_id = above.id AND w.period_id = %(period)s AND w.stage = %(stage)s
WHERE o.id = %(body)s
ORDER BY nlevel(above.path)
"""


def windows_for(
    period_id: int, organization_ids: Iterable[int], stages: Iterable[Stage] = Stage
) -> dict[int, dict[str, Window]]:
    """Body → stage → window that holds for it; one query for any number of bodies."""
    bodies, which = list(organization_ids), {"period": period_id, "stages": [str(one) for one in stages]}
    if len(bodies) == 1:
        return _read(_NEAREST_OF_ONE, which | {"body": bodies[0]})
    return _read(_NEAREST_OF_MANY, which | {"bodies": bodies})


def windows_of(period_id: int, organization_id: int) -> dict[str, Window]:
    """Stage → window for one body."""
    return windows_for(period_id, [organization_id]).get(organization_id, {})


def window_of(period_id: int, organization_id: int, stage: Stage) -> Window | None:
    """The window of one stage for one body; None where nobody set dates."""
    return windows_of(period_id, organization_id).get(stage)


def has_ended_somewhere(period_id: int, stage: Stage, today: date) -> bool:
    """Has any body's window of the stage ended? Where none has, nobody need ask which holds for whom."""
    return StageWindow.objects.filter(period=period_id, stage=stage, closes_on__lt=today).exists()


def who_can_extend(period_id: int, organization_id: int, stage: Stage, on: date) -> Window | None:
    """The window whose body has to extend it first, so that the stage is open again: the uppermost that has ended."""
    with connection.cursor() as cursor:
        cursor.execute(_CHAIN, {"period": period_id, "body": organization_id, "stage": stage})
        chain = [Window(*row) for row in cursor.fetchall()]
    return next((window for window in chain if window.has_ended(on)), None)


def _read(statement: str, values: dict[str, Any]) -> dict[int, dict[str, Window]]:
    found: dict[int, dict[str, Window]] = defaultdict(dict)
    with planned_once(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        for body, stage, opens_on, closes_on, set_by, name in cursor.fetchall():
            found[body][stage] = Window(opens_on, closes_on, set_by, name)
    return dict(found)
