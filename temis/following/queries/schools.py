"""The counts of each body by itself with what of them is late, as the first part of statements that add them up.

What is late follows from APR-09: days of a lower body lie within those above it, so a step is past its day for a body
as soon as any window of it or of a body above has ended.
"""

from temis.appraisals.enums import Stage
from temis.following.enums import Waiting
from temis.following.models import COUNTS

_OVER = {stage: f"{stage.lower()}_over" for stage in Stage}
# What of a body's counts is past its day.
_LATE = {
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
    f" + {_LATE[Waiting.ANNOUNCEMENT]} + {_LATE[Waiting.RESPONSE]} + {_LATE[Waiting.ANSWER]}"
)

COUNT_SUMS = ", ".join(f"sum({name})" for name in COUNTS)
ANYBODY = f"({COUNT_SUMS}) IS DISTINCT FROM ({', '.join('0' for _ in COUNTS)})"  # else all have gone

# The numbers of a body, or of many added up.
SUMMED = (*COUNTS, "asked", "given", "raters_left", *(f"late_{waiting.lower()}" for waiting in Waiting), "late_people")
COLUMNS = (*SUMMED, "schools", "schools_late", "counted_at")
# Adds up `parts`; sums of bigint are numeric, and slow: hence integers until here.
SUMS = ", ".join(f"sum({name})::bigint AS {name}" for name in COLUMNS[:-1]) + ", max(counted_at) AS counted_at"


def schools(
    counts: str,
    *,
    keys: str = "1 AS sign",
    grouped: str = "",
    having: str = "",
    opinions: str = "true",
    over: str = "true",
) -> str:
    """`… AS (…), schools AS (…)`: a row for each body of which `counts` has anybody, and for each of `grouped`.

    counts: where the rows of `following_progress` come from, with its condition. opinions: which opinions are counted,
    of `n`. over: for which bodies `o` windows are looked up. Values: path, period, today, and `over`, the stages that
    are past their day for all.
    """
    return f"""
overdue AS (
    SELECT o.id, {", ".join(f"bool_or(w.stage = '{stage}') AS {name}" for stage, name in _OVER.items())}
    FROM appraisals_stagewindow w
    JOIN organizations_organization above ON above.id = w.organization_id AND above.path <@ %(path)s::ltree
    JOIN organizations_organization o ON o.path <@ above.path
    WHERE w.period_id = %(period)s AND w.closes_on < %(today)s AND NOT w.stage = ANY(%(over)s) AND {over}
    GROUP BY o.id
), of_body AS (
    SELECT organization_id, {keys}, {", ".join(f"sum({name})::int AS {name}" for name in COUNTS)}
    FROM {counts}
    GROUP BY organization_id{grouped}
    HAVING {ANYBODY}{having}
), flagged AS (
    SELECT s.*, o.path, n.asked, n.given, n.raters_left, n.counted_at,
           {", ".join(f"'{s}' = ANY(%(over)s) OR coalesce(d.{name}, false) AS {name}" for s, name in _OVER.items())}
    FROM of_body s
    JOIN organizations_organization o ON o.id = s.organization_id
    LEFT JOIN overdue d ON d.id = o.id
    LEFT JOIN following_opinionprogress n
      ON n.period_id = %(period)s AND n.organization_id = o.id AND {opinions}
), schools AS (
    SELECT *, {", ".join(f"{late} AS late_{waiting.lower()}" for waiting, late in _LATE.items())},
           {_LATE_PEOPLE} AS late_people
    FROM flagged
)
"""


def changes(chosen: str = "true", *, keys: str = "", grouped: str = "", having: str = "", opinions: str) -> str:
    """Up to `parts`: what has changed since the subtotals. Each school that did stands there once as it is (1) and once
    as it is in the subtotals (-1). `chosen`: a condition on the counts."""
    both_sides = f"""
    following_progress p JOIN changed USING (organization_id) CROSS JOIN (VALUES (1), (-1)) side (sign)
    WHERE p.period_id = %(period)s AND (sign = 1 OR p.folded) AND {chosen}"""
    of_both = schools(
        both_sides,
        keys=f"sign{keys}",
        grouped=f", sign{grouped}",
        having=having,
        opinions=opinions,
        over="o.id IN (SELECT organization_id FROM changed)",
    )
    told_apart = ", position, level" if keys else ""
    return f"""
changed AS (
    SELECT DISTINCT p.organization_id
    FROM following_progress p JOIN organizations_organization o ON o.id = p.organization_id
    WHERE p.period_id = %(period)s AND NOT p.folded AND o.path <@ %(path)s::ltree
), {of_both}, parts AS (
    SELECT path, organization_id{told_apart}, {", ".join(f"sign * {name} AS {name}" for name in SUMMED)},
           sign AS schools, CASE WHEN late_people > 0 THEN sign ELSE 0 END AS schools_late, counted_at
    FROM schools
)
"""
