"""Bodies: each row with the body it speaks of and its last version, the tree that would result, and what contradicts.

What a row means for a body that exists: where it differs from the last version, it corrects that version; with a later
"Từ ngày" a new version begins on that day. An empty cell keeps what is known.
"""

from temis.exchange.reach import WITHIN

_RESOLVE = f"""
CREATE TEMP TABLE organization_row ON COMMIT DROP AS
WITH first AS (
    SELECT code, min(number) AS number FROM exchange_organizationrow WHERE batch_id = %(batch)s GROUP BY code
), nation AS (
    SELECT code FROM (
        SELECT o.code, 0 AS rank FROM organizations_organization o
        JOIN organizations_organizationkind k ON k.code = o.kind_id AND k.tier = 'NATION' WHERE o.is_open
        UNION ALL
        SELECT r.code, 1 FROM exchange_organizationrow r
        JOIN organizations_organizationkind k ON k.code = r.kind AND k.tier = 'NATION' WHERE r.batch_id = %(batch)s
    ) found ORDER BY rank, code LIMIT 1
), latest AS (
    SELECT DISTINCT ON (v.organization_id) v.*, count(*) OVER (PARTITION BY v.organization_id) AS versions
    FROM organizations_organizationversion v
    JOIN organizations_organization o ON o.id = v.organization_id
    JOIN first f ON f.code = o.code
    ORDER BY v.organization_id, lower(v.validity) DESC NULLS LAST
), row AS (
    SELECT r.number, r.code, r.name, r.kind, k.tier, k.label AS kind_label, r.valid_from, r.valid_to,
           string_to_array(r.levels, ',') AS levels, r.province_code, r.disadvantaged, f.number AS first_number,
           o.id, o.kind_id, {WITHIN} AS within,
           v.id AS version_id, v.name AS old_name, v.parent_id AS old_parent_id, v.levels AS old_levels,
           v.province_id AS old_province, v.disadvantaged AS old_disadvantaged,
           lower(v.validity) AS began, upper(v.validity) AS ended, v.versions,
           CASE WHEN r.parent_code IS NOT NULL THEN r.parent_code
                WHEN o.id IS NULL AND k.tier IN ('PROVINCE', 'UNIVERSITY') THEN (SELECT code FROM nation)
           END AS parent_code
    FROM exchange_organizationrow r
    LEFT JOIN first f ON f.code = r.code
    LEFT JOIN organizations_organizationkind k ON k.code = r.kind
    LEFT JOIN organizations_organization o ON o.code = r.code
    LEFT JOIN latest v ON v.organization_id = o.id
    WHERE r.batch_id = %(batch)s
)
SELECT row.*, p.id AS parent_id, pf.number AS parent_number,
       coalesce(pk.tier, fk.tier) AS parent_tier, coalesce(pk.label, fk.label) AS parent_kind_label
FROM row
LEFT JOIN organizations_organization p ON p.code = row.parent_code
LEFT JOIN organizations_organizationkind pk ON pk.code = p.kind_id
LEFT JOIN first pf ON pf.code = row.parent_code AND p.id IS NULL
LEFT JOIN exchange_organizationrow fr ON fr.batch_id = %(batch)s AND fr.number = pf.number
LEFT JOIN organizations_organizationkind fk ON fk.code = fr.kind
"""

# New bodies downwards from the bodies that exist (or from nothing), with what they inherit.
_WALK = f"""
CREATE TEMP TABLE organization_walk ON COMMIT DROP AS
WITH RECURSIVE walk AS (
    SELECT r.number, r.code, coalesce(r.province_code, v.province_id) AS province,
           CASE WHEN r.parent_code IS NULL THEN %(everything)s ELSE {WITHIN} END AS within, 1 AS depth
    FROM organization_row r
    LEFT JOIN organizations_organization o ON o.id = r.parent_id
    LEFT JOIN LATERAL (SELECT province_id FROM organizations_organizationversion
                       WHERE organization_id = o.id ORDER BY lower(validity) DESC NULLS LAST LIMIT 1) v ON true
    WHERE r.id IS NULL AND r.number = r.first_number AND (r.parent_id IS NOT NULL OR r.parent_code IS NULL)
    UNION ALL
    SELECT r.number, r.code, coalesce(r.province_code, w.province), w.within, w.depth + 1
    FROM walk w JOIN organization_row r ON r.parent_number = w.number
    WHERE r.id IS NULL AND r.number = r.first_number AND w.depth < 50
)
SELECT * FROM walk
"""

# What the row says of a body that exists, compared with its last version.
_COMPARE = """
CREATE TEMP TABLE organization_change ON COMMIT DROP AS
SELECT r.number, r.id, r.version_id, r.valid_from, r.valid_to, r.began, r.ended, r.versions, r.name,
       CASE WHEN r.parent_code IS NULL THEN r.old_parent_id ELSE r.parent_id END AS parent_id,
       -- a parent that is new in the same file has no id yet
       r.parent_number,
       coalesce(r.levels, r.old_levels) AS levels,
       coalesce(r.province_code, r.old_province) AS province_id,
       coalesce(r.disadvantaged, CASE WHEN %(has_disadvantaged)s THEN false ELSE r.old_disadvantaged END)
           AS disadvantaged,
       (r.name, coalesce(r.levels, r.old_levels), coalesce(r.province_code, r.old_province),
        coalesce(r.disadvantaged, CASE WHEN %(has_disadvantaged)s THEN false ELSE r.old_disadvantaged END))
           IS DISTINCT FROM (r.old_name, r.old_levels::text[], r.old_province, r.old_disadvantaged) AS describes_other,
       r.parent_code IS NOT NULL
           AND (r.parent_number IS NOT NULL OR r.parent_id IS DISTINCT FROM r.old_parent_id) AS moves
FROM organization_row r
WHERE r.id IS NOT NULL AND r.number = r.first_number
"""

PREPARE = (
    "DROP TABLE IF EXISTS organization_row, organization_walk, organization_change",
    _RESOLVE,
    "ANALYZE organization_row",
    _WALK,
    _COMPARE,
)

_DUPLICATE = """
SELECT number, 'code', 'duplicate', code, jsonb_build_object('other', first_number)
FROM organization_row WHERE number <> first_number
"""

_UNKNOWN_PARENT = """
SELECT number, 'parent_code', 'unknown_parent', parent_code, NULL::jsonb
FROM organization_row WHERE parent_code IS NOT NULL AND parent_id IS NULL AND parent_number IS NULL
"""

_PARENT_NEEDED = """
SELECT number, 'parent_code', 'parent_needed', '', NULL::jsonb
FROM organization_row WHERE id IS NULL AND parent_code IS NULL AND tier IN ('LOCAL', 'SCHOOL')
  AND NOT EXISTS (SELECT FROM exchange_importproblem x
                  WHERE x.batch_id = %(batch)s AND x.number = organization_row.number AND x."column" = 'parent_code')
"""

# Which tier may hang under which.
_PARENT_TIER = """
SELECT r.number, 'parent_code', 'parent_tier', r.parent_code,
       jsonb_build_object('kind', r.kind_label, 'parent_kind', r.parent_kind_label)
FROM organization_row r
WHERE r.parent_tier IS NOT NULL AND r.tier IS NOT NULL AND r.parent_code <> r.code AND NOT (r.tier, r.parent_tier) IN (
    ('PROVINCE', 'NATION'), ('LOCAL', 'PROVINCE'), ('SCHOOL', 'NATION'), ('SCHOOL', 'PROVINCE'), ('SCHOOL', 'LOCAL'),
    ('SCHOOL', 'UNIVERSITY'), ('UNIVERSITY', 'NATION'), ('UNIVERSITY', 'PROVINCE'), ('UNIVERSITY', 'UNIVERSITY'))
"""

_CYCLE = """
WITH RECURSIVE edge AS (
    SELECT code, parent_code FROM organization_row WHERE number = first_number AND parent_code IS NOT NULL
    UNION ALL
    SELECT o.code, p.code FROM organizations_organization o
    LEFT JOIN organizations_organization p ON p.id = o.parent_id
    WHERE NOT EXISTS (SELECT FROM organization_row r WHERE r.code = o.code AND r.parent_code IS NOT NULL)
), down AS (
    SELECT e.code FROM edge e
    WHERE e.parent_code IS NULL OR NOT EXISTS (SELECT FROM edge a WHERE a.code = e.parent_code)
    UNION ALL
    SELECT e.code FROM down d JOIN edge e ON e.parent_code = d.code
), caught AS (
    SELECT r.number, r.code, r.parent_code FROM organization_row r
    WHERE r.number = r.first_number AND r.parent_code IS NOT NULL
      AND NOT EXISTS (SELECT FROM down d WHERE d.code = r.code)
      -- a new body without a parent in the tables above is a root, reached by its own row
      AND EXISTS (SELECT FROM edge a WHERE a.code = r.parent_code)
), up AS (
    SELECT number, code AS at, code AS chain, 0 AS steps FROM caught
    UNION ALL
    SELECT u.number, e.parent_code, u.chain || ' → ' || e.parent_code, u.steps + 1
    FROM up u JOIN edge e ON e.code = u.at
    WHERE u.steps < 6 AND (u.steps = 0 OR u.at <> split_part(u.chain, ' → ', 1))
)
SELECT DISTINCT ON (u.number) u.number, 'parent_code', 'cycle', c.parent_code, jsonb_build_object('chain', u.chain)
FROM up u JOIN caught c USING (number) ORDER BY u.number, u.steps DESC
"""

_KIND = """
SELECT r.number, 'kind', 'kind_changes', r.kind_label, jsonb_build_object('kind', k.label)
FROM organization_row r JOIN organizations_organizationkind k ON k.code = r.kind_id WHERE r.kind <> r.kind_id
"""

_LEVELS = """
SELECT number, 'levels', CASE WHEN tier = 'SCHOOL' THEN 'levels_needed' ELSE 'levels_not_for' END,
       coalesce(array_to_string(levels, ', '), ''), NULL::jsonb
FROM organization_row
WHERE (tier = 'SCHOOL' AND coalesce(levels, old_levels::text[], '{}') = '{}' OR tier <> 'SCHOOL' AND levels IS NOT NULL)
  AND NOT EXISTS (SELECT FROM exchange_importproblem x
                  WHERE x.batch_id = %(batch)s AND x.number = organization_row.number AND x."column" = 'levels')
"""

_PROVINCE = """
SELECT r.number, 'province_code', 'province_needed', '', NULL::jsonb
FROM organization_row r JOIN organization_walk w USING (number)
WHERE r.tier IN ('PROVINCE', 'LOCAL', 'SCHOOL') AND w.province IS NULL
  AND NOT EXISTS (SELECT FROM exchange_importproblem x
                  WHERE x.batch_id = %(batch)s AND x.number = r.number AND x."column" = 'province_code')
"""

# A difference from the last version, although the body has changed before: it must say from when.
_CHANGED_SINCE = """
SELECT c.number, 'valid_from', 'changed_since', coalesce(to_char(c.valid_from, 'DD/MM/YYYY'), ''),
       jsonb_build_object('since', to_char(c.began, 'DD/MM/YYYY'))
FROM organization_change c
WHERE c.versions > 1 AND (c.describes_other OR c.moves) AND (c.valid_from IS NULL OR c.valid_from < c.began)
  AND NOT EXISTS (
      SELECT FROM organizations_organizationversion v
      WHERE v.organization_id = c.id AND v.name = c.name AND v.parent_id IS NOT DISTINCT FROM c.parent_id
        AND v.levels::text[] = c.levels::text[] AND v.disadvantaged = c.disadvantaged)
"""

_REACH = f"""
SELECT r.number, 'code', 'out_of_reach', r.code, NULL::jsonb
FROM organization_row r WHERE r.id IS NOT NULL AND NOT r.within
UNION ALL
SELECT r.number, 'parent_code', 'out_of_reach', coalesce(r.parent_code, r.code), NULL::jsonb
FROM organization_row r JOIN organization_walk w USING (number) WHERE NOT w.within
UNION ALL
SELECT c.number, 'parent_code', 'out_of_reach', o.code, NULL::jsonb
FROM organization_change c JOIN organizations_organization o ON o.id = c.parent_id
WHERE c.moves AND NOT {WITHIN}
"""

# Last: what hangs under a rejected row is rejected with it.
_PARENT_REJECTED = """
WITH RECURSIVE bad AS (
    SELECT DISTINCT number FROM exchange_importproblem WHERE batch_id = %(batch)s AND NOT is_warning
    UNION
    SELECT r.number FROM bad b JOIN organization_row r ON r.parent_number = b.number
)
SELECT r.number, 'parent_code', 'parent_rejected', r.parent_code, jsonb_build_object('other', r.parent_number)
FROM organization_row r JOIN bad b ON b.number = r.parent_number
WHERE NOT EXISTS (SELECT FROM exchange_importproblem x
                  WHERE x.batch_id = %(batch)s AND x.number = r.number AND NOT x.is_warning)
"""

CHECKS = (
    _DUPLICATE,
    _UNKNOWN_PARENT,
    _PARENT_NEEDED,
    _PARENT_TIER,
    _CYCLE,
    _KIND,
    _LEVELS,
    _PROVINCE,
    _CHANGED_SINCE,
    _REACH,
    _PARENT_REJECTED,
)
