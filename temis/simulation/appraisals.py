"""One year's appraisals: who is in, how far each has come, with which levels, decided by whom."""

from datetime import datetime, time, timedelta
from typing import Any

from django.db import connection

from temis.appraisals.enums import Exclusion, Stage
from temis.simulation.chance import Chance
from temis.simulation.figures import figure, read
from temis.simulation.outcomes import MANAGERS, cells
from temis.simulation.periods import ZONE, Year
from temis.simulation.posts import LEVELS
from temis.simulation.profiles import PROFILES
from temis.standards.models import Edition

# Chances by cell, and by province how far its schools are (an exponent: some are ahead, some behind).
_CELLS = """
DROP TABLE IF EXISTS simulated_cell;
CREATE TEMP TABLE simulated_cell (key int, p float8, a float8, b float8, c float8) ON COMMIT DROP
"""

# Schools with the body that decides on their principals and its head, as on the reference day; nobody's head is above
# the people of a school but the head of the Sở, the Phòng, the commune.
_SCHOOLS = """
DROP TABLE IF EXISTS simulated_school;
CREATE TEMP TABLE simulated_school ON COMMIT DROP AS
SELECT v.organization_id AS id, v.parent_id, above.user_id AS above_id, w.id AS principal_id
FROM organizations_organizationversion v
JOIN simulated_worker w ON w.organization_id = v.organization_id AND w.position = 'PRINCIPAL'
LEFT JOIN LATERAL (SELECT g.user_id FROM accounts_grant g
                   WHERE g.organization_id = v.parent_id AND g.validity @> %(on)s::date
                     AND g.role IN ('PROVINCE_LEADER', 'LOCAL_LEADER') ORDER BY g.id LIMIT 1) above ON true
WHERE v.validity @> %(on)s::date;
ANALYZE simulated_school
"""

_DRAW = """
DROP TABLE IF EXISTS simulated_year;
CREATE TEMP TABLE simulated_year ON COMMIT DROP AS
WITH present AS (
    SELECT w.id AS person_id, w.position, w.level, w.u, w.is_core, w.is_female, w.ethnic_group, w.province,
           CASE WHEN w.moved_on > %(on)s::date THEN w.before_id ELSE w.organization_id END AS organization_id,
           CASE WHEN w.moved_on > %(on)s::date THEN w.before_group_id ELSE w.group_id END AS group_id,
           CASE WHEN w.position = 'TEACHER' THEN 'GVPT' ELSE 'CBQL' END AS subject
    FROM simulated_worker w
    WHERE w.position IN ('TEACHER', 'PRINCIPAL', 'DEPUTY') AND w.start_on <= %(on)s::date
      AND (w.end_on IS NULL OR w.end_on > %(on)s::date)
), placed AS (
    SELECT p.*, v.disadvantaged,
           CASE WHEN p.position = 'TEACHER'
                THEN 8 * array_position(%(levels)s::text[], p.level) - 8 + 4 * p.is_female::int
                     + 2 * (p.ethnic_group <> 'Kinh')::int + v.disadvantaged::int
                ELSE {managers} END AS cell
    FROM present p
    JOIN organizations_organizationversion v
      ON v.organization_id = p.organization_id AND v.validity @> %(on)s::date
), drawn AS (
    SELECT p.*, power(c.p, {province_pace}) AS completes, c.a, c.b, c.c,
           CASE WHEN {by_school} < {same_school} THEN {school_state} ELSE {own_state} END AS s,
           CASE WHEN p.is_core OR {same_result_roll} < {same_result} THEN p.u ELSE {own_result} END AS r,
           {out} AS out_roll, {sent_roll} AS sent_roll, {self_roll} AS self_roll, {profile} AS profile,
           {other_profile} AS other_profile, {days} AS day_roll, {decided_days} AS decided_roll
    FROM placed p JOIN simulated_cell c ON c.key = p.cell
), fated AS (
    SELECT d.*, {exclusion} AS exclusion,
           CASE WHEN d.r < d.a THEN 0 WHEN d.r < d.b THEN 1 WHEN d.r < d.c THEN 2 ELSE 3 END AS overall,
           {state} AS fate
    FROM drawn d
)
SELECT %(first_id)s + row_number() OVER (ORDER BY f.person_id) AS id, f.person_id, f.organization_id, f.group_id,
       f.subject, f.position, f.level, f.overall, f.profile, f.day_roll, f.decided_roll, f.exclusion,
       CASE WHEN f.exclusion <> '' THEN 'EXCLUDED' ELSE f.fate END AS state,
       f.exclusion = '' AND f.fate IN ('DECIDED', 'ANNOUNCED', 'ACKNOWLEDGED', 'OBJECTED') AS is_decided,
       f.exclusion = '' AND f.fate <> 'OPEN' AS is_sent,
       CASE WHEN f.self_roll < {self_higher} THEN least(3, f.overall + 1) ELSE f.overall END AS self_overall,
       CASE WHEN f.self_roll < {self_changed} THEN f.other_profile ELSE f.profile END AS self_profile,
       CASE WHEN f.position = 'PRINCIPAL' THEN s.parent_id ELSE f.organization_id END AS decided_in_id,
       CASE WHEN f.position = 'PRINCIPAL' THEN s.above_id ELSE s.principal_id END AS decider_id,
       {due_reason} AS due_reason
FROM fated f JOIN simulated_school s ON s.id = f.organization_id
LEFT JOIN simulated_decided last ON last.person_id = f.person_id AND last.subject = f.subject
"""

_WRITE = """
INSERT INTO appraisals_appraisal
    (id, period_id, person_id, organization_id, group_id, edition_id, subject, position, level, decided_in_id,
     decision_due, decision_due_reason, state, exclusion, exclusion_note, self_levels, self_overall, submitted_at,
     decided_levels, decided_overall, decided_on, decided_at, decided_by_id, decided_by_person_id, decision_note,
     source, announced_at, acknowledged_at, revision)
SELECT y.id, %(period)s, y.person_id, y.organization_id, y.group_id,
       CASE WHEN y.subject = 'GVPT' THEN %(teachers)s ELSE %(managers)s END, y.subject, y.position, y.level,
       y.decided_in_id, true, y.due_reason, y.state, y.exclusion,
       CASE WHEN y.exclusion = '' THEN '' ELSE %(excluded_note)s END,
       CASE WHEN y.is_sent THEN self.levels END, CASE WHEN y.is_sent THEN y.self_overall END,
       CASE WHEN y.is_sent THEN {sent_at} END,
       CASE WHEN y.is_decided THEN made.levels END, CASE WHEN y.is_decided THEN y.overall END,
       CASE WHEN y.is_decided THEN (({decided_at}) AT TIME ZONE 'Asia/Ho_Chi_Minh')::date END,
       CASE WHEN y.is_decided THEN {decided_at} END,
       CASE WHEN y.is_decided THEN y.decider_id END, CASE WHEN y.is_decided THEN y.decider_id END,
       CASE WHEN y.is_decided THEN {note} ELSE '' END, 'SYSTEM',
       CASE WHEN y.state IN ('ANNOUNCED', 'ACKNOWLEDGED', 'OBJECTED') THEN {announced_at} END,
       CASE WHEN y.state = 'ACKNOWLEDGED' THEN {acknowledged_at} END,
       CASE y.state WHEN 'OPEN' THEN 0 WHEN 'SUBMITTED' THEN 1 WHEN 'EXCLUDED' THEN 1 WHEN 'DECIDED' THEN 2
                    WHEN 'ANNOUNCED' THEN 3 ELSE 4 END
FROM simulated_year y
JOIN simulated_profile self ON self.subject = y.subject AND self.overall = y.self_overall AND self.n = y.self_profile
JOIN simulated_profile made ON made.subject = y.subject AND made.overall = y.overall AND made.n = y.profile
ORDER BY y.id
"""

_REMEMBER = """
DROP TABLE IF EXISTS simulated_decided;
CREATE TEMP TABLE simulated_decided ON COMMIT DROP AS SELECT person_id, subject FROM simulated_year WHERE is_decided;
ANALYZE simulated_decided
"""


def prepare() -> None:
    """Tables that serve all years."""
    with connection.cursor() as cursor:
        cursor.execute(_CELLS)
        with cursor.copy("COPY simulated_cell FROM STDIN") as copy:
            for cell in cells():
                copy.write_row((cell.key, cell.completed, *cell.steps))
        cursor.execute("ANALYZE simulated_cell")
        cursor.execute("DROP TABLE IF EXISTS simulated_decided")
        cursor.execute("CREATE TEMP TABLE simulated_decided (person_id bigint, subject text) ON COMMIT DROP")


def draw_year(year: Year, first_id: int, seed: int) -> int:
    """`simulated_year`: a row for each appraisal of the period; returns how many."""
    values: dict[str, Any] = {"on": year.period.reference_on, "first_id": first_id, "levels": list(LEVELS)}
    values["due_reason"] = read("texts")["shortened"]
    with connection.cursor() as cursor:
        cursor.execute(_SCHOOLS, values)
        cursor.execute(_DRAW.format(**_expressions(year, Chance(seed))), values)
        cursor.execute("ANALYZE simulated_year")
        cursor.execute("SELECT count(*) FROM simulated_year")
        count: int = cursor.fetchone()[0]
    return count


def write_year(year: Year, chosen: dict[str, Edition], now: datetime, seed: int) -> None:
    """The appraisals themselves."""
    values = {"period": year.period.pk, "teachers": chosen["GVPT"].pk, "managers": chosen["CBQL"].pk}
    values |= {"excluded_note": read("texts")["excluded"]} | moments(year, now)
    note = Chance(seed).one_of("y.id", "note", read("texts")["decision_notes"])
    with connection.cursor() as cursor:
        cursor.execute(_WRITE.format(note=note, **MOMENTS), values)
        cursor.execute(_REMEMBER)


# Most send in the last days; decisions follow within their days, the rest within a few days more.
MOMENTS = {
    "sent_at": "%(self_from)s::timestamptz + power(y.day_roll, 0.4) * %(self_for)s::interval",
    "decided_at": "%(decision_from)s::timestamptz + y.decided_roll * %(decision_for)s::interval",
    "announced_at": "%(decision_from)s::timestamptz + (y.decided_roll + 0.1) * %(decision_for)s::interval",
    "acknowledged_at": "%(decision_from)s::timestamptz + (y.decided_roll + 0.1 + 0.5 * y.day_roll)"
    " * %(decision_for)s::interval",
}


def moments(year: Year, now: datetime) -> dict[str, Any]:
    """From when and for how long things are done. In the open period nothing lies in the future: who has been told of
    a decision by now was decided on in the first half of the days that have gone by."""
    begins = datetime.combine(year.days[Stage.SELF][0], time(7), ZONE)
    decides = datetime.combine(year.days[Stage.DECISION][0], time(8), ZONE)
    if year.is_past:
        ends = datetime.combine(year.days[Stage.SELF][1], time(22), ZONE)
        until = datetime.combine(year.days[Stage.DECISION][1], time(17), ZONE)
    else:
        ends = decides if decides < now else now
        until = decides + (now - decides) / 2 if decides < now else now + timedelta(0)
    return {
        "self_from": begins,
        "self_for": max(ends - begins, timedelta(0)),
        "decision_from": decides,
        "decision_for": max(until - decides, timedelta(0)),
    }


def _expressions(year: Year, chance: Chance) -> dict[str, Any]:
    """What is drawn anew each year; the name of a draw carries the year."""
    number = year.period.year

    def roll(key: str, name: str) -> str:
        return chance.roll(key, f"{name} {number}")

    own = figure("appraisals", "self")
    return {
        "managers": MANAGERS,
        "province_pace": f"0.5 + {chance.roll('p.province::int', 'pace')}",
        "by_school": roll("p.person_id", "by school"),
        "same_school": figure("appraisals", "same_school"),
        "school_state": roll("p.organization_id", "school state"),
        "own_state": roll("p.person_id", "state"),
        "same_result_roll": roll("p.person_id", "hold"),
        "same_result": figure("appraisals", "same_result_as_before"),
        "own_result": roll("p.person_id", "result"),
        "out": roll("p.person_id", "out"),
        "sent_roll": roll("p.person_id", "sent"),
        "self_roll": roll("p.person_id", "self"),
        "profile": f"floor({chance.roll('p.person_id', 'profile')} * {PROFILES})::int",
        "other_profile": f"floor({roll('p.person_id', 'profile')} * {PROFILES})::int",
        "days": roll("p.person_id", "day"),
        "decided_days": roll("p.organization_id", "decided"),
        "exclusion": _exclusion(),
        "state": _past_state(chance, number) if year.is_past else _current_state(),
        "self_higher": own["higher"],
        "self_changed": own["higher"] + own["similar"],
        "due_reason": "''" if year.is_first else "CASE WHEN last.person_id IS NULL THEN '' ELSE %(due_reason)s END",
    }


def _exclusion() -> str:
    """A reason for a few; the rest is in the period."""
    reached, steps = 0.0, []
    for reason, share in figure("appraisals", "excluded").items():
        reached += share
        steps.append(f"WHEN d.out_roll < {reached} THEN '{Exclusion(reason).value}'")
    return f"CASE {' '.join(steps)} ELSE '' END"


def _past_state(chance: Chance, number: int) -> str:
    share = figure("appraisals", "past")["acknowledged"]
    told = (
        f"CASE WHEN {chance.roll('d.person_id', f'told {number}')} < {share} THEN 'ACKNOWLEDGED' ELSE 'ANNOUNCED' END"
    )
    sent = figure("appraisals", "sent_but_undecided")
    return f"CASE WHEN d.s < d.completes THEN {told} WHEN d.sent_roll < {sent} THEN 'SUBMITTED' ELSE 'OPEN' END"


def _current_state() -> str:
    """Who is furthest comes first, so that a school that is ahead is ahead as a whole."""
    shares, reached, steps = figure("appraisals", "current"), 0.0, []
    for state in ("ACKNOWLEDGED", "OBJECTED", "ANNOUNCED", "DECIDED", "SUBMITTED"):
        reached += shares[state]
        steps.append(f"WHEN d.s < {reached} THEN '{state}'")
    return f"CASE {' '.join(steps)} ELSE 'OPEN' END"
