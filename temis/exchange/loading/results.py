"""Completed results: appraisals that were decided outside the system.

They are announced as of the day of the decision: the head told the result on paper then.
"""

from django.db import transaction

from temis.appraisals.models import Appraisal
from temis.appraisals.signals import appraisals_stepped
from temis.exchange import recording
from temis.exchange.checks import parameters_of
from temis.exchange.loading import counts
from temis.exchange.models import ImportBatch
from temis.exchange.reach import ImportReach

APPRAISAL = "appraisals_appraisal"


def load(batch: ImportBatch, reach: ImportReach, present: set[str]) -> None:
    parameters = parameters_of(batch, reach, present)
    counts.prepare("result_row", parameters)
    counts.mark("SELECT number FROM good_row WHERE appraisal_id IS NULL", parameters, created=True)
    recording.insert(APPRAISAL, _NEW, parameters)
    recording.update(APPRAISAL, _COLUMNS, _CHANGED, parameters)
    counts.mark("SELECT number FROM good_row g JOIN change ON change.id = g.appraisal_id", parameters)
    period_id = parameters["period"]
    transaction.on_commit(
        lambda: appraisals_stepped.send(sender=Appraisal, ids=None, period_id=period_id, step="import")
    )


_DECIDED_AT = """coalesce((g.decided_on + time '12:00') AT TIME ZONE 'Asia/Ho_Chi_Minh', %(now)s)"""

# The school decides on teachers and deputies; on principals the decider's body, or the one above the school.
_DECIDED_IN = """CASE WHEN g.position = 'PRINCIPAL'
    THEN coalesce(g.decider_organization_id, g.parent_id, g.organization_id) ELSE g.organization_id END"""

_NEW = f"""
INSERT INTO appraisals_appraisal (period_id, person_id, organization_id, group_id, edition_id, subject, position, level,
    decided_in_id, decision_due, decision_due_reason, state, exclusion, exclusion_note, decided_levels, decided_overall,
    decided_on, decided_at, decided_by_person_id, decision_note, source, batch_id, announced_at, revision)
SELECT %(period)s, g.person_id, g.organization_id, g.group_id, %(edition)s, %(subject)s, g.position, g.level,
       {_DECIDED_IN}, true, '', 'ANNOUNCED', '', '', g.levels, coalesce(g.given, g.computed),
       g.decided_on, {_DECIDED_AT}, g.decider_id, '', 'IMPORT', %(batch)s, {_DECIDED_AT}, 0
FROM good_row g WHERE g.appraisal_id IS NULL ORDER BY g.number
"""

_COLUMNS = (
    "state", "decided_levels", "decided_overall", "decided_on", "decided_at", "decided_by_person_id", "source",
    "batch_id", "announced_at", "revision",
)  # fmt: skip

# Only where the result itself differs; the moment of the decision follows its day.
_CHANGED = f"""
SELECT a.id, 'ANNOUNCED' AS state, g.levels AS decided_levels, coalesce(g.given, g.computed) AS decided_overall,
       coalesce(g.decided_on, a.decided_on) AS decided_on,
       CASE WHEN g.decided_on IS NULL THEN coalesce(a.decided_at, {_DECIDED_AT}) ELSE {_DECIDED_AT} END AS decided_at,
       coalesce(g.decider_id, a.decided_by_person_id) AS decided_by_person_id,
       'IMPORT' AS source, %(batch)s::bigint AS batch_id,
       CASE WHEN g.decided_on IS NULL THEN coalesce(a.announced_at, {_DECIDED_AT}) ELSE {_DECIDED_AT} END
           AS announced_at,
       a.revision + 1 AS revision
FROM good_row g JOIN appraisals_appraisal a ON a.id = g.appraisal_id
WHERE NOT (a.source = 'SYSTEM' AND a.state IN ('DECIDED', 'ANNOUNCED', 'ACKNOWLEDGED', 'OBJECTED'))
  AND a.state NOT IN ('ACKNOWLEDGED', 'OBJECTED')
  AND (a.state, a.decided_levels, a.decided_overall, coalesce(g.decided_on, a.decided_on),
       coalesce(g.decider_id, a.decided_by_person_id))
      IS DISTINCT FROM ('ANNOUNCED', g.levels, coalesce(g.given, g.computed), a.decided_on, a.decided_by_person_id)
"""
