"""When a stage is open for a body: the nearest body above that set dates for it counts."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db import connection

from temis.appraisals.enums import Stage
from temis.appraisals.rules import Window

_NEAREST = """
SELECT DISTINCT ON (o.id, w.stage) o.id, w.stage, w.opens_on, w.closes_on, above.id, above.name
FROM organizations_organization o
JOIN organizations_organization above ON above.path @> o.path
JOIN appraisals_stagewindow w ON w.organization_id = above.id AND w.period_id = %(period)s
WHERE o.id = ANY(%(bodies)s)
ORDER BY o.id, w.stage, nlevel(above.path) DESC
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


def windows_for(period_id: int, organization_ids: Iterable[int]) -> dict[int, dict[str, Window]]:
    """Body → stage → window that holds for it; one query for any number of bodies."""
    found: dict[int, dict[str, Window]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_NEAREST, {"period": period_id, "bodies": list(organization_ids)})
        for body, stage, opens_on, closes_on, set_by, name in cursor.fetchall():
            found[body][stage] = Window(opens_on, closes_on, set_by, name)
    return dict(found)


def windows_of(period_id: int, organization_id: int) -> dict[str, Window]:
    """Stage → window for one body."""
    return windows_for(period_id, [organization_id]).get(organization_id, {})


def window_of(period_id: int, organization_id: int, stage: Stage) -> Window | None:
    """The window of one stage for one body; None where nobody set dates."""
    return windows_of(period_id, organization_id).get(stage)


def who_can_extend(period_id: int, organization_id: int, stage: Stage, on: date) -> Window | None:
    """The window whose body has to extend it first, so that the stage is open again: the uppermost that has ended."""
    with connection.cursor() as cursor:
        cursor.execute(_CHAIN, {"period": period_id, "body": organization_id, "stage": stage})
        chain = [Window(*row) for row in cursor.fetchall()]
    return next((window for window in chain if window.has_ended(on)), None)
