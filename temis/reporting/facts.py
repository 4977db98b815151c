"""Who is counted in the reports of a year, as one statement.

RPT-01. The people of a report are those appraised in the period of the year (in it or excluded) and those employed as
teacher, principal or deputy of a school on its reference day who have no appraisal: not done. Each person counts once
per subject: the appraisal's own body, position and level before those of the employment.
RPT-03. A school's province and its mark "vùng khó khăn" are those of the version in force on the reference day; by
today's map the province is that of the body, or of the one that took it over, today.
"""

import json
from datetime import date
from typing import Any

from django.db import connection

from temis.appraisals.models import Period
from temis.core import clock
from temis.reporting.enums import EXCLUSION_CODES, NOT_DONE_CODE

# Codes of the template for the positions of the people domain.
POSITIONS = {"TEACHER": "GV", "PRINCIPAL": "HT", "DEPUTY": "PHT"}
SUBJECTS = {"TEACHER": "GVPT", "PRINCIPAL": "CBQL", "DEPUTY": "CBQL"}

# Each body as it was on the reference day; one that was not there then, as it was at the nearest time. A table of its
# own and not a part of the query: the planner must know how many there are.
_PLACES = """
CREATE TEMP TABLE reporting_place ON COMMIT DROP AS WITH {place} SELECT * FROM place
"""
_PLACE_THEN = """
place AS (
    SELECT DISTINCT ON (v.organization_id) v.organization_id, v.levels, v.disadvantaged, v.province_id AS province
    FROM organizations_organizationversion v WHERE {bodies}
    ORDER BY v.organization_id, v.validity @> %(on)s::date DESC, coalesce(lower(v.validity) > %(on)s::date, false),
             abs(lower(v.validity) - %(on)s::date) NULLS LAST
)"""
# The body that stands in its place today: itself, or who took it over, and so on; then the province that goes on.
_TODAY = f"""
WITH RECURSIVE {_PLACE_THEN.replace("place AS", "place_then AS").format(bodies="TRUE")},
heir (origin, body) AS (
    SELECT id, id FROM organizations_organization
    UNION
    SELECT h.origin, s.successor_id
    FROM heir h
    JOIN organizations_organization o ON o.id = h.body AND NOT o.is_open
    CROSS JOIN LATERAL (
        SELECT successor_id FROM organizations_succession
        WHERE predecessor_id = h.body AND "on" <= %(today)s::date ORDER BY "on" DESC, id LIMIT 1
    ) s
),
standing AS (
    SELECT DISTINCT ON (h.origin) h.origin, o.province_id
    FROM heir h JOIN organizations_organization o ON o.id = h.body
    ORDER BY h.origin, o.is_open DESC, h.body = h.origin
),
onward (code, current) AS (
    SELECT code, code FROM organizations_province
    UNION
    SELECT w.code, p.successor_id
    FROM onward w JOIN organizations_province p ON p.code = w.current AND p.effective_to < %(today)s::date
),
place AS (
    SELECT t.organization_id, t.levels, t.disadvantaged, w.current AS province
    FROM place_then t
    LEFT JOIN standing s ON s.origin = t.organization_id
    LEFT JOIN onward w ON w.code = s.province_id
     AND NOT EXISTS (SELECT FROM organizations_province p WHERE p.code = w.current AND p.effective_to < %(today)s::date)
)
SELECT organization_id FROM place WHERE province = %(province)s ORDER BY organization_id
"""
# Appraisals and posts of everybody, or of those in the temporary table of who is asked about.
_PEOPLE = """
CREATE TEMP TABLE reporting_now ON COMMIT DROP AS
WITH post (position, subject, code) AS (
    SELECT * FROM unnest(%(positions)s::text[], %(subjects)s::text[], %(codes)s::text[])
),
appraised AS (
    SELECT a.person_id, a.subject, a.organization_id, a.position, a.level,
           CASE WHEN a.state = 'EXCLUDED'
                THEN coalesce((%(reasons)s::jsonb ->> a.exclusion)::smallint, {other})
                ELSE coalesce(a.decided_overall, {not_done}) END AS outcome,
           CASE WHEN a.state <> 'EXCLUDED' AND a.decided_overall IS NOT NULL THEN a.decided_levels END AS levels
    FROM appraisals_appraisal a
    WHERE a.period_id = %(period)s AND a.subject = ANY(%(subjects)s) AND {asked_a}
),
employed AS (
    SELECT DISTINCT ON (e.person_id, post.subject) e.person_id, post.subject, e.organization_id, e.position, e.level
    FROM people_employment e
    JOIN post ON post.position = e.position
    JOIN organizations_organization o ON o.id = e.organization_id
    JOIN organizations_organizationkind k ON k.code = o.kind_id AND k.tier = 'SCHOOL'
    WHERE e.validity @> %(on)s::date AND {asked_e}
    ORDER BY e.person_id, post.subject, e.position = 'DEPUTY', lower(e.validity) DESC NULLS LAST, e.id DESC
),
everybody AS (
    SELECT person_id, subject, organization_id, position, level, outcome, levels FROM appraised
    UNION ALL
    SELECT e.person_id, e.subject, e.organization_id, e.position, e.level, {not_done}, NULL
    FROM employed e
    WHERE NOT EXISTS (SELECT FROM appraisals_appraisal a
                      WHERE a.period_id = %(period)s AND a.person_id = e.person_id AND a.subject = e.subject)
)
SELECT c.person_id, c.organization_id, c.subject, coalesce(place.province, '') AS province_code, post.code AS position,
       coalesce(nullif(c.level, ''), CASE WHEN cardinality(place.levels) = 1 THEN place.levels[1] END, '') AS level,
       p.gender = 'F' AS female, p.is_minority AS minority, place.disadvantaged, c.outcome::smallint, c.levels
FROM everybody c
JOIN reporting_place place ON place.organization_id = c.organization_id
JOIN post ON post.position = c.position
JOIN people_person p ON p.id = c.person_id
"""
_ASKED = "{}.person_id IN (SELECT person_id FROM reporting_asked)"
_ASKED_BODIES = """v.organization_id IN (
    SELECT organization_id FROM appraisals_appraisal WHERE period_id = %(period)s AND person_id IN
        (SELECT person_id FROM reporting_asked)
    UNION SELECT organization_id FROM people_employment WHERE person_id IN (SELECT person_id FROM reporting_asked))
"""


def find_people(period: Period, *, asked: bool) -> None:
    """Fill the temporary table `reporting_now` with how people count now: everybody, or those of `reporting_asked`."""
    values: dict[str, Any] = {
        "period": period.pk,
        "on": period.reference_on,
        "positions": list(POSITIONS),
        "subjects": list(SUBJECTS.values()),
        "codes": list(POSITIONS.values()),
        "reasons": json.dumps(EXCLUSION_CODES),
    }
    place = _PLACE_THEN.format(bodies=_ASKED_BODIES if asked else "TRUE")
    people = _PEOPLE.format(
        other=EXCLUSION_CODES["OTHER"],
        not_done=NOT_DONE_CODE,
        asked_a=_ASKED.format("a") if asked else "TRUE",
        asked_e=_ASKED.format("e") if asked else "TRUE",
    )
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS reporting_place, reporting_now")
        cursor.execute(_PLACES.format(place=place), values)
        cursor.execute("ANALYZE reporting_place")
        cursor.execute(people, values)
        cursor.execute("ANALYZE reporting_now")


def bodies_today(province: str, reference_on: date) -> list[int]:
    """The bodies of a period that count in a province by today's map."""
    with connection.cursor() as cursor:
        cursor.execute(_TODAY, {"on": reference_on, "today": clock.today(), "province": province})
        return [body for (body,) in cursor]
