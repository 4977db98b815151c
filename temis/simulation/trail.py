"""The audit trail of a year's appraisals: who sent, decided, announced, acknowledged and objected, as the product's own
actions write it. Without addresses, and without the row history beside it."""

from datetime import datetime

from django.db import connection

from temis.simulation.appraisals import MOMENTS, moments
from temis.simulation.periods import Year

# Announcing is done for all of a body at once, everything else for one.
_TRAIL = """
INSERT INTO core_auditentry (at, action, rule_id, user_id, actor, role, unit_id, object_type, object_id,
                             organization_id, person_id, count, note)
WITH happened AS (
    SELECT y.*, CASE y.position WHEN 'DEPUTY' THEN 'DEPUTY_PRINCIPAL' ELSE y.position END AS own_role,
           CASE WHEN y.position <> 'PRINCIPAL' THEN 'PRINCIPAL'
                WHEN k.tier = 'PROVINCE' THEN 'PROVINCE_LEADER' ELSE 'LOCAL_LEADER' END AS decider_role,
           {sent_at} AS sent_at, {decided_at} AS decided_at, {announced_at} AS announced_at,
           {acknowledged_at} AS acknowledged_at
    FROM simulated_year y
    JOIN organizations_organization o ON o.id = y.decided_in_id
    JOIN organizations_organizationkind k ON k.code = o.kind_id
), entries AS (
    SELECT sent_at AS at, 'appraisal.submit' AS action, 'APR-03' AS rule_id, person_id AS by_id, own_role AS role,
           organization_id AS unit_id, id, organization_id, person_id, NULL::int AS count
    FROM happened WHERE is_sent
    UNION ALL
    SELECT decided_at, 'appraisal.decide', 'APR-21', decider_id, decider_role, decided_in_id, id, organization_id,
           person_id, NULL
    FROM happened WHERE is_decided
    UNION ALL
    SELECT min(announced_at), 'appraisal.announce', 'APR-23', decider_id, decider_role, decided_in_id, NULL,
           decided_in_id, NULL, count(*)
    FROM happened WHERE is_decided AND state <> 'DECIDED' GROUP BY decider_id, decider_role, decided_in_id
    UNION ALL
    SELECT acknowledged_at, CASE state WHEN 'OBJECTED' THEN 'appraisal.object' ELSE 'appraisal.acknowledge' END,
           'APR-24', person_id, own_role, organization_id, id, organization_id, person_id, NULL
    FROM happened WHERE state IN ('ACKNOWLEDGED', 'OBJECTED')
)
SELECT e.at, e.action, e.rule_id, p.user_id, p.full_name, e.role, e.unit_id,
       CASE WHEN e.id IS NULL THEN '' ELSE 'appraisals.appraisal' END, coalesce(e.id::text, ''), e.organization_id,
       e.person_id, e.count, ''
FROM entries e JOIN people_person p ON p.id = e.by_id
ORDER BY e.at, e.action, e.id, e.unit_id, e.by_id
"""


def write_trail(year: Year, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_TRAIL.format(**MOMENTS), moments(year, now))
