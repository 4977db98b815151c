"""What people wrote in a year: the form of the self-assessment, objections to a result and the answers to them."""

from datetime import datetime

from django.db import connection

from temis.simulation.appraisals import MOMENTS, moments
from temis.simulation.chance import Chance
from temis.simulation.figures import figure, read
from temis.simulation.periods import Year

_FORMS = """
INSERT INTO appraisals_selfassessment
    (appraisal_id, levels, strengths, improvements, goals, wishes, schedule, conditions, saved_at, revision, writer)
SELECT y.id,
       CASE WHEN y.is_sent THEN f.levels
            ELSE f.levels[1:cardinality(f.levels) / 2]
                 || array_fill(NULL::smallint, ARRAY[cardinality(f.levels) - cardinality(f.levels) / 2]) END,
       CASE WHEN w.wrote THEN {strengths} ELSE '' END, CASE WHEN w.wrote THEN {improvements} ELSE '' END,
       CASE WHEN w.wrote THEN {goals} ELSE '' END, CASE WHEN w.wrote THEN {wishes} ELSE '' END,
       CASE WHEN w.wrote THEN %(schedule)s ELSE '' END, CASE WHEN w.wrote THEN %(conditions)s ELSE '' END,
       {sent_at}, 1, ''
FROM simulated_year y
CROSS JOIN LATERAL (SELECT {wrote} AS wrote, {begun} AS begun) w
JOIN simulated_profile f ON f.subject = y.subject AND f.overall = y.self_overall AND f.n = y.self_profile
WHERE y.is_sent OR y.state = 'OPEN' AND w.begun
ORDER BY y.id
"""
_OBJECTIONS = """
INSERT INTO appraisals_objection (appraisal_id, text, made_at, answer, outcome, answered_at, answered_by_id)
SELECT y.id, {text}, {told} + interval '2 hours', CASE WHEN y.state = 'OBJECTED' THEN '' ELSE {answer} END,
       CASE WHEN y.state = 'OBJECTED' THEN '' ELSE 'UPHELD' END,
       CASE WHEN y.state <> 'OBJECTED' THEN {told} + interval '1 day' END,
       CASE WHEN y.state <> 'OBJECTED' THEN y.decider_id END
FROM simulated_year y
WHERE y.state = 'OBJECTED' OR y.state = 'ANNOUNCED' AND {objected}
ORDER BY y.id
"""


def write_forms(year: Year, now: datetime, seed: int) -> None:
    """Self-assessments, half-written ones of the open period among them, and objections."""
    chance, words, number = Chance(seed), read("texts"), year.period.year
    texts = {
        name: chance.one_of("y.person_id", f"{name} {number}", words[name])
        for name in ("strengths", "improvements", "goals", "wishes")
    }
    values = moments(year, now) | {"schedule": words["schedule"], "conditions": words["conditions"]}
    wrote = f"{chance.roll('y.person_id', f'wrote {number}')} < {figure('appraisals', 'wrote_texts')}"
    begun = "false" if year.is_past else f"{chance.roll('y.person_id', 'begun')} < 0.4"
    # Of the results of a past period that were only announced, so many that the share of all comes out.
    past = figure("appraisals", "past")
    share = past["objected"] / (1 - past["acknowledged"])
    objected = f"{chance.roll('y.person_id', f'objected {number}')} < {share}" if year.is_past else "false"
    with connection.cursor() as cursor:
        cursor.execute(_FORMS.format(**texts, wrote=wrote, begun=begun, sent_at=MOMENTS["sent_at"]), values)
        statement = _OBJECTIONS.format(
            text=chance.one_of("y.person_id", "objection", words["objections"]),
            answer=chance.one_of("y.person_id", "answer", words["answers"]),
            told=MOMENTS["announced_at"],
            objected=objected,
        )
        cursor.execute(statement, values)
