"""Bodies: new ones with their first version, corrections and new versions of old ones, and the paths that follow."""

from typing import Any

from django.db import connection

from temis.exchange import recording
from temis.exchange.checks import parameters_of
from temis.exchange.loading import counts
from temis.exchange.models import ImportBatch
from temis.exchange.reach import ImportReach
from temis.organizations.actions import project_versions

BODY, VERSION = "organizations_organization", "organizations_organizationversion"
_DESCRIBED = ("name", "parent_id", "levels", "province_id", "disadvantaged")


def load(batch: ImportBatch, reach: ImportReach, present: set[str]) -> None:
    parameters = parameters_of(batch, reach, present)
    counts.prepare("organization_row", parameters)
    for statement in _IDENTIFY:
        recording.run(statement, parameters)
    recording.insert(BODY, _NEW_BODIES, parameters)
    recording.insert(VERSION, _FIRST_VERSIONS, parameters)
    _change(parameters)
    counts.mark("SELECT number FROM new_body", parameters, created=True)
    counts.mark("SELECT number FROM changed_body", parameters)
    project_versions(_changed_ids())


def _change(parameters: dict[str, Any]) -> None:
    """Bodies that exist: versions end, are corrected, begin; then the paths of all that hangs below."""
    recording.run(_ENDS, parameters)
    recording.update(VERSION, ("validity",), "SELECT version_id AS id, validity FROM version_end", parameters)
    recording.run("INSERT INTO changed_body SELECT e.number, e.id FROM version_end e", parameters)
    recording.update(VERSION, _DESCRIBED, _CORRECTIONS, parameters)
    recording.run(
        "INSERT INTO changed_body SELECT c.number, c.id FROM body_change c JOIN change ON change.id = c.version_id",
        parameters,
    )
    recording.insert(VERSION, _NEW_VERSIONS, parameters)
    if recording.run("SELECT FROM body_change WHERE moves LIMIT 1", parameters):
        for statement in _PATHS:
            recording.run(statement, parameters)
        recording.update(VERSION, ("validity",), _SPLIT_ENDS, parameters)
        recording.insert(VERSION, _SPLIT_BEGINS, parameters)
        recording.update(VERSION, ("path",), _MOVED_PATHS, parameters)
        recording.run("INSERT INTO changed_body SELECT NULL, organization_id FROM moved_path", parameters)


def _changed_ids() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT id FROM changed_body UNION SELECT id FROM new_body")
        return [row[0] for row in cursor.fetchall()]


_LAST = """LATERAL (SELECT * FROM organizations_organizationversion
                    WHERE organization_id = {id} ORDER BY lower(validity) DESC NULLS LAST LIMIT 1)"""

_IDENTIFY = (
    "DROP TABLE IF EXISTS new_body, body_change, changed_body, version_end",
    "CREATE TEMP TABLE changed_body (number int, id bigint) ON COMMIT DROP",
    # New bodies with their ids, then downwards with parents and paths.
    f"""CREATE TEMP TABLE new_body ON COMMIT DROP AS
        WITH RECURSIVE numbered AS (
            SELECT number, nextval(pg_get_serial_sequence('organizations_organization', 'id')) AS id
            FROM (SELECT number FROM good_row WHERE id IS NULL ORDER BY number) AS rows
        ), walk AS (
            SELECT n.number, n.id, r.parent_id,
                   CASE WHEN v.path IS NULL THEN n.id::text::ltree ELSE v.path || n.id::text END AS path
            FROM numbered n JOIN good_row r USING (number)
            LEFT JOIN {_LAST.replace("{id}", "r.parent_id")} v ON true
            WHERE r.parent_number IS NULL
            UNION ALL
            SELECT n.number, n.id, w.id, w.path || n.id::text
            FROM walk w JOIN good_row r ON r.parent_number = w.number JOIN numbered n ON n.number = r.number
        )
        SELECT w.number, w.id, w.parent_id, w.path, s.province
        FROM walk w JOIN organization_walk s USING (number)""",
    """CREATE TEMP TABLE body_change ON COMMIT DROP AS
       SELECT c.number, c.id, c.version_id, c.name, coalesce(n.id, c.parent_id) AS parent_id, c.levels, c.province_id,
              c.disadvantaged, c.moves, c.began, c.valid_from, c.valid_to,
              c.describes_other OR c.moves AS differs,
              c.valid_from > coalesce(c.began, '-infinity') AS begins_version
       FROM organization_change c
       JOIN good_row g USING (number)
       LEFT JOIN new_body n ON n.number = c.parent_number
       -- the row may speak of an earlier version, as it was: then nothing changes
       WHERE c.versions = 1 OR coalesce(c.valid_from >= c.began, false)""",
)

_NEW_BODIES = """
INSERT INTO organizations_organization
    (id, code, name, kind_id, parent_id, path, province_id, levels, disadvantaged, is_open)
SELECT n.id, r.code, r.name, r.kind, n.parent_id, n.path, n.province,
       CASE WHEN r.tier = 'SCHOOL' THEN coalesce(r.levels, '{}') ELSE '{}' END,
       coalesce(r.disadvantaged, false), daterange(r.valid_from, r.valid_to, '[]') @> %(today)s::date
FROM new_body n JOIN good_row r USING (number) ORDER BY n.id
"""

_FIRST_VERSIONS = """
INSERT INTO organizations_organizationversion
    (organization_id, name, parent_id, path, province_id, levels, disadvantaged, validity)
SELECT n.id, r.name, n.parent_id, n.path, n.province,
       CASE WHEN r.tier = 'SCHOOL' THEN coalesce(r.levels, '{}') ELSE '{}' END,
       coalesce(r.disadvantaged, false), daterange(r.valid_from, r.valid_to, '[]')
FROM new_body n JOIN good_row r USING (number) ORDER BY n.id
"""

# The last version ends: because a new one begins, or because the row gives its end.
_ENDS = """
CREATE TEMP TABLE version_end ON COMMIT DROP AS
SELECT number, id, version_id, validity FROM (
    SELECT c.number, c.id, c.version_id, v.validity AS old,
           CASE WHEN c.differs AND c.begins_version THEN daterange(lower(v.validity), c.valid_from)
                WHEN c.valid_to IS NOT NULL THEN daterange(lower(v.validity), c.valid_to + 1)
                ELSE v.validity END AS validity,
           CASE WHEN c.valid_to IS NULL THEN upper(v.validity) ELSE c.valid_to + 1 END AS until
    FROM body_change c JOIN organizations_organizationversion v ON v.id = c.version_id
) ends WHERE old <> validity AND NOT isempty(validity)
"""

_CORRECTIONS = """
SELECT version_id AS id, name, parent_id, levels::varchar[] AS levels, province_id, disadvantaged
FROM body_change WHERE differs AND NOT coalesce(begins_version, false)
"""

_NEW_VERSIONS = """
INSERT INTO organizations_organizationversion
    (organization_id, name, parent_id, path, province_id, levels, disadvantaged, validity)
SELECT c.id, c.name, c.parent_id, v.path, c.province_id, c.levels, c.disadvantaged,
       daterange(c.valid_from, c.valid_to, '[]')
FROM body_change c JOIN organizations_organizationversion v ON v.id = c.version_id
WHERE c.differs AND c.begins_version
"""

# The tree of the last versions, and which of them now lie elsewhere; `since`: from when, null for a correction.
_PATHS = (
    "DROP TABLE IF EXISTS moved_path",
    """CREATE TEMP TABLE moved_path ON COMMIT DROP AS
       WITH RECURSIVE last AS (
           SELECT DISTINCT ON (organization_id) id, organization_id, parent_id, path, validity
           FROM organizations_organizationversion ORDER BY organization_id, lower(validity) DESC NULLS LAST
       ), tree AS (
           SELECT l.organization_id, l.organization_id::text::ltree AS path, NULL::date AS since
           FROM last l WHERE l.parent_id IS NULL
           UNION ALL
           SELECT l.organization_id, t.path || l.organization_id::text,
                  CASE WHEN c.moves THEN CASE WHEN c.begins_version THEN c.valid_from END ELSE t.since END
           FROM tree t JOIN last l ON l.parent_id = t.organization_id
           LEFT JOIN body_change c ON c.id = l.organization_id
       )
       SELECT l.id AS version_id, l.organization_id, t.path, t.since
       FROM tree t JOIN last l USING (organization_id) WHERE l.path <> t.path""",
)

_SPLIT = """
FROM moved_path m JOIN organizations_organizationversion v ON v.id = m.version_id
WHERE m.since IS NOT NULL AND coalesce(lower(v.validity) < m.since, true)
  AND coalesce(upper(v.validity) > m.since, true)
"""

_SPLIT_ENDS = f"SELECT v.id, daterange(lower(v.validity), m.since) AS validity {_SPLIT}"

_SPLIT_BEGINS = """
INSERT INTO organizations_organizationversion
    (organization_id, name, parent_id, path, province_id, levels, disadvantaged, validity)
SELECT v.organization_id, v.name, v.parent_id, m.path, v.province_id, v.levels, v.disadvantaged,
       daterange(m.since, upper((c.before ->> 'validity')::daterange))
FROM moved_path m
JOIN organizations_organizationversion v ON v.id = m.version_id
JOIN exchange_changedrecord c ON c.batch_id = %(batch)s AND c."table" = %(table)s AND c.object_id = v.id
WHERE m.since IS NOT NULL AND upper(v.validity) = m.since
"""

_MOVED_PATHS = """
SELECT v.id, m.path FROM moved_path m JOIN organizations_organizationversion v ON v.id = m.version_id
WHERE m.since IS NULL OR lower(v.validity) >= m.since
"""
