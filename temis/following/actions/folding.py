"""The upkeep of the counts: differences are summed up, and what each body comes to with all below it is kept.

Reading gives the same before and after (see `queries.parts`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import Min

from temis.appraisals.enums import PeriodState
from temis.appraisals.models import Period, StageWindow
from temis.appraisals.queries.windows import windows_of
from temis.core import clock
from temis.following.models import COUNTS, KEYS, Progress, SubtotalsHold, SubtotalsUpset
from temis.following.queries.parts import holding_on
from temis.following.queries.schools import ANYBODY, COLUMNS, COUNT_SUMS, SUMMED, SUMS, changes, schools
from temis.organizations.enums import Tier

_ONE_AT_A_TIME = 5_110_011  # any number that no other lock has

# Differences to one row of a body. One statement on one snapshot: what is added meanwhile stays.
_KEY = ", ".join(KEYS)
_SAME_KEY = " AND ".join(f"p.{key} = crowded.{key}" for key in KEYS)
_FOLD = f"""
crowded AS (SELECT DISTINCT {_KEY} FROM following_progress WHERE NOT folded AND period_id = %(period)s),
gone AS (DELETE FROM following_progress p USING crowded WHERE {_SAME_KEY} RETURNING p.*)
INSERT INTO following_progress ({_KEY}, {", ".join(COUNTS)}, folded)
SELECT {_KEY}, {COUNT_SUMS}, true FROM gone GROUP BY {_KEY} HAVING {ANYBODY}
"""

# Parts of schools to the sums of all bodies above them: every pair of position and level, each of them, and all
# together. A level that is empty has no list of its own. Schools below a Phòng are added up where both are asked for.
_OF = ("organization_id", "position", "level")
_CHOICES = ", ".join(f"CASE grouping({key}) WHEN 1 THEN '' ELSE {key} END AS {key}" for key in _OF[1:])
_CUBE = ", CUBE (position, level)"
_TOLD_APART = " AND (grouping(level) = 1 OR level <> '')"
_OPINIONS = "s.position = '' AND s.level = ''"
_ABOVE = f"""
, above AS MATERIALIZED (
    SELECT o.id AS body, above.id, k.tier = '{Tier.SCHOOL}' AS is_school,
           k.tier <> '{Tier.SCHOOL}' OR p.tier <> '{Tier.LOCAL}' AS is_told_apart
    FROM organizations_organization o
    CROSS JOIN generate_series(1, nlevel(o.path)) AS depth
    JOIN organizations_organization above ON above.path = subpath(o.path, 0, depth)
    JOIN organizations_organizationkind k ON k.code = above.kind_id
    LEFT JOIN organizations_organization parent ON parent.id = above.parent_id
    LEFT JOIN organizations_organizationkind p ON p.code = parent.kind_id
    WHERE o.id IN (SELECT organization_id FROM parts) AND above.path <@ %(path)s::ltree
), fresh AS (
    SELECT above.id AS organization_id, position, level, is_school, {SUMS}
    FROM parts JOIN above ON above.body = parts.organization_id
    WHERE is_told_apart OR position = '' OR level = ''
    GROUP BY above.id, position, level, is_school
)
"""
_WRITTEN = ("is_school", *COLUMNS)
_INTO = f"""
INSERT INTO following_subtotal AS t (period_id, {", ".join((*_OF, *_WRITTEN))})
SELECT %(period)s, {", ".join((*_OF, *_WRITTEN))} FROM fresh
ON CONFLICT (period_id, {", ".join(_OF)}) DO UPDATE SET
"""

# What has changed is added to the subtotals in the statement that folds it: of the same snapshot.
_ADDED = ", ".join(
    f"{name} = CASE WHEN num_nonnulls(t.{name}, excluded.{name}) > 0"
    f" THEN coalesce(t.{name}, 0) + coalesce(excluded.{name}, 0) END"
    for name in COLUMNS[:-1]
)
_ADD = f"""
WITH {changes(keys=f", {_CHOICES}", grouped=_CUBE, having=_TOLD_APART, opinions=_OPINIONS)} {_ABOVE},
added AS ({_INTO} {_ADDED}, counted_at = greatest(t.counted_at, excluded.counted_at)),
{_FOLD}
"""
_EMPTY = "DELETE FROM following_subtotal WHERE period_id = %(period)s AND schools = 0"

# All subtotals of a period anew, from what is folded. Bodies where nothing changed keep their rows.
_FOLDED = "following_progress WHERE period_id = %(period)s AND folded"
_RENEW = f"""
WITH {schools(_FOLDED, keys=_CHOICES, grouped=_CUBE, having=_TOLD_APART, opinions=_OPINIONS)}
, parts AS (
    SELECT organization_id, position, level, {", ".join(SUMMED)},
           1 AS schools, (late_people > 0)::int AS schools_late, counted_at
    FROM schools
) {_ABOVE}, gone AS (
    DELETE FROM following_subtotal t WHERE t.period_id = %(period)s AND NOT EXISTS (
        SELECT FROM fresh WHERE {" AND ".join(f"fresh.{key} = t.{key}" for key in _OF)}
    )
)
{_INTO} {", ".join(f"{name} = excluded.{name}" for name in _WRITTEN)}
WHERE ({", ".join(f"t.{name}" for name in _WRITTEN)})
    IS DISTINCT FROM ({", ".join(f"excluded.{name}" for name in _WRITTEN)})
"""

# A period that was just opened is not in the statistics, and PostgreSQL takes it for a few rows: it would go through
# 28,000 schools for each of 28,000. Pages are not to wait until it finds out.
_WHOLE_PERIOD = ("SET LOCAL work_mem = '64MB'", "SET LOCAL enable_nestloop = off")
_AS_EVER = ("SET LOCAL work_mem TO DEFAULT", "SET LOCAL enable_nestloop TO DEFAULT")
_LOOK_AGAIN = "ANALYZE following_progress, following_subtotal, following_opinionprogress"

# What subtotals are added up by stays as it is until they are written. Whoever is changing it for longer than that goes
# first: the next turn is soon. (A vacuum gives way after a second.)
_PATIENCE = "SET LOCAL lock_timeout = '3s'"
_KEEP_STILL = "LOCK TABLE appraisals_stagewindow, organizations_organization IN SHARE MODE"
_PATIENT_AGAIN = "SET LOCAL lock_timeout TO DEFAULT"


def fold() -> None:
    """Sum up the rows of each body to one, and renew the subtotals. Nobody who works on appraisals is held up.

    A few statements for each period in which something happened, or more is late than yesterday.
    """
    with upkeep():
        if SubtotalsUpset.objects.exists() and _keep_still():
            SubtotalsHold.objects.all().delete()
            SubtotalsUpset.objects.all().delete()
    today = clock.today()
    changed = Progress.objects.filter(folded=False).values("period")
    holding = SubtotalsHold.objects.filter(holding_on(today))
    stale = Period.objects.exclude(state=PeriodState.DRAFT).exclude(pk__in=holding.values("period"))
    is_renewed = False
    for period in (Period.objects.filter(pk__in=changed) | stale).select_related("organization"):
        with upkeep():
            if _keep_still():
                is_renewed |= _fold_period(period, today)
    if is_renewed:
        with connection.cursor() as cursor:
            cursor.execute(_LOOK_AGAIN)  # once, and when nothing is locked any more


@contextmanager
def upkeep() -> Iterator[None]:
    """A transaction in which nobody else keeps the counts."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
        yield


def _keep_still() -> bool:
    """False where somebody is changing windows or bodies just now."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_PATIENCE)
            cursor.execute(_KEEP_STILL)
            cursor.execute(_PATIENT_AGAIN)
    except OperationalError:
        return False
    return True


def _fold_period(period: Period, today: date) -> bool:
    """Were all its subtotals written anew?"""
    windows = windows_of(period.pk, period.organization_id)
    values: dict[str, Any] = {
        "period": period.pk,
        "path": str(period.organization.path),
        "today": today,
        "over": [str(stage) for stage, window in windows.items() if window.has_ended(today)],
    }
    with connection.cursor() as cursor:
        if SubtotalsHold.objects.filter(holding_on(today), period=period).exists():
            cursor.execute(_ADD, values)
            cursor.execute(_EMPTY, values)
            return False
        for setting in _WHOLE_PERIOD:
            cursor.execute(setting)
        cursor.execute(f"WITH {_FOLD}", values)
        cursor.execute(_RENEW, values)
        for setting in _AS_EVER:
            cursor.execute(setting)
    ends = StageWindow.objects.filter(period=period, closes_on__gte=today).aggregate(Min("closes_on"))
    days = {"first_day": today, "last_day": ends["closes_on__min"]}
    SubtotalsHold.objects.update_or_create(period=period, defaults=days)
    return True
