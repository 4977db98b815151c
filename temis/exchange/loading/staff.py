"""People: accounts, persons, subject groups, employments, core appointments.

An empty cell never takes away what is known; a tick column that is in the file says yes or no. `Cốt cán` only appoints:
an appointment ends by decision, not by an omission.
"""

from typing import Any

from django.db import connection

from temis.exchange import recording
from temis.exchange.checks import leaders, parameters_of
from temis.exchange.loading import counts
from temis.exchange.models import ImportBatch
from temis.exchange.reach import ImportReach
from temis.people.actions import project_people

USER, PERSON, GROUP = "accounts_user", "people_person", "people_subjectgroup"
EMPLOYMENT, CORE = "people_employment", "people_coreappointment"

# TT 20/2018 Điều 12, which knows core teachers, is in force since then; an appointment cannot be older.
CORE_SINCE = "2018-10-10"


def load(batch: ImportBatch, reach: ImportReach, present: set[str]) -> None:
    parameters = parameters_of(batch, reach, present) | {"core_since": CORE_SINCE}
    counts.prepare("staff_row", parameters)
    recording.insert(GROUP, _NEW_GROUPS, parameters)
    _load_people(parameters)
    _load_employments(parameters)
    recording.insert(CORE, _NEW_CORE, parameters)
    counts.mark("SELECT number FROM person_row JOIN new_person USING (person_id)", parameters, created=True)
    counts.mark(_TOUCHED, parameters)
    recording.run(_TOUCH_NEW_CORE, parameters)
    project_people(_people_to_project())


def _load_people(parameters: dict[str, Any]) -> None:
    for statement in _IDENTIFY:
        recording.run(statement, parameters)
    recording.insert(USER, _NEW_USERS, parameters)
    recording.insert(PERSON, _NEW_PEOPLE, parameters)
    recording.update(PERSON, _PERSON_COLUMNS, _PEOPLE, parameters)
    recording.run("INSERT INTO touched SELECT id FROM change", parameters)
    recording.insert(USER, _MISSING_USERS, parameters)
    recording.update(PERSON, ("user_id",), _USERS_OF_PEOPLE, parameters)
    recording.update(USER, ("display_name", "email"), _USER_NAMES, parameters)


def _load_employments(parameters: dict[str, Any]) -> None:
    """First what ends, then what changes, then what begins: no two overlap at any moment."""
    for statement in (*_RESOLVE_GROUPS, *leaders.prepare("good_row")):
        recording.run(statement, parameters)
    recording.update(EMPLOYMENT, ("validity",), _ENDING, parameters)
    recording.run(_TOUCH_CHANGED_EMPLOYMENTS, parameters)
    recording.update(EMPLOYMENT, _EMPLOYMENT_COLUMNS, _UPDATED, parameters)
    recording.run(_TOUCH_CHANGED_EMPLOYMENTS, parameters)
    recording.insert(EMPLOYMENT, _NEW_EMPLOYMENTS, parameters)
    recording.run(_TOUCH_NEW_EMPLOYMENTS, parameters)


def _people_to_project() -> list[int]:
    """Those who may be something else today; new people with one row have their body from the start."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id FROM touched UNION "
            "SELECT person_id FROM person_row JOIN new_person USING (person_id) GROUP BY 1 HAVING count(*) > 1"
        )
        return [row[0] for row in cursor.fetchall()]


_NEW_GROUPS = """
INSERT INTO people_subjectgroup (organization_id, name)
SELECT DISTINCT ON (r.organization_id, lower(r.group_name)) r.organization_id, r.group_name
FROM good_row r
WHERE r.group_name IS NOT NULL
  AND NOT EXISTS (SELECT FROM people_subjectgroup g
                  WHERE g.organization_id = r.organization_id AND lower(g.name) = lower(r.group_name))
ORDER BY r.organization_id, lower(r.group_name), r.number
"""

_IDENTIFY = (
    "DROP TABLE IF EXISTS new_person, person_row, touched",
    """CREATE TEMP TABLE new_person ON COMMIT DROP AS
       SELECT code, nextval(pg_get_serial_sequence('people_person', 'id')) AS person_id,
              nextval(pg_get_serial_sequence('accounts_user', 'id')) AS user_id
       FROM (SELECT code FROM good_row WHERE person_id IS NULL GROUP BY code ORDER BY min(number)) AS codes""",
    # Every accepted row with its person, and the group as it is written in the system.
    """CREATE TEMP TABLE person_row ON COMMIT DROP AS
       SELECT r.number, r.code, r.full_name, r.sort_key, r.birth_date, r.id_number, r.email, r.phone, r.gender,
              r.ethnic_group, r.position, r.level, r.subject, r.leads_group, r.is_core, r.valid_from, r.valid_to,
              r.during, r.organization_id, g.id AS group_id, coalesce(r.person_id, n.person_id) AS person_id
       FROM good_row r
       LEFT JOIN new_person n ON n.code = r.code
       LEFT JOIN people_subjectgroup g
              ON g.organization_id = r.organization_id AND lower(g.name) = lower(r.group_name)""",
    "ANALYZE new_person",
    "ANALYZE person_row",
    "CREATE TEMP TABLE touched (person_id bigint) ON COMMIT DROP",
)

# The last row of a person, by the beginning of the employment, is the most recent word about him.
_LATEST = "SELECT DISTINCT ON (person_id) * FROM person_row ORDER BY person_id, valid_from DESC NULLS LAST, number DESC"

_NEW_USERS = f"""
INSERT INTO accounts_user (id, password, username, display_name, email, is_active, language, code_digest, date_joined)
SELECT n.user_id, '!' || replace(gen_random_uuid()::text, '-', ''), n.code, r.full_name, coalesce(r.email, ''), true,
       'vi', '', %(now)s
FROM new_person n JOIN ({_LATEST}) r USING (person_id)
ORDER BY n.user_id
"""

_NEW_PEOPLE = f"""
INSERT INTO people_person (id, code, user_id, full_name, sort_key, birth_date, id_number, email, phone, gender,
                           ethnic_group, organization_id, group_id, position, level)
SELECT n.person_id, n.code, n.user_id, r.full_name, r.sort_key, r.birth_date, coalesce(r.id_number, ''),
       coalesce(r.email, ''), coalesce(r.phone, ''), r.gender, r.ethnic_group,
       CASE WHEN r.during @> %(today)s::date THEN r.organization_id END,
       CASE WHEN r.during @> %(today)s::date THEN r.group_id END,
       CASE WHEN r.during @> %(today)s::date THEN r.position ELSE '' END,
       CASE WHEN r.during @> %(today)s::date THEN coalesce(r.level, '') ELSE '' END
FROM new_person n JOIN ({_LATEST}) r USING (person_id)
ORDER BY n.person_id
"""

_PERSON_COLUMNS = (
    "full_name", "sort_key", "birth_date", "id_number", "email", "phone", "gender", "ethnic_group",
)  # fmt: skip
_PEOPLE = f"""
SELECT p.id, r.full_name, r.sort_key, r.birth_date, coalesce(r.id_number, p.id_number) AS id_number,
       coalesce(r.email, p.email) AS email, coalesce(r.phone, p.phone) AS phone, r.gender, r.ethnic_group
FROM people_person p JOIN ({_LATEST}) r ON r.person_id = p.id
WHERE NOT EXISTS (SELECT FROM new_person n WHERE n.person_id = p.id)
"""

_MISSING_USERS = """
INSERT INTO accounts_user (password, username, display_name, email, is_active, language, code_digest, date_joined)
SELECT '!' || replace(gen_random_uuid()::text, '-', ''), p.code, p.full_name, p.email, true, 'vi', '', %(now)s
FROM people_person p
WHERE p.user_id IS NULL AND p.id IN (SELECT person_id FROM person_row)
"""

_USERS_OF_PEOPLE = """
SELECT p.id, u.id AS user_id FROM people_person p JOIN accounts_user u ON u.username = p.code
WHERE p.user_id IS NULL AND p.id IN (SELECT person_id FROM person_row)
"""

# An account's address follows the person's unless its owner has chosen another one.
_USER_NAMES = """
SELECT u.id, p.full_name AS display_name,
       CASE WHEN u.email = '' OR u.email = c.before ->> 'email' THEN p.email ELSE u.email END AS email
FROM people_person p
JOIN accounts_user u ON u.id = p.user_id
LEFT JOIN exchange_changedrecord c ON c.batch_id = %(batch)s AND c."table" = 'people_person' AND c.object_id = p.id
WHERE p.id IN (SELECT person_id FROM touched)
"""

_RESOLVE_GROUPS = ("DELETE FROM staff_plan p WHERE NOT EXISTS (SELECT FROM good_row g WHERE g.number = p.number)",)

# The day before a change of position in the same body, or before the transfer to another one.
_ENDING = """
SELECT DISTINCT ON (id) id, validity FROM (
    SELECT e.id, daterange(lower(e.validity), r.valid_from) AS validity
    FROM staff_plan p JOIN person_row r USING (number) JOIN people_employment e ON e.id = p.employment_id
    WHERE p.breaks
    UNION ALL
    SELECT e.id, daterange(lower(e.validity), r.valid_from)
    FROM staff_transfer t JOIN person_row r USING (number) JOIN people_employment e ON e.id = t.employment_id
) ends ORDER BY id, upper(validity)
"""

_EMPLOYMENT_COLUMNS = ("position", "level", "subject", "group_id", "leads_group", "leads_since", "validity")
_UPDATED = """
SELECT DISTINCT ON (e.id) e.id, r.position, coalesce(r.level, '') AS level, coalesce(r.subject, e.subject) AS subject,
       coalesce(r.group_id, e.group_id) AS group_id,
       l.number IS NOT NULL AS leads_group, l.since AS leads_since,
       daterange(coalesce(r.valid_from, lower(e.validity)),
                 CASE WHEN r.valid_to IS NULL THEN upper(e.validity) ELSE r.valid_to + 1 END) AS validity
FROM staff_plan p JOIN person_row r USING (number) JOIN people_employment e ON e.id = p.employment_id
LEFT JOIN staff_leader l USING (number)
WHERE NOT p.breaks
ORDER BY e.id, r.number
"""

_TOUCH_CHANGED_EMPLOYMENTS = """
INSERT INTO touched SELECT e.person_id FROM people_employment e JOIN change USING (id)
"""

_NEW_EMPLOYMENTS = """
INSERT INTO people_employment (person_id, organization_id, position, level, subject, group_id, leads_group, leads_since,
                               validity)
SELECT r.person_id, r.organization_id, r.position, coalesce(r.level, ''), coalesce(r.subject, ''), r.group_id,
       l.number IS NOT NULL, l.since, r.during
FROM person_row r LEFT JOIN staff_plan p USING (number) LEFT JOIN staff_leader l USING (number)
WHERE p.number IS NULL OR p.employment_id IS NULL OR p.breaks
ORDER BY r.number
"""

_TOUCH_NEW_EMPLOYMENTS = """
INSERT INTO touched
SELECT r.person_id FROM person_row r JOIN staff_plan p USING (number)
WHERE p.employment_id IS NULL OR p.breaks
"""

_NEW_CORE = """
INSERT INTO people_coreappointment (person_id, organization_id, validity, document)
SELECT DISTINCT ON (r.person_id) r.person_id, r.organization_id,
       daterange(greatest(coalesce(r.valid_from, %(core_since)s::date), %(core_since)s::date),
                 r.valid_to, '[]'), ''
FROM person_row r
WHERE r.is_core
  AND coalesce(r.valid_to, 'infinity') >= greatest(coalesce(r.valid_from, '-infinity'), %(core_since)s::date)
  AND NOT EXISTS (
      SELECT FROM people_coreappointment c
      WHERE c.person_id = r.person_id
        AND c.validity && daterange(greatest(coalesce(r.valid_from, %(core_since)s::date), %(core_since)s::date),
                                    r.valid_to, '[]'))
ORDER BY r.person_id, r.valid_from DESC NULLS LAST
"""

_TOUCH_NEW_CORE = """
INSERT INTO touched
SELECT c.person_id FROM people_coreappointment c
JOIN exchange_createdrecords m ON m.batch_id = %(batch)s AND m."table" = 'people_coreappointment' AND c.id = ANY(m.ids)
"""

_TOUCHED = """
SELECT r.number FROM person_row r
WHERE r.person_id IN (SELECT person_id FROM touched)
   OR r.is_core AND r.person_id IN (
          SELECT c.person_id FROM people_coreappointment c
          JOIN exchange_createdrecords m ON m.batch_id = %(batch)s AND m."table" = 'people_coreappointment'
               AND c.id = ANY(m.ids))
"""
