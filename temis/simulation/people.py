"""Everybody who works or worked somewhere: who they are, where, since when; and their accounts.

First one table with all that chance decides (`simulated_worker`), then the tables of the domain from it, in sets. Ids
are those of the post's places: the same person has the same id in every run, as person, as user, as main employment.
"""

from datetime import datetime
from typing import Any

from django.db import connection

from temis.simulation.chance import Chance
from temis.simulation.figures import figure
from temis.simulation.names import FULL_NAME, GROUP_SLOTS, HEAD, MIDDLE, SLOTS, SORT_KEY, TAIL
from temis.simulation.plan import REFORM, Plan

MAIL_DOMAIN = "temis.example"

_GROUPS = """
INSERT INTO people_subjectgroup (id, organization_id, name)
SELECT row_number() OVER (ORDER BY min(id)), organization_id, group_name
FROM simulated_post WHERE group_name <> '' GROUP BY organization_id, group_name ORDER BY min(id);

UPDATE simulated_post p SET group_id = g.id
FROM people_subjectgroup g WHERE g.organization_id = p.organization_id AND g.name = p.group_name;

-- Where somebody of this post may have worked before: the same post in another school of the province.
DROP TABLE IF EXISTS simulated_place;
CREATE TEMP TABLE simulated_place ON COMMIT DROP AS
SELECT p.*, p.id = min(p.id) OVER of_group AND sum(p.size) OVER of_group > 1 AS has_leader,
       lead(p.organization_id) OVER alike AS before_id, lead(p.group_id) OVER alike AS before_group_id
FROM simulated_post p
WINDOW of_group AS (PARTITION BY p.group_id),
       alike AS (PARTITION BY p.province, p.position, p.level, p.subject ORDER BY p.id);
ANALYZE simulated_place;
DROP TABLE IF EXISTS simulated_worker
"""


def write_groups() -> None:
    """Subject groups, and `simulated_place`: posts that know them."""
    with connection.cursor() as cursor:
        cursor.execute(_GROUPS)


def draw_workers(plan: Plan) -> None:
    """`simulated_worker`: one row for each person, with all that chance decides once for ever."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE simulated_worker ON COMMIT DROP AS {_workers(plan)}", {})
        cursor.execute("ANALYZE simulated_worker")


def _workers(plan: Plan) -> str:
    chance, first = Chance(plan.seed), plan.past.start
    ages, people = figure("people", "ages"), "people"
    span = {gender: ages[f"oldest_{gender}"] - plan.years - 1 - ages["youngest"] for gender in ("female", "male")}
    keep = {name: figure(people, name) for name in ("came_later", "left", "transferred", "without_mail")}
    core = {name: figure(people, name) for name in ("core_teachers", "core_managers")}
    roll, pick = chance.roll, chance.pick
    seats = f"""
        SELECT p.*, p.first + k AS person_id, p.has_leader AND k = 0 AND p.position = 'TEACHER' AS leads,
               k, {roll("p.first + k", "gender")} < p.female AS is_female,
               {roll("p.first + k", "minority")} < p.minority AS is_minority,
               {roll("p.first + k", "quantile")} AS u
        FROM simulated_place p CROSS JOIN generate_series(0, p.size - 1) k"""
    # Leaders and heads stay: what a newcomer, a leaver or a transfer does is left to the others.
    settled = "(s.leads OR s.position NOT IN ('TEACHER', 'STAFF'))"
    careers = f"""
        SELECT s.*,
               NOT {settled} AND {roll("s.person_id", "came")} < {keep["came_later"] * plan.years} AS came,
               NOT {settled} AND {roll("s.person_id", "left")} < {keep["left"] * plan.years} AS leaves,
               NOT {settled} AND s.position = 'TEACHER' AND s.before_id IS NOT NULL
                   AND {roll("s.person_id", "moved")} < {keep["transferred"]} AS moves,
               s.u > 0.75 AND (s.position = 'TEACHER' AND {roll("s.person_id", "core")} < {core["core_teachers"] * 4}
                   OR s.position IN ('PRINCIPAL', 'DEPUTY')
                      AND {roll("s.person_id", "core")} < {core["core_managers"] * 4}) AS fit,
               CASE WHEN s.is_female THEN {span["female"]} ELSE {span["male"]} END AS span,
               ({roll("s.person_id", "age1")} + {roll("s.person_id", "age2")}) / 2 AS age
        FROM ({seats}) s"""
    # First and last years; who came in the last years is young, nobody comes, goes and changes in one life.
    years = f"""
        SELECT c.*, c.leaves AND NOT c.came AS goes, c.moves AND NOT c.came AND NOT c.leaves AS changes,
               c.fit AND NOT c.came AND NOT c.leaves AS is_core,
               CASE WHEN c.came THEN {first} + {pick("c.person_id", "came year", plan.years)} END AS came_year,
               {first} - 1 - {ages["youngest"]} - floor(c.age * (c.span + 1))::int AS old_birth_year
        FROM ({careers}) c"""
    dated = f"""
        SELECT y.*, coalesce(y.came_year - {ages["youngest"]} - {pick("y.person_id", "came age", 4)}, y.old_birth_year)
                   AS birth_year,
               make_date(coalesce(y.came_year, least({first} - 1, y.old_birth_year + {ages["youngest"]}
                   + floor(power({roll("y.person_id", "began")}, 2)
                           * ({first} - y.old_birth_year - {ages["youngest"]}))::int)),
                   8 + {pick("y.person_id", "month", 2)}, 1) AS start_on,
               CASE WHEN y.goes THEN make_date({first} + {pick("y.person_id", "left year", plan.years)}, 8, 1) END
                   AS end_on,
               CASE WHEN y.changes THEN make_date({first} + {pick("y.person_id", "moved year", plan.years)}, 8, 1) END
                   AS moved_on
        FROM ({years}) y"""
    return f"""
        SELECT d.person_id AS id, coalesce(d.province, '99') || lpad(d.person_id::text, 7, '0') AS code, d.province,
               d.organization_id, d.position, d.level, d.subject, d.group_id, d.leads, d.k AS seat, d.disadvantaged,
               d.is_female, e.name AS ethnic_group, d.u, d.is_core, d.start_on, d.end_on, d.moved_on,
               CASE WHEN d.changes THEN d.before_id END AS before_id,
               CASE WHEN d.changes THEN d.before_group_id END AS before_group_id,
               make_date(d.birth_year, 1, 1) + {pick("d.person_id", "birthday", 365)} AS birth_date,
               {FULL_NAME} AS full_name, {SORT_KEY} AS sort_key,
               {roll("d.person_id", "mail")} >= {keep["without_mail"]} AS has_mail
        FROM ({dated}) d
        JOIN simulated_ethnic e ON e.key = d.region * {SLOTS} + CASE WHEN d.is_minority
             THEN {pick("d.person_id", "ethnic", GROUP_SLOTS)} ELSE {SLOTS - 1} END
        {_name_join("h", HEAD, chance)} {_name_join("m", MIDDLE, chance)} {_name_join("t", TAIL, chance)}"""


def _name_join(alias: str, part: int, chance: Chance) -> str:
    pool = f"CASE WHEN d.is_female THEN e.female ELSE e.male END * {SLOTS}"
    return (
        f"JOIN simulated_name {alias} ON {alias}.part = {part}"
        f" AND {alias}.key = {pool} + {chance.pick('d.person_id', f'name {part}', SLOTS)}"
    )


_USERS = f"""
INSERT INTO accounts_user (id, password, username, display_name, email, is_active, language, code_digest, date_joined)
SELECT id, %(password)s, code, full_name, CASE WHEN has_mail THEN code || '@{MAIL_DOMAIN}' ELSE '' END,
       true, 'vi', '', %(now)s
FROM simulated_worker WHERE {{which}} ORDER BY id
"""
_PEOPLE = f"""
INSERT INTO people_person (id, code, user_id, full_name, sort_key, birth_date, id_number, email, phone, gender,
                           ethnic_group, organization_id, group_id, position, level)
SELECT id, code, id, full_name, sort_key, birth_date, '0' || coalesce(province, '99') || lpad(id::text, 9, '0'),
       CASE WHEN has_mail THEN code || '@{MAIL_DOMAIN}' ELSE '' END, '',
       CASE WHEN is_female THEN 'F' ELSE 'M' END, ethnic_group,
       CASE WHEN end_on IS NULL THEN organization_id END, CASE WHEN end_on IS NULL THEN group_id END,
       CASE WHEN end_on IS NULL THEN position ELSE '' END, CASE WHEN end_on IS NULL THEN level ELSE '' END
FROM simulated_worker WHERE {{which}} ORDER BY id
"""
_EMPLOYMENTS = """
INSERT INTO people_employment
    (id, person_id, organization_id, position, level, subject, group_id, leads_group, validity)
SELECT id, id, organization_id, position, level, subject, group_id, leads,
       daterange(coalesce(moved_on, start_on), end_on)
FROM simulated_worker WHERE {which} ORDER BY id
"""
_BEFORE = """
INSERT INTO people_employment
    (id, person_id, organization_id, position, level, subject, group_id, leads_group, validity)
SELECT %(people)s + id, id, before_id, position, level, subject, before_group_id, false, daterange(start_on, moved_on)
FROM simulated_worker WHERE before_id IS NOT NULL ORDER BY id
"""
_CORE = """
INSERT INTO people_coreappointment (person_id, organization_id, validity, document)
SELECT id, coalesce(before_id, organization_id), daterange(%(since)s::date, NULL), ''
FROM simulated_worker WHERE is_core AND start_on <= %(since)s::date - interval '5 years' ORDER BY id
"""
_CORE_TODAY = """
UPDATE people_person p SET is_core = true
FROM people_coreappointment c WHERE c.person_id = p.id AND c.validity @> %(on)s::date
"""
# Officers of a Phòng go to the communes that take over, the first as their leaders; the rest to the Sở.
_OFFICERS = """
UPDATE people_employment e SET validity = daterange(lower(e.validity), %(reform)s::date)
FROM organizations_organization o WHERE o.id = e.organization_id AND o.kind_id = 'BOET';

INSERT INTO people_employment
    (id, person_id, organization_id, position, level, subject, group_id, leads_group, validity)
SELECT %(people)s + w.id, w.id, coalesce(c.organization_id, h.organization_id),
       CASE WHEN c.organization_id IS NULL THEN 'PROVINCE_OFFICER' ELSE 'LOCAL_OFFICER' END, '', '', NULL, false,
       daterange(%(reform)s::date, NULL)
FROM simulated_worker w
JOIN organizations_organization o ON o.id = w.organization_id AND o.kind_id = 'BOET'
JOIN organizations_province p ON p.code = w.province
JOIN simulated_province h ON h.province = coalesce(p.successor_id, p.code)
LEFT JOIN simulated_commune c ON c.local_id = w.organization_id AND c.seat = w.seat
"""
OFFICE = "position NOT IN ('TEACHER', 'PRINCIPAL', 'DEPUTY', 'STAFF')"
SCHOOL = "position IN ('TEACHER', 'PRINCIPAL', 'DEPUTY', 'STAFF')"


def write_people(plan: Plan, which: str, password: str, now: datetime) -> None:
    """Users, persons, employments of those `which` means: of the offices, or of the schools."""
    values: dict[str, Any] = {"password": password, "now": now, "people": plan.people}
    with connection.cursor() as cursor:
        for statement in (_USERS, _PEOPLE, _EMPLOYMENTS):
            cursor.execute(statement.format(which=which), values)


def move_officers(plan: Plan) -> None:
    """The reform ends the posts of the Phòng and begins those of communes."""
    with connection.cursor() as cursor:
        cursor.execute(_OFFICERS, {"people": plan.people, "reform": REFORM})


def write_careers(plan: Plan) -> None:
    """What schools' people did before, and core appointments."""
    with connection.cursor() as cursor:
        cursor.execute(_BEFORE, {"people": plan.people})
        cursor.execute(_CORE, {"since": f"{plan.past.start}-01-01"})
        cursor.execute(_CORE_TODAY, {"on": plan.today})
