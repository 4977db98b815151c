"""The counts from the beginning: of appraisals, after a repair; of opinions, from time to time."""

from typing import Any

from django.db import connection

from temis.appraisals.models import Period
from temis.core import clock
from temis.following.actions.folding import fold, upkeep
from temis.following.models import COUNTS, KEYS, SubtotalsHold

_KEY = ", ".join(KEYS)
_FULL = ", ".join(f"count(*) FILTER (WHERE {condition})" for condition in COUNTS.values())
FULL_COUNT = f"SELECT {_KEY}, {_FULL} FROM appraisals_appraisal GROUP BY {_KEY}"


def recount() -> None:
    """Count all appraisals anew, for the day after a repair of the database by hand; waits for running changes."""
    with upkeep(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE appraisals_appraisal IN SHARE MODE")
        cursor.execute("DELETE FROM following_progress")
        cursor.execute(f"INSERT INTO following_progress ({_KEY}, {', '.join(COUNTS)}) {FULL_COUNT}")
        SubtotalsHold.objects.all().delete()
    fold()


# Still to be given: where an answer would still be taken, the same as opinions.queries.progress.
_OPINIONS = """
INSERT INTO following_opinionprogress (period_id, organization_id, asked, given, raters, raters_left, counted_at)
SELECT %(period)s, organization_id, sum(asked), sum(given), count(*), count(*) FILTER (WHERE open > 0), %(now)s
FROM (
    SELECT k.organization_id, k.rater_id, count(*) AS asked, count(b.id) AS given,
           count(*) FILTER (WHERE b.id IS NULL AND a.state IN ('OPEN', 'SUBMITTED') AND t.closed IS NOT TRUE) AS open
    FROM opinions_asked k
    JOIN appraisals_appraisal a ON a.id = k.appraisal_id
    LEFT JOIN opinions_ballot b ON b.appraisal_id = k.appraisal_id AND b.rater_id = k.rater_id
    LEFT JOIN opinions_opiniontally t ON t.appraisal_id = k.appraisal_id
    WHERE k.period_id = %(period)s
    GROUP BY k.organization_id, k.rater_id
) of_rater
GROUP BY organization_id
ON CONFLICT (period_id, organization_id) DO UPDATE
SET asked = excluded.asked, given = excluded.given, raters = excluded.raters, raters_left = excluded.raters_left,
    counted_at = excluded.counted_at
"""
_NO_LONGER = "DELETE FROM following_opinionprogress WHERE period_id = %(period)s AND counted_at < %(now)s"


def count_opinions(period: Period) -> int:
    """Count the opinions of all bodies of a period; returns how many bodies have any. Numbers only, of whole bodies."""
    values: dict[str, Any] = {"period": period.pk, "now": clock.now()}
    with upkeep(), connection.cursor() as cursor:
        cursor.execute(_OPINIONS, values)
        count: int = cursor.rowcount
        cursor.execute(_NO_LONGER, values)
        SubtotalsHold.objects.filter(period=period).delete()
    fold()
    return count
