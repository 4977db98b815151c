"""People: each row with the body, the person and the employment it speaks of, and what contradicts what.

What a row means for employments (the plan): the person's employment in the same body at the same time is brought up to
date; where position or level differ and the row begins later, that one ends the day before and a new one begins; where
there is none in this body, an open one in another body ends the day before: a transfer.
"""

# text: data

from temis.exchange.checks import leaders
from temis.exchange.reach import WITHIN

_RESOLVE = f"""
CREATE TEMP TABLE staff_row ON COMMIT DROP AS
SELECT r.number, r.code, r.full_name, r.sort_key, r.birth_date, r.id_number, r.email, r.phone, r.gender,
       r.ethnic_group, r.organization_code, r.position, r.subject, r.group_name, r.leads_group, r.is_core,
       r.valid_from, r.valid_to, daterange(r.valid_from, r.valid_to, '[]') AS during,
       o.id AS organization_id, k.tier, k.label AS kind_label, o.levels AS taught, o.is_open,
       {WITHIN} AS within,
       CASE WHEN r.position NOT IN ('TEACHER', 'PRINCIPAL', 'DEPUTY') THEN NULL
            WHEN r.level IS NOT NULL THEN r.level
            WHEN r.position = 'TEACHER' THEN CASE WHEN cardinality(o.levels) = 1 THEN o.levels[1] END
            WHEN 'THPT' = ANY(o.levels) THEN 'THPT'
            WHEN 'THCS' = ANY(o.levels) THEN 'THCS'
            ELSE o.levels[1] END AS level,
       p.id AS person_id
FROM exchange_staffrow r
LEFT JOIN organizations_organization o ON o.code = r.organization_code
LEFT JOIN organizations_organizationkind k ON k.code = o.kind_id
LEFT JOIN people_person p ON p.code = r.code
WHERE r.batch_id = %(batch)s
  -- an unreadable date pair is a problem of the cells already
  AND NOT coalesce(r.valid_to < r.valid_from, false)
  AND (%(only)s::int[] IS NULL OR r.number = ANY(%(only)s))
"""

_PLAN = """
CREATE TEMP TABLE staff_plan ON COMMIT DROP AS
SELECT r.number, r.person_id, r.organization_id, e.id AS employment_id,
       lower(e.validity) AS began, upper(e.validity) AS ended,
       e.id IS NOT NULL AND r.valid_from IS NOT NULL
           AND (e.position, e.level) IS DISTINCT FROM (r.position, coalesce(r.level, ''))
           AND (lower(e.validity) IS NULL OR r.valid_from > lower(e.validity)) AS breaks
FROM staff_row r
LEFT JOIN LATERAL (
    SELECT * FROM people_employment e
    WHERE e.person_id = r.person_id AND e.organization_id = r.organization_id AND e.validity && r.during
    ORDER BY lower(e.validity) DESC NULLS LAST LIMIT 1
) e ON true
WHERE r.person_id IS NOT NULL AND r.organization_id IS NOT NULL
"""

# Open employments in other bodies that a row without an employment in its own body brings to an end.
_TRANSFERS = """
CREATE TEMP TABLE staff_transfer ON COMMIT DROP AS
SELECT p.number, r.valid_from, e.id AS employment_id, e.organization_id, lower(e.validity) AS began
FROM staff_plan p
JOIN staff_row r USING (number)
JOIN people_employment e ON e.person_id = p.person_id AND e.organization_id <> p.organization_id
     AND upper_inf(e.validity) AND e.validity && r.during
WHERE p.employment_id IS NULL
  AND NOT EXISTS (SELECT FROM staff_plan other WHERE other.employment_id = e.id)
"""

PREPARE = (
    "DROP TABLE IF EXISTS staff_row, staff_plan, staff_transfer",
    _RESOLVE,
    "ANALYZE staff_row",
    _PLAN,
    "ANALYZE staff_plan",
    _TRANSFERS,
)

_UNKNOWN_ORGANIZATION = """
WITH unknown AS (
    SELECT DISTINCT organization_code AS code FROM staff_row
    WHERE organization_id IS NULL AND organization_code IS NOT NULL
), resembling AS (
    SELECT DISTINCT ON (u.code) u.code, o.code AS meant
    FROM unknown u JOIN organizations_organization o ON ltrim(lower(o.code), '0') = ltrim(lower(u.code), '0')
)
SELECT r.number, 'organization_code', CASE WHEN s.meant IS NULL THEN 'unknown_organization'
       ELSE 'unknown_organization_similar' END, r.organization_code, jsonb_build_object('suggestion', s.meant)
FROM staff_row r LEFT JOIN resembling s ON s.code = r.organization_code
WHERE r.organization_id IS NULL AND r.organization_code IS NOT NULL
"""

_OUT_OF_REACH = """
SELECT number, 'organization_code', 'out_of_reach', organization_code, NULL::jsonb FROM staff_row
WHERE organization_id IS NOT NULL AND NOT within
"""

_CLOSED = """
SELECT r.number, 'organization_code', 'organization_closed', r.organization_code,
       jsonb_build_object('until', to_char(v.until, 'DD/MM/YYYY'))
FROM staff_row r
JOIN LATERAL (SELECT max(coalesce(upper(validity), 'infinity')) AS until FROM organizations_organizationversion
              WHERE organization_id = r.organization_id) v ON v.until <= coalesce(r.valid_from, '-infinity')
WHERE NOT r.is_open AND r.within
"""

_POSITION = """
SELECT r.number, 'position', 'position_tier', t.label, jsonb_build_object('kind', r.kind_label)
FROM staff_row r
JOIN (VALUES ('TEACHER', 'Giáo viên', 'SCHOOL'), ('PRINCIPAL', 'Hiệu trưởng', 'SCHOOL'),
             ('DEPUTY', 'Phó hiệu trưởng', 'SCHOOL'), ('LOCAL_OFFICER', 'Cán bộ Phòng', 'LOCAL'),
             ('PROVINCE_OFFICER', 'Cán bộ Sở', 'PROVINCE'), ('MINISTRY_OFFICER', 'Chuyên viên Bộ', 'NATION'),
             ('LECTURER', 'Giảng viên sư phạm', 'UNIVERSITY')) AS t(position, label, tier) USING (position)
WHERE r.tier <> t.tier AND r.within
"""

_TAUGHT = """(SELECT string_agg(n.name, ', ' ORDER BY n.rank) FROM (VALUES ('TH', 'Tiểu học', 1), ('THCS', 'THCS', 2),
             ('THPT', 'THPT', 3)) AS n(code, name, rank) WHERE n.code = ANY(r.taught))"""

_LEVEL = f"""
SELECT r.number, 'level',
       CASE WHEN r.level IS NULL THEN 'level_of_teacher' ELSE 'level_not_taught' END,
       CASE r.level WHEN 'TH' THEN 'Tiểu học' ELSE r.level END,
       jsonb_build_object('accepted', {_TAUGHT})
FROM staff_row r
WHERE r.within AND r.tier = 'SCHOOL' AND cardinality(r.taught) > 0
  AND (r.level IS NULL AND r.position = 'TEACHER' OR NOT r.level = ANY(r.taught))
  AND NOT EXISTS (SELECT FROM exchange_importproblem x
                  WHERE x.batch_id = %(batch)s AND x.number = r.number AND x."column" = 'level')
"""

# Two rows of one person: the same person's data, and one employment after the other.
_DUPLICATE = """
SELECT number, 'code', 'duplicate_person', code, jsonb_build_object('other', other)
FROM (
    SELECT number, code, first_value(number) OVER whole AS other,
           row_number() OVER whole > 1 AND (
               (full_name, birth_date, gender, ethnic_group, id_number)
                   IS DISTINCT FROM first_value((full_name, birth_date, gender, ethnic_group, id_number)) OVER whole
           ) AS differs,
           coalesce(lower(during), '-infinity') < max(coalesce(upper(during), 'infinity'))
               OVER (PARTITION BY code ORDER BY lower(during) NULLS FIRST, number
                     ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS collides
    FROM (SELECT *, count(*) OVER (PARTITION BY code) AS times FROM staff_row WHERE code IS NOT NULL) counted
    WHERE times > 1
    WINDOW whole AS (PARTITION BY code ORDER BY number)
) rows
WHERE differs OR collides
"""

_DUPLICATE_ID_NUMBER = """
SELECT number, 'id_number', 'duplicate_id_number', id_number, jsonb_build_object('other', other)
FROM (
    SELECT number, id_number, code, first_value(number) OVER same AS other, first_value(code) OVER same AS owner
    FROM staff_row WHERE id_number IS NOT NULL
    WINDOW same AS (PARTITION BY id_number ORDER BY number)
) rows
WHERE owner <> code
"""

_ID_NUMBER_TAKEN = """
SELECT r.number, 'id_number', 'id_number_taken', r.id_number, NULL::jsonb
FROM staff_row r JOIN people_person p ON p.id_number = r.id_number AND p.id_number <> '' AND p.code <> r.code
"""

_USERNAME_TAKEN = """
SELECT r.number, 'code', 'username_taken', r.code, NULL::jsonb
FROM staff_row r
JOIN accounts_user u ON u.username = r.code
LEFT JOIN people_person p ON p.user_id = u.id
WHERE p.id IS NULL OR p.code <> r.code
"""

_PERSON_OUT_OF_REACH = f"""
SELECT DISTINCT p.number, 'code', 'person_out_of_reach', r.code, NULL::jsonb
FROM staff_plan p
JOIN staff_row r USING (number)
JOIN people_employment e ON e.person_id = p.person_id AND coalesce(upper(e.validity) > %(today)s, true)
JOIN organizations_organization o ON o.id = e.organization_id
WHERE p.employment_id IS NULL AND NOT {WITHIN}
"""

_TRANSFER = f"""
SELECT DISTINCT ON (t.number) t.number, 'valid_from',
       CASE WHEN t.valid_from IS NULL THEN 'transfer_without_start' ELSE 'transfer_before_start' END,
       to_char(t.valid_from, 'DD/MM/YYYY'),
       jsonb_build_object('organization', o.name, 'start', coalesce(to_char(t.began, 'DD/MM/YYYY'), '–'))
FROM staff_transfer t JOIN organizations_organization o ON o.id = t.organization_id
WHERE (t.valid_from IS NULL OR t.valid_from <= t.began) AND {WITHIN}
"""

_OVERLAPPING = """
SELECT DISTINCT ON (p.number) p.number, 'valid_from', 'overlapping', to_char(r.valid_from, 'DD/MM/YYYY'),
       jsonb_build_object('other', concat_ws(' – ', to_char(lower(e.validity), 'DD/MM/YYYY'),
                                             to_char(upper(e.validity) - 1, 'DD/MM/YYYY')))
FROM staff_plan p
JOIN staff_row r USING (number)
JOIN people_employment e ON e.person_id = p.person_id AND e.organization_id = p.organization_id
     AND e.id <> p.employment_id
WHERE p.employment_id IS NOT NULL
  AND e.validity && daterange(coalesce(r.valid_from, p.began),
                              CASE WHEN r.valid_to IS NULL THEN p.ended ELSE r.valid_to + 1 END)
  AND NOT EXISTS (SELECT FROM staff_plan other WHERE other.employment_id = e.id)
"""

CHECKS = (
    _UNKNOWN_ORGANIZATION,
    _OUT_OF_REACH,
    _CLOSED,
    _POSITION,
    _LEVEL,
    _DUPLICATE,
    _DUPLICATE_ID_NUMBER,
    _ID_NUMBER_TAKEN,
    _USERNAME_TAKEN,
    _PERSON_OUT_OF_REACH,
    _TRANSFER,
    _OVERLAPPING,
)

# Last, and until nothing is added: what depends on which rows are rejected.
REPEATED = ((leaders.prepare("staff_row"), leaders.TWO_LEADERS),)
