"""Who is counted in the report of a year, as one statement; and the counts of a version, as plain GROUP BYs.

RPT-01. The people of a report are those appraised in the period of the year (in it or excluded) and those employed as
teacher, principal or deputy of a school on its reference day who have no appraisal: not done. Each person counts once
per subject: the appraisal's own body, position and level before those of the employment.
RPT-03. A school's province and its mark "vùng khó khăn" are those of the version in force on the reference day; by
today's map the province is that of the body, or of the one that took it over, today.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction

from temis.reporting.cube import Cube
from temis.reporting.enums import Map
from temis.reporting.template import Template

# Codes of the template for the positions of the people domain.
POSITIONS = {"TEACHER": "GV", "PRINCIPAL": "HT", "DEPUTY": "PHT"}
SUBJECTS = {"TEACHER": "GVPT", "PRINCIPAL": "CBQL", "DEPUTY": "CBQL"}

Progress = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Population:
    """Whose facts: of a period, by a map, of a province (None: of all)."""

    period_id: int
    reference_on: date
    today: date
    map: str
    province: str | None


# Each body as it was on the reference day; one that was not there then, as it was at the nearest time. A table of its
# own and not a part of the query: the planner must know how many there are.
_PLACES = """
CREATE TEMP TABLE reporting_place ON COMMIT DROP AS WITH RECURSIVE {place} SELECT * FROM place
"""
_PLACE_THEN = """
place AS (
    SELECT DISTINCT ON (v.organization_id) v.organization_id, v.levels, v.disadvantaged, v.province_id AS province
    FROM organizations_organizationversion v
    ORDER BY v.organization_id, v.validity @> %(on)s::date DESC, coalesce(lower(v.validity) > %(on)s::date, false),
             abs(lower(v.validity) - %(on)s::date) NULLS LAST
)"""
# The body that stands in its place today: itself, or who took it over, and so on; then the province that goes on.
_PLACE_TODAY = f"""
{_PLACE_THEN.replace("place AS", "place_then AS")},
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
)"""
_COUNT = """
INSERT INTO reporting_countedperson (version_id, person_id, organization_id, province_code, subject, position, level,
    female, minority, disadvantaged, status, overall, levels)
WITH post (position, subject, code) AS (
    SELECT * FROM unnest(%(positions)s::text[], %(subjects)s::text[], %(codes)s::text[])
),
appraised AS (
    SELECT a.person_id, a.subject, a.organization_id, a.position, a.level, a.decided_overall, a.decided_levels,
           CASE WHEN a.state = 'EXCLUDED' THEN 'excluded' WHEN a.decided_overall IS NULL THEN 'not_done'
                ELSE 'completed' END AS status
    FROM appraisals_appraisal a WHERE a.period_id = %(period)s AND a.subject = ANY(%(subjects)s)
),
employed AS (
    SELECT DISTINCT ON (e.person_id, post.subject) e.person_id, post.subject, e.organization_id, e.position, e.level
    FROM people_employment e
    JOIN post ON post.position = e.position
    JOIN organizations_organization o ON o.id = e.organization_id
    JOIN organizations_organizationkind k ON k.code = o.kind_id AND k.tier = 'SCHOOL'
    WHERE e.validity @> %(on)s::date {among}
    ORDER BY e.person_id, post.subject, e.position = 'DEPUTY', lower(e.validity) DESC NULLS LAST, e.id DESC
),
everybody AS (
    SELECT person_id, subject, organization_id, position, level, status, decided_overall, decided_levels FROM appraised
    UNION ALL
    SELECT e.person_id, e.subject, e.organization_id, e.position, e.level, 'not_done', NULL, NULL
    FROM employed e
    WHERE NOT EXISTS (SELECT FROM appraisals_appraisal a
                      WHERE a.period_id = %(period)s AND a.person_id = e.person_id AND a.subject = e.subject)
)
SELECT %(version)s, c.person_id, c.organization_id, coalesce(place.province, ''), c.subject, post.code,
       coalesce(nullif(c.level, ''), CASE WHEN cardinality(place.levels) = 1 THEN place.levels[1] END, ''),
       p.gender = 'F', p.is_minority, place.disadvantaged, c.status, c.decided_overall, c.decided_levels
FROM everybody c
JOIN reporting_place place ON place.organization_id = c.organization_id
JOIN post ON post.position = c.position
JOIN people_person p ON p.id = c.person_id
WHERE %(province)s::text IS NULL OR place.province = %(province)s
"""
# Of a province only people who work there on that day: whether they count there is decided by all their posts.
_AMONG = """
AND e.person_id IN (
    SELECT w.person_id FROM people_employment w JOIN reporting_place b ON b.organization_id = w.organization_id
    WHERE b.province = %(province)s AND w.validity @> %(on)s::date)
"""


@transaction.atomic
def count_people(version_id: int, population: Population) -> int:
    """Write the facts of a version, people of one moment in one statement; returns how many people count."""
    place = _PLACE_TODAY if population.map == Map.TODAY else _PLACE_THEN
    among = _AMONG if population.province is not None else ""
    values: dict[str, Any] = {
        "version": version_id,
        "period": population.period_id,
        "on": population.reference_on,
        "today": population.today,
        "province": population.province,
        "positions": list(POSITIONS),
        "subjects": list(SUBJECTS.values()),
        "codes": list(POSITIONS.values()),
    }
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS reporting_place")
        cursor.execute(_PLACES.format(place=place), values)
        cursor.execute("ANALYZE reporting_place")
        cursor.execute(_COUNT.format(among=among), values)
        return cursor.rowcount


_DIMENSIONS = "subject, position, level, female, minority, disadvantaged"
_OVERALL = f"""
SELECT {_DIMENSIONS}, status, overall, count(*) FROM reporting_countedperson WHERE version_id = %s
GROUP BY {_DIMENSIONS}, status, overall
"""
# The people of one subject with levels, each kind of person as one small number: the table is then counted once for
# every criterion and standard, and to group by one number is four times as fast as by six columns.
_KINDS = """
SELECT DISTINCT position, level FROM reporting_countedperson WHERE version_id = %s AND subject = %s
"""
_LEVELS = """
CREATE TEMP TABLE reporting_levels ON COMMIT DROP AS
SELECT (8 * array_position(%(kinds)s::text[], position || '|' || level)
        + 4 * female::int + 2 * minority::int + disadvantaged::int)::int AS kind, levels
FROM reporting_countedperson
WHERE version_id = %(version)s AND subject = %(subject)s AND status = 'completed' AND levels IS NOT NULL
"""
# RPT-02. The level of a standard is the lowest of its criteria.
_ITEM = """
SELECT kind, rank, count(*) FROM (SELECT kind, least({criteria}) AS rank FROM reporting_levels) c
WHERE rank IS NOT NULL GROUP BY kind, rank
"""

Row = tuple[Any, ...]


@transaction.atomic
def read_cube(version_id: int, template: Template, progress: Progress | None = None) -> Cube:
    """The counts of a version: one GROUP BY for the overall results and one for each criterion and standard."""
    found: dict[str, list[Row]] = {"criterion": [], "standard": []}
    total = sum(1 for subject in template.standards for _item in _items(template, subject))
    done = 0
    with connection.cursor() as cursor:
        cursor.execute(_OVERALL, [version_id])
        overall = cursor.fetchall()
        for subject in template.standards:
            kinds = _prepare_levels(cursor, version_id, subject)
            for kind_of_item, number, criteria in _items(template, subject):
                columns = ", ".join(f"levels[{criterion}]" for criterion in criteria)
                cursor.execute(_ITEM.format(criteria=columns))
                found[kind_of_item] += [(*_person(subject, kinds, kind), number, rank, n) for kind, rank, n in cursor]
                done += 1
                if progress:
                    progress(done, total)
    return Cube.from_rows(overall, found["criterion"], found["standard"])


def _prepare_levels(cursor: Any, version_id: int, subject: str) -> list[tuple[str, str]]:
    """Fill the temporary table of a subject; returns position and level of its kinds, counted from 1."""
    cursor.execute(_KINDS, [version_id, subject])
    kinds = sorted(cursor.fetchall())
    values = {"version": version_id, "subject": subject, "kinds": ["|".join(kind) for kind in kinds]}
    cursor.execute("DROP TABLE IF EXISTS reporting_levels")
    cursor.execute(_LEVELS, values)
    return kinds


def _person(subject: str, kinds: list[tuple[str, str]], kind: int) -> tuple[str, str, str, bool, bool, bool]:
    """The six dimensions that a number of `reporting_levels` stands for."""
    place, flags = divmod(kind, 8)
    position, level = kinds[place - 1]
    return subject, position, level, bool(flags & 4), bool(flags & 2), bool(flags & 1)


def _items(template: Template, subject: str) -> Iterator[tuple[str, int, tuple[int, ...]]]:
    """Kind, number and criteria of every standard and criterion of a subject."""
    for number, criteria in template.standards[subject].items():
        yield "standard", int(number), tuple(map(int, criteria))
        for criterion in criteria:
            yield "criterion", int(criterion), (int(criterion),)


_HASH = """
SELECT encode(sha256(convert_to(coalesce(string_agg(line, E'\\n' ORDER BY code COLLATE "C", subject COLLATE "C"), ''),
                                'UTF8')), 'hex')
FROM (
    SELECT p.code, c.subject,
           concat_ws('|', p.code, o.code, c.province_code, c.subject, c.position, c.level, c.female::int,
                     c.minority::int, c.disadvantaged::int, c.status, coalesce(c.overall::text, ''),
                     coalesce(array_to_string(c.levels, ',', '-'), '')) AS line
    FROM reporting_countedperson c
    JOIN people_person p ON p.id = c.person_id
    JOIN organizations_organization o ON o.id = c.organization_id
    WHERE c.version_id = %s
) lines
"""


def hash_people(version_id: int) -> str:
    """SHA-256 of the facts in the order of the people's codes: the same data have the same hash everywhere."""
    with connection.cursor() as cursor:
        cursor.execute(_HASH, [version_id])
        (digest,) = cursor.fetchone()
    return str(digest)


_COVERAGE = """
SELECT count(*) FILTER (WHERE subject = 'GVPT' AND status <> 'excluded'),
       count(*) FILTER (WHERE subject = 'GVPT' AND status = 'completed'),
       count(*) FILTER (WHERE subject = 'CBQL' AND status <> 'excluded'),
       count(*) FILTER (WHERE subject = 'CBQL' AND status = 'completed'),
       count(*) FILTER (WHERE status = 'excluded'),
       count(*) FILTER (WHERE level = '')
FROM reporting_countedperson WHERE version_id = %s
"""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Teachers and managers in the period and those who completed; apart, the excluded and those without a level."""

    teachers: int
    teachers_completed: int
    managers: int
    managers_completed: int
    excluded: int
    without_level: int


def read_coverage(version_id: int) -> Coverage:
    with connection.cursor() as cursor:
        cursor.execute(_COVERAGE, [version_id])
        return Coverage(*cursor.fetchone())
