"""Who is in a period: everybody employed as teacher, principal or deputy of a school on its reference day."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from temis.access import NotPermitted, P, Scope
from temis.appraisals import rules
from temis.appraisals.actions.advance import advance_all
from temis.appraisals.enums import Exclusion, PeriodState, State
from temis.appraisals.models import Appraisal, Period
from temis.core import audit, clock
from temis.core.errors import RuleViolation
from temis.organizations.models import Organization

BATCH = 20_000  # rows of one INSERT when a period is opened

Progress = Callable[[int, int], None]

# One employment for each person and standard: a principal's before a deputy's, then the latest, as people.actions
# chooses the employment shown on a person. A multi-level school needs the level of the employment.
_CHOOSE = """
CREATE TEMP TABLE appraisals_chosen ON COMMIT DROP AS
SELECT row_number() OVER () AS n, c.*,
       CASE WHEN c.position = 'PRINCIPAL' THEN appraisals_decider(c.organization_id, %(today)s::date)
            ELSE c.organization_id END AS decided_in_id
FROM (
    SELECT DISTINCT ON (e.person_id, s.subject)
           e.person_id, s.subject, pe.edition_id, e.organization_id, e.group_id, e.position, o.path,
           coalesce(nullif(e.level, ''), CASE WHEN cardinality(o.levels) = 1 THEN o.levels[1] END, '') AS level
    FROM people_employment e
    JOIN (VALUES ('TEACHER', 'GVPT'), ('PRINCIPAL', 'CBQL'), ('DEPUTY', 'CBQL')) AS s(position, subject)
      ON s.position = e.position
    JOIN appraisals_periodedition pe ON pe.period_id = %(period)s AND pe.subject = s.subject
    JOIN organizations_organization o ON o.id = e.organization_id
    JOIN organizations_organizationkind k ON k.code = o.kind_id AND k.tier = 'SCHOOL'
    WHERE e.validity @> %(on)s::date {among}
    ORDER BY e.person_id, s.subject, e.position = 'DEPUTY', lower(e.validity) DESC NULLS LAST, e.id DESC
) c
"""
# Only people who work in a part of the tree on that day, or whose appraisal lies there.
_AMONG = """
AND e.person_id IN (
    SELECT w.person_id FROM people_employment w JOIN organizations_organization b ON b.id = w.organization_id
    WHERE b.path <@ %(path)s::ltree AND w.validity @> %(on)s::date
    UNION
    SELECT a.person_id FROM appraisals_appraisal a JOIN organizations_organization b ON b.id = a.organization_id
    WHERE b.path <@ %(path)s::ltree AND a.period_id = %(period)s)
"""
# APR-07 in SQL, the same as rules.decision_due.
_ENROL = """
INSERT INTO appraisals_appraisal
    (period_id, person_id, organization_id, group_id, edition_id, subject, position, level, decided_in_id,
     decision_due, decision_due_reason, state, exclusion, exclusion_note, decision_note, source, revision)
SELECT p.id, c.person_id, c.organization_id, c.group_id, c.edition_id, c.subject, c.position, c.level,
       c.decided_in_id,
       p.decision_for_all OR by_cadence.due,
       CASE WHEN by_cadence.due THEN '' ELSE p.decision_reason END,
       'OPEN', '', '', '', 'SYSTEM', 0
FROM appraisals_chosen c
JOIN appraisals_period p ON p.id = %(period)s
LEFT JOIN (
    SELECT a.person_id, a.subject, max(q.year) AS year
    FROM appraisals_appraisal a JOIN appraisals_period q ON q.id = a.period_id
    WHERE q.year < %(year)s AND a.state = ANY(%(decided)s)
      AND a.person_id IN (SELECT person_id FROM appraisals_chosen WHERE n BETWEEN %(first)s AND %(last)s)
    GROUP BY a.person_id, a.subject
) last ON last.person_id = c.person_id AND last.subject = c.subject
CROSS JOIN LATERAL (SELECT last.year IS NULL OR p.year - last.year >= p.decision_every AS due) by_cadence
WHERE c.n BETWEEN %(first)s AND %(last)s AND c.path <@ %(path)s::ltree
ON CONFLICT (period_id, person_id, subject) DO NOTHING
"""
# A person who moved takes an appraisal along that was not sent yet; one that was sent stays where it was made.
_FOLLOW = """
UPDATE appraisals_appraisal a
SET organization_id = c.organization_id, group_id = c.group_id, position = c.position, level = c.level,
    decided_in_id = c.decided_in_id, revision = a.revision + 1
FROM appraisals_chosen c
WHERE a.period_id = %(period)s AND a.person_id = c.person_id AND a.subject = c.subject AND a.state = 'OPEN'
  AND (a.organization_id, a.group_id, a.position, a.level, a.decided_in_id)
      IS DISTINCT FROM (c.organization_id, c.group_id, c.position, c.level, c.decided_in_id)
"""
_DECIDERS = """
UPDATE appraisals_appraisal a
SET decided_in_id = d.decider, revision = a.revision + 1
FROM (
    SELECT b.id, CASE WHEN b.position = 'PRINCIPAL' THEN appraisals_decider(b.organization_id, %(on)s::date)
                      ELSE b.organization_id END AS decider
    FROM appraisals_appraisal b
    WHERE b.period_id = %(period)s AND NOT b.state = ANY(%(decided)s)
      AND (b.position = 'PRINCIPAL' OR b.decided_in_id <> b.organization_id)
) d
WHERE a.id = d.id AND a.decided_in_id <> d.decider
"""

_DECIDED = [State.DECIDED, State.ANNOUNCED, State.ACKNOWLEDGED, State.OBJECTED]


@dataclass(frozen=True, slots=True)
class Synced:
    """How many people came in, how many appraisals went along with a transfer."""

    enrolled: int
    moved: int


def enrol(period: Period, *, path: str, progress: Progress | None = None) -> int:
    """Put everybody below `path` who is not in the period yet into it; returns how many.

    INSERT … SELECT in batches, so that a country of a million people shows how far it is.
    """
    total = _choose(period, on=period.reference_on, path=None if path == str(period.organization.path) else path)
    enrolled = 0
    with connection.cursor() as cursor:
        for first in range(1, total + 1, BATCH):
            last = first + BATCH - 1
            values: dict[str, Any] = {"period": period.pk, "year": period.year, "path": path, "decided": _DECIDED}
            cursor.execute(_ENROL, values | {"first": first, "last": last})
            enrolled += cursor.rowcount
            if progress:
                progress(min(last, total), total)
        if enrolled:  # else the next statements would be planned for the table as it was
            cursor.execute("ANALYZE appraisals_appraisal")
    return enrolled


def _choose(period: Period, *, on: date, path: str | None) -> int:
    """Fill the temporary table; returns its size."""
    values: dict[str, Any] = {"period": period.pk, "on": on, "today": clock.today(), "path": path}
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS appraisals_chosen")
        cursor.execute(_CHOOSE.format(among=_AMONG if path else ""), values)
        total: int = cursor.rowcount
        cursor.execute("CREATE INDEX ON appraisals_chosen (n)")
        cursor.execute("ANALYZE appraisals_chosen")
    return total


@transaction.atomic
def sync_participants(period_pk: int, organization_pk: int, *, scope: Scope) -> Synced:
    """Late arrivals and transfers of a body and all below it: who was entered since comes in, an appraisal that was
    not sent yet goes along with its person (issue: a transfer in mid-year keeps the history)."""
    period = Period.objects.select_related("organization").fetch(scope, P.PERIOD_VIEW, pk=period_pk)
    permission = P.PERIOD_MANAGE if scope.has(P.PERIOD_MANAGE) else P.APPRAISAL_EXCLUDE
    body: Organization = Organization.objects.fetch(scope, permission, pk=organization_pk)
    rules.check_period(period.state)
    moved = follow_transfers(period, path=str(body.path))
    enrolled = enrol(period, path=str(body.path))
    if moved or enrolled:
        note = _("thêm %(enrolled)s người, chuyển %(moved)s phiếu") % {"enrolled": enrolled, "moved": moved}
        audit.record(
            "period.sync", scope=scope, target=period, organization_id=body.pk, count=enrolled + moved, note=note
        )
    return Synced(enrolled, moved)


def follow_transfers(period: Period, *, path: str) -> int:
    """Move unsent appraisals to where their people work now; returns how many. A transfer that is known but has not
    come yet counts from its day, not before, unless the reference day of the period lies later."""
    _choose(period, on=max(clock.today(), period.reference_on), path=path)
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOW, {"period": period.pk})
        moved: int = cursor.rowcount
    return moved


@transaction.atomic
def assign_deciders(period_pk: int, *, on: date | None = None, scope: Scope | None = None) -> int:
    """APR-12. Who decides, for all appraisals of a period that are not decided yet, by the tree and the rules of a
    day (today): the own school for teachers and deputies, `DeciderRule` for principals. One statement.

    For the system itself: after a reorganization and every night. Returns how many changed.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DECIDERS, {"period": period_pk, "on": on or clock.today(), "decided": _DECIDED})
        changed: int = cursor.rowcount
    if changed:
        audit.record("period.deciders", scope=scope, rule_id="APR-12", count=changed)
    return changed


@transaction.atomic
def exclude(pks: Collection[int], *, reason: str, note: str = "", scope: Scope) -> int:
    """APR-08. Take people out of an open period, for a stated reason; nobody takes out himself.

    Those who have a result already stay in. Returns how many were taken out.
    """
    rules.check_exclusion(reason, note)
    rows = _reachable(pks, scope=scope)
    changes: dict[str, Any] = {"exclusion": reason, "exclusion_note": note.strip()[:300]}
    label = Exclusion(reason).label
    words = f"{label}: {note.strip()}" if note.strip() else str(label)
    count = advance_all(rows, rules.EXCLUDE, scope=scope, rule_id="APR-08", note=words, **changes)
    if not count:
        raise RuleViolation(
            "APR-02", _("Không đưa ai ra ngoài đợt: những người đã chọn đã có kết quả hoặc đã ở ngoài đợt.")
        )
    return count


@transaction.atomic
def include(pks: Collection[int], *, scope: Scope) -> int:
    """Take people back into an open period, each with what he had sent before. Returns how many."""
    rows = _reachable(pks, scope=scope)
    back: dict[str, Any] = {"exclusion": "", "exclusion_note": ""}
    sent = rows.filter(submitted_at__isnull=False)
    count = advance_all(sent, rules.INCLUDE_SUBMITTED, scope=scope, rule_id="APR-08", **back)
    unsent = rows.filter(submitted_at=None)
    count += advance_all(unsent, rules.INCLUDE, scope=scope, rule_id="APR-08", **back)
    if not count:
        raise RuleViolation("APR-02", _("Những người đã chọn đều đang ở trong đợt."))
    return count


@transaction.atomic
def call_early_decision(pks: Collection[int], *, reason: str, scope: Scope) -> int:
    """APR-10. Decide on people before the cadence asks for it, for a stated reason (TT 20/2018 Điều 11)."""
    rules.check_early_decision(reason)
    rows = Appraisal.objects.permitted(scope, P.APPRAISAL_DECIDE).filter(pk__in=pks)
    if rows.count() != len(set(pks)):
        raise NotPermitted(P.APPRAISAL_DECIDE)
    early = rows.filter(decision_due=False, state__in=rules.DECIDE.sources, period__state=PeriodState.OPEN)
    count = early.update(decision_due=True, decision_due_reason=reason.strip()[:300])
    if not count:
        raise RuleViolation("APR-10", _("Những người đã chọn đều đã đến kỳ đánh giá."))
    audit.record("appraisal.early", scope=scope, rule_id="APR-10", count=count, note=reason.strip())
    return count


def _reachable(pks: Collection[int], *, scope: Scope) -> QuerySet[Appraisal]:
    """All of these appraisals, but the own one; NotPermitted where one of them is out of reach."""
    rows = Appraisal.objects.permitted(scope, P.APPRAISAL_EXCLUDE).filter(pk__in=pks)
    others = rows if scope.person_id is None else rows.exclude(person_id=scope.person_id)
    if not pks or others.count() != len(set(pks)):
        raise NotPermitted(P.APPRAISAL_EXCLUDE)
    return others
