"""Completed results: each row with the person, the employment of that day, the rule's own result and what is there."""

# text: data

from temis.exchange.reach import WITHIN

# Which positions a standard is for.
_RESOLVE = f"""
CREATE TEMP TABLE result_row ON COMMIT DROP AS
SELECT r.number, r.code, r.levels::smallint[] AS levels, r.overall AS given, r.decided_on, r.decider_code,
       CASE WHEN r.levels IS NOT NULL THEN standards_classify(%(edition)s, r.levels::smallint[]) END AS computed,
       p.id AS person_id, d.id AS decider_id, h.organization_id AS decider_organization_id,
       coalesce(r.decided_on, %(reference_on)s::date) AS on_day,
       e.organization_id, e.group_id, e.position, e.level, o.code AS organization_code, o.parent_id, {WITHIN} AS within,
       a.id AS appraisal_id, a.state, a.source, a.decided_overall, a.decided_levels,
       first_value(r.number) OVER (PARTITION BY r.code ORDER BY r.number) AS first_number
FROM exchange_resultrow r
LEFT JOIN people_person p ON p.code = r.code
LEFT JOIN people_person d ON d.code = r.decider_code
LEFT JOIN LATERAL (
    SELECT * FROM people_employment e
    WHERE e.person_id = p.id AND e.position = ANY(%(positions)s)
      AND e.validity @> coalesce(r.decided_on, %(reference_on)s::date)
    ORDER BY e.position = 'DEPUTY', lower(e.validity) DESC NULLS LAST, e.id DESC LIMIT 1
) e ON true
LEFT JOIN LATERAL (
    SELECT organization_id FROM people_employment h
    WHERE h.person_id = d.id AND h.validity @> coalesce(r.decided_on, %(reference_on)s::date)
    ORDER BY lower(h.validity) DESC NULLS LAST, h.id DESC LIMIT 1
) h ON true
LEFT JOIN organizations_organization o ON o.id = e.organization_id
LEFT JOIN appraisals_appraisal a ON a.person_id = p.id AND a.period_id = %(period)s AND a.subject = %(subject)s
WHERE r.batch_id = %(batch)s AND (%(only)s::int[] IS NULL OR r.number = ANY(%(only)s))
"""

PREPARE = ("DROP TABLE IF EXISTS result_row", _RESOLVE, "ANALYZE result_row")

_SIGN = "(ARRAY['CĐ', 'Đ', 'K', 'T'])[{level} + 1]"

_DUPLICATE = """
SELECT number, 'code', 'duplicate', code, jsonb_build_object('other', first_number)
FROM result_row WHERE code IS NOT NULL AND number <> first_number
"""

_UNKNOWN_PERSON = """
SELECT number, 'code', 'unknown_person', code, NULL::jsonb FROM result_row
WHERE code IS NOT NULL AND person_id IS NULL
"""

_UNKNOWN_DECIDER = """
SELECT number, 'decider_code', 'unknown_decider', decider_code, NULL::jsonb
FROM result_row WHERE decider_code IS NOT NULL AND decider_id IS NULL
"""

_HIMSELF = """
SELECT number, 'decider_code', 'decides_on_himself', decider_code, NULL::jsonb FROM result_row
WHERE decider_id = person_id
"""

_OWN = """
SELECT number, 'code', 'own_result', code, NULL::jsonb FROM result_row WHERE person_id = %(importer)s
"""

_NOT_IN_POSITION = """
SELECT number, 'code', 'not_in_position', code,
       jsonb_build_object('on', to_char(on_day, 'DD/MM/YYYY'), 'subject', %(subject)s::text)
FROM result_row WHERE person_id IS NOT NULL AND organization_id IS NULL
"""

_REACH = """
SELECT number, 'code', 'out_of_reach', organization_code, NULL::jsonb
FROM result_row WHERE organization_id IS NOT NULL AND NOT within
"""

# STD-01 computed by PostgreSQL; both levels stand in the message.
_DIFFERS = f"""
SELECT number, 'overall', 'overall_differs', {_SIGN.format(level="given")},
       jsonb_build_object('given', given, 'computed', computed, 'suggestion', {_SIGN.format(level="computed")})
FROM result_row WHERE given <> computed
"""

_SAME = "coalesce(given, computed) = decided_overall AND levels IS NOT DISTINCT FROM decided_levels"

_EXISTING = f"""
SELECT number, 'code',
       CASE WHEN state = 'EXCLUDED' THEN 'excluded' WHEN source = 'SYSTEM' THEN 'already_decided' ELSE 'answered' END,
       code, jsonb_build_object('level', decided_overall, 'year', %(year)s::int)
FROM result_row
WHERE state = 'EXCLUDED'
   OR NOT coalesce({_SAME}, false) AND (
          source = 'SYSTEM' AND state IN ('DECIDED', 'ANNOUNCED', 'ACKNOWLEDGED', 'OBJECTED')
          OR source = 'IMPORT' AND state IN ('ACKNOWLEDGED', 'OBJECTED'))
"""

CHECKS = (
    _DUPLICATE,
    _UNKNOWN_PERSON,
    _UNKNOWN_DECIDER,
    _HIMSELF,
    _OWN,
    _NOT_IN_POSITION,
    _REACH,
    _DIFFERS,
    _EXISTING,
)
