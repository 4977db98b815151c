"""Opinions of a year: who has answered about whom, and sums of which nobody can tell who gave what (ADR 4).

As in the product there is no single answer: ballots say that somebody has answered, sums are drawn as sums.
"""

from django.db import connection

from temis.opinions.rules import ASKED_STATES, FEWEST_SHOWN
from temis.simulation.chance import Chance
from temis.simulation.figures import figure, read
from temis.simulation.periods import Year
from temis.simulation.profiles import VARIANTS

ALL_ANSWERED = 0.2  # of the groups in the open period

# Who is asked, as the view `opinions_asked` says: colleagues of the group in the same period about a teacher; teachers
# and staff of the school, but those away from work, about principal and deputies. A circle is a group, or a school.
_RATERS = """
DROP TABLE IF EXISTS simulated_about, simulated_rater, simulated_circle;
CREATE TEMP TABLE simulated_about ON COMMIT DROP AS
SELECT id, person_id, CASE WHEN position = 'TEACHER' THEN group_id ELSE - organization_id END AS circle
FROM simulated_year WHERE state <> 'EXCLUDED';
CREATE TEMP TABLE simulated_rater ON COMMIT DROP AS
SELECT person_id, circle FROM simulated_about WHERE circle > 0
UNION ALL
SELECT w.id, - CASE WHEN w.moved_on > %(on)s::date THEN w.before_id ELSE w.organization_id END
FROM simulated_worker w
WHERE w.position IN ('TEACHER', 'STAFF') AND w.start_on <= %(on)s::date
  AND (w.end_on IS NULL OR w.end_on > %(on)s::date)
  AND NOT EXISTS (SELECT FROM simulated_year y
                  WHERE y.person_id = w.id AND y.exclusion IN ('MATERNITY', 'LONG_LEAVE', 'STUDY'));
CREATE TEMP TABLE simulated_circle ON COMMIT DROP AS
SELECT circle, count(*)::int AS size FROM simulated_rater GROUP BY circle;
ANALYZE simulated_about;
ANALYZE simulated_rater;
ANALYZE simulated_circle
"""
# Ballots and sums in one statement, as in the product in one transaction.
_WRITE = """
WITH given AS (
    INSERT INTO opinions_ballot (id, appraisal_id, rater_id)
    SELECT md5(a.id || '-' || r.person_id || '-' || %(seed)s::text)::uuid, a.id, r.person_id
    FROM simulated_about a JOIN simulated_rater r ON r.circle = a.circle AND r.person_id <> a.person_id
    WHERE {answered}
    RETURNING appraisal_id
)
INSERT INTO opinions_opiniontally (appraisal_id, given, counts, overall, remarks, closed)
SELECT y.id, g.given, s.counts, s.sums, CASE WHEN {has_remark} THEN ARRAY[{remark}] ELSE '{{}}' END, {closed}
FROM (SELECT appraisal_id, count(*)::int AS given FROM given GROUP BY appraisal_id) g
JOIN simulated_year y ON y.id = g.appraisal_id
JOIN simulated_sum s ON s.subject = y.subject AND s.overall = y.overall AND s.given = g.given AND s.n = {variant}
JOIN simulated_circle c ON c.circle = CASE WHEN y.position = 'TEACHER' THEN y.group_id ELSE - y.organization_id END
ORDER BY y.id
"""


def write_opinions(year: Year, seed: int) -> None:
    """Ballots and sums on the appraisals of `simulated_year`."""
    chance, number = Chance(seed), year.period.year
    statement = _WRITE.format(
        answered=_answered(year, chance),
        variant=chance.pick("y.id", "sum", VARIANTS),
        has_remark=f"{chance.roll('y.id', 'has remark')} < {figure('opinions', 'remarks')}",
        remark=chance.one_of("y.id", f"remark {number}", read("texts")["remarks"]),
        closed="true" if year.is_past else _closed(),
    )
    with connection.cursor() as cursor:
        cursor.execute(_RATERS, {"on": year.period.reference_on})
        cursor.execute(statement, {"seed": seed})


def _answered(year: Year, chance: Chance) -> str:
    share = figure("opinions", "answered" if year.is_past else "answered_now")
    drawn = chance.pair("r.person_id", "a.id", "answered")
    if year.is_past:
        return f"{drawn} < {share}"
    return f"({drawn} < {share} OR {chance.roll('a.circle', 'all answered')} < {ALL_ANSWERED})"


def _closed() -> str:
    """OPN-05. Everybody has answered, or the head has decided."""
    asked = "c.size - CASE WHEN y.position = 'TEACHER' THEN 1 ELSE 0 END"
    states = ", ".join(f"'{state.value}'" for state in ASKED_STATES)
    return f"(g.given = {asked} AND g.given >= {FEWEST_SHOWN} OR y.state NOT IN ({states}))"
