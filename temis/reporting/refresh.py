"""Keeps facts and roll-up of a period up to date: only who may count differently is looked at again.

Changes leave marks (`StaleMark`) in their own transaction, so nobody waits for anybody. A refresh takes the marks that
are committed, asks the one statement of RPT-01 for those people, ends the rows that are no longer so, adds those that
are, and moves the roll-up by the difference. One at a time, under an advisory lock that ends with the transaction.
"""

from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Q

from temis.appraisals.enums import PeriodState
from temis.appraisals.models import Period, PeriodEdition
from temis.core import clock
from temis.reporting import counting, facts
from temis.reporting.models import PersonKind, ReportVersion, RollupCount, Snapshot, StaleMark
from temis.reporting.models.facts import OPEN_END
from temis.standards.models import Criterion

LOCK = 0x54454D4952  # "TEMIR": refreshes of this database
_KIND = ", ".join(PersonKind.FIELDS)

# A mark of all periods becomes one of each period that is kept up to date.
_SPREAD = """
WITH taken AS (DELETE FROM reporting_stalemark WHERE period_id IS NULL RETURNING person_id, organization_id)
INSERT INTO reporting_stalemark (period_id, person_id, organization_id)
SELECT DISTINCT s.period_id, t.person_id, t.organization_id FROM taken t CROSS JOIN reporting_snapshot s
"""
_TAKE = """
WITH taken AS (DELETE FROM reporting_stalemark WHERE period_id = %(period)s RETURNING person_id, organization_id)
INSERT INTO reporting_mark SELECT DISTINCT person_id, organization_id FROM taken
"""
_ASK = """
INSERT INTO reporting_asked
SELECT person_id FROM reporting_mark WHERE person_id IS NOT NULL
UNION SELECT a.person_id FROM appraisals_appraisal a JOIN reporting_mark m USING (organization_id)
      WHERE a.period_id = %(period)s
UNION SELECT e.person_id FROM people_employment e JOIN reporting_mark m USING (organization_id)
UNION SELECT f.person_id FROM reporting_personfact f JOIN reporting_mark m USING (organization_id)
      WHERE f.period_id = %(period)s AND f.until = %(open)s
"""
NEW_KINDS = f"""
INSERT INTO reporting_personkind ({_KIND}) SELECT DISTINCT {_KIND} FROM reporting_now ON CONFLICT DO NOTHING
"""
FRESH = f"""
CREATE TEMP TABLE reporting_fresh ON COMMIT DROP AS
SELECT n.person_id, n.organization_id, n.subject, k.id AS kind_id, n.outcome, n.levels
FROM reporting_now n JOIN reporting_personkind k USING ({_KIND})
"""
SAME = """ROW(o.organization_id, o.kind_id, o.outcome, o.levels)
           IS NOT DISTINCT FROM ROW(f.organization_id, f.kind_id, f.outcome, f.levels)"""
_OLD = """
(SELECT * FROM reporting_personfact WHERE period_id = %(period)s AND until = %(open)s {asked}) o
"""
_GONE = f"""
CREATE TEMP TABLE reporting_gone ON COMMIT DROP AS
SELECT o.* FROM {_OLD} LEFT JOIN reporting_fresh f USING (person_id, subject)
WHERE f.person_id IS NULL OR NOT ({SAME})
"""
_COME = f"""
CREATE TEMP TABLE reporting_come ON COMMIT DROP AS
SELECT f.* FROM reporting_fresh f LEFT JOIN {_OLD} USING (person_id, subject)
WHERE o.person_id IS NULL OR NOT ({SAME})
"""
_THOSE = """
p.person_id = g.person_id AND p.period_id = %(period)s AND p.subject = g.subject AND p.until = %(open)s
"""
# What a version counted stays, with its end; what none ever counted goes.
_END = (
    f"UPDATE reporting_personfact p SET until = %(number)s FROM reporting_gone g WHERE {_THOSE} AND p.since <= %(kept)s"
)
_DROP = f"DELETE FROM reporting_personfact p USING reporting_gone g WHERE {_THOSE} AND p.since > %(kept)s"
_ADD = """
INSERT INTO reporting_personfact
    (person_id, period_id, organization_id, since, until, kind_id, outcome, subject, levels)
SELECT person_id, %(period)s, organization_id, %(number)s, %(open)s, kind_id, outcome, subject, levels
FROM reporting_come
"""
_SIDES = """(
    SELECT kind_id, subject, outcome, levels, 1 AS sign FROM reporting_come
    UNION ALL SELECT kind_id, subject, outcome, levels, -1 FROM reporting_gone
) s"""
_OPEN_FACTS = """(
    SELECT kind_id, subject, outcome, levels, 1 AS sign FROM reporting_personfact
    WHERE period_id = %(period)s AND until = %(open)s
) s"""
_MERGE = """
MERGE INTO reporting_rollupcount r
USING (SELECT kind_id, item, value, sum(people)::int AS people FROM reporting_counted
       GROUP BY kind_id, item, value HAVING sum(people) <> 0) d
ON r.period_id = %(period)s AND r.kind_id = d.kind_id AND r.item = d.item AND r.value = d.value
WHEN MATCHED AND r.people + d.people = 0 THEN DELETE
WHEN MATCHED THEN UPDATE SET people = r.people + d.people
WHEN NOT MATCHED THEN INSERT (period_id, kind_id, item, value, people)
    VALUES (%(period)s, d.kind_id, d.item, d.value, d.people)
"""
_FORGET_HASHES = """
DELETE FROM reporting_provincehash h WHERE h.period_id = %(period)s AND h.province_code IN (
    SELECT k.province_code FROM reporting_personkind k
    WHERE k.id IN (SELECT kind_id FROM reporting_come UNION SELECT kind_id FROM reporting_gone))
"""


@transaction.atomic
def refresh(period: Period) -> int:
    """Bring the period up to date; returns the number of its snapshot, the last one until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        state = Snapshot.objects.filter(period=period).first()
        standards = standards_of(period)
        whole = _take_marks(cursor, period) or state is None
        if state is not None and state.standards != standards:
            _recount_rollup(period, standards)
            Snapshot.objects.filter(period=period).update(standards=standards)
        if not whole and not _is_anybody_asked(cursor):
            return state.number if state else 0
        facts.find_people(period, asked=not whole)
        return _apply(cursor, period, state, standards, whole)


def periods_to_refresh() -> list[Period]:
    """Those whose figures move, and those that were counted once."""
    known = Snapshot.objects.values("period_id")
    return list(Period.objects.filter(Q(state=PeriodState.OPEN) | Q(pk__in=known)).order_by("pk"))


def standards_of(period: Period) -> dict[str, dict[str, list[int]]]:
    """Per subject the criteria of each standard, in order; keys are text, as JSON keeps them."""
    editions = dict(PeriodEdition.objects.filter(period=period).values_list("edition_id", "subject"))
    found: dict[str, dict[str, list[int]]] = {subject: {} for subject in editions.values()}
    rows = Criterion.objects.filter(edition_id__in=editions).order_by("number")
    for edition, standard, criterion in rows.values_list("edition_id", "standard__number", "number"):
        found[editions[edition]].setdefault(str(standard), []).append(criterion)
    return found


def numbered(standards: dict[str, dict[str, list[int]]]) -> counting.Standards:
    return {subject: {int(n): criteria for n, criteria in each.items()} for subject, each in standards.items()}


def _take_marks(cursor: Any, period: Period) -> bool:
    """Take the marks that are committed; fills `reporting_asked`. Whether everybody is to be looked at."""
    values = {"period": period.pk, "open": OPEN_END}
    cursor.execute("DROP TABLE IF EXISTS reporting_mark, reporting_asked")
    cursor.execute("CREATE TEMP TABLE reporting_mark (person_id bigint, organization_id bigint) ON COMMIT DROP")
    cursor.execute("CREATE TEMP TABLE reporting_asked (person_id bigint) ON COMMIT DROP")
    cursor.execute(_SPREAD)
    cursor.execute(_TAKE, values)
    cursor.execute("SELECT EXISTS (SELECT FROM reporting_mark WHERE person_id IS NULL AND organization_id IS NULL)")
    (whole,) = cursor.fetchone()
    if not whole:
        cursor.execute(_ASK, values)
        cursor.execute("ANALYZE reporting_asked")
    return bool(whole)


def _is_anybody_asked(cursor: Any) -> bool:
    cursor.execute("SELECT EXISTS (SELECT FROM reporting_asked)")
    return bool(cursor.fetchone()[0])


def _apply(
    cursor: Any, period: Period, state: Snapshot | None, standards: dict[str, dict[str, list[int]]], whole: bool
) -> int:
    """Write what differs from the rows that are there."""
    asked = "" if whole else "AND person_id IN (SELECT person_id FROM reporting_asked)"
    number = state.number + 1 if state else 1
    values = {"period": period.pk, "open": OPEN_END, "number": number, "kept": _kept(period)}
    cursor.execute("DROP TABLE IF EXISTS reporting_fresh, reporting_gone, reporting_come")
    for statement in (NEW_KINDS, FRESH):
        cursor.execute(statement)
    cursor.execute("ANALYZE reporting_fresh")
    for statement in (_GONE, _COME):
        cursor.execute(statement.format(asked=asked), values)
    if not _differs(cursor) and state is not None:
        Snapshot.objects.filter(period=period).update(taken_at=clock.now())
        return state.number
    for statement in (_FORGET_HASHES, _END, _DROP, _ADD):
        cursor.execute(statement, values)
    counting.count_into_table(_SIDES, numbered(standards))
    cursor.execute(_MERGE, values)
    Snapshot.objects.update_or_create(
        period=period, defaults={"number": number, "taken_at": clock.now(), "standards": standards}
    )
    return number


def _kept(period: Period) -> int:
    """The last snapshot that a version names."""
    of_period = ReportVersion.objects.filter(report__period=period)
    return of_period.aggregate(last=Max("snapshot"))["last"] or 0


def _differs(cursor: Any) -> bool:
    cursor.execute("SELECT EXISTS (SELECT FROM reporting_gone) OR EXISTS (SELECT FROM reporting_come)")
    return bool(cursor.fetchone()[0])


def _recount_rollup(period: Period, standards: dict[str, dict[str, list[int]]]) -> None:
    """Count the rows that are there anew, by other standards."""
    RollupCount.objects.filter(period=period).delete()
    counting.count_into_table(_OPEN_FACTS, numbered(standards), period=period.pk, open=OPEN_END)
    with connection.cursor() as cursor:
        cursor.execute(_MERGE, {"period": period.pk})


_PRUNE = """
DELETE FROM reporting_personfact p
WHERE p.until <> %(open)s AND NOT EXISTS (
    SELECT FROM reporting_reportversion v JOIN reporting_report r ON r.id = v.report_id
    WHERE r.period_id = p.period_id AND p.since <= v.snapshot AND v.snapshot < p.until)
"""


@transaction.atomic
def prune() -> int:
    """Delete ended rows that only replaced versions had counted; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute(_PRUNE, {"open": OPEN_END})
        return int(cursor.rowcount)


def is_stale(period: Period) -> bool:
    """Whether something has changed since the last snapshot."""
    return StaleMark.objects.filter(Q(period_id=None) | Q(period_id=period.pk)).exists()
