"""The part of a reorganization that changes bodies: versions are cut at the day, then changed on the new side.

All of it works on sets; ten thousand schools that change hands in one night are a handful of statements. The functions
take a cursor inside the caller's transaction and `values` with `id` (of the reorganization) and `on` (its day).
"""

from typing import Any

from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _

from temis.core.errors import RuleViolation

Values = dict[str, Any]

# End the version in force and begin an equal one on the day; both are written down.
_CUT = """
CREATE TEMP TABLE cut ON COMMIT DROP AS
SELECT v.id AS old_id, v.organization_id, upper(v.validity) AS until,
       nextval(pg_get_serial_sequence('organizations_organizationversion', 'id')) AS new_id
FROM organizations_organizationversion v
JOIN ({ids}) AS wanted(id) ON wanted.id = v.organization_id
WHERE v.validity @> %(on)s::date AND lower(v.validity) IS DISTINCT FROM %(on)s::date;

UPDATE organizations_organizationversion v SET validity = daterange(lower(v.validity), %(on)s::date)
FROM cut WHERE v.id = cut.old_id;

INSERT INTO organizations_organizationversion
    (id, organization_id, name, parent_id, path, province_id, levels, disadvantaged, validity, reorganization_id)
SELECT cut.new_id, v.organization_id, v.name, v.parent_id, v.path, v.province_id, v.levels, v.disadvantaged,
       daterange(%(on)s::date, cut.until), %(id)s
FROM cut JOIN organizations_organizationversion v ON v.id = cut.old_id;

INSERT INTO restructuring_affectedrecord (reorganization_id, effect, record_id, organization_id, before_until)
SELECT %(id)s, 'VERSION_ENDED', old_id, organization_id, until FROM cut
UNION ALL
SELECT %(id)s, 'VERSION_BEGUN', new_id, organization_id, NULL FROM cut;

DROP TABLE cut;
"""

_CHANGED = """
SELECT organization_id FROM organizations_reorganizationstep WHERE reorganization_id = %(id)s
UNION
SELECT target_id FROM organizations_reorganizationstep WHERE reorganization_id = %(id)s AND change = 'SPLIT'
UNION
SELECT child.organization_id
FROM organizations_reorganizationstep s
JOIN organizations_organizationversion child ON child.parent_id = s.organization_id AND child.validity @> %(on)s::date
WHERE s.reorganization_id = %(id)s AND s.change = 'MERGE'
"""

_RENAME = """
UPDATE organizations_organizationversion v SET name = s.new_name
FROM organizations_reorganizationstep s
WHERE s.reorganization_id = %(id)s AND s.new_name <> '' AND s.change <> 'CLOSE'
  AND v.organization_id = CASE WHEN s.change IN ('MERGE', 'SPLIT') THEN s.target_id ELSE s.organization_id END
  AND lower(v.validity) = %(on)s::date;
"""

_MOVE = """
UPDATE organizations_organizationversion v SET parent_id = s.target_id
FROM organizations_reorganizationstep s
WHERE s.reorganization_id = %(id)s AND s.change = 'MOVE'
  AND v.organization_id = s.organization_id AND lower(v.validity) = %(on)s::date;

-- What hung under a merged body hangs under the one that takes over, unless it has a step of its own.
UPDATE organizations_organizationversion v SET parent_id = s.target_id
FROM organizations_reorganizationstep s
WHERE s.reorganization_id = %(id)s AND s.change = 'MERGE'
  AND v.parent_id = s.organization_id AND lower(v.validity) = %(on)s::date
  AND NOT EXISTS (SELECT FROM organizations_reorganizationstep own
                  WHERE own.reorganization_id = %(id)s AND own.change = 'MOVE'
                    AND own.organization_id = v.organization_id);
"""

_SPLIT_LEVELS = """
UPDATE organizations_organizationversion v
SET levels = CASE WHEN v.organization_id = s.organization_id
                  THEN ARRAY(SELECT unnest(v.levels) EXCEPT SELECT unnest(p.levels))
                  ELSE ARRAY(SELECT unnest(v.levels) UNION SELECT unnest(p.levels)) END
FROM organizations_reorganizationstep s JOIN restructuring_splitpart p ON p.step_id = s.id
WHERE s.reorganization_id = %(id)s AND s.change = 'SPLIT' AND p.levels <> '{}'
  AND v.organization_id IN (s.organization_id, s.target_id) AND lower(v.validity) = %(on)s::date;
"""

# A merged or closed body ends on the day; its new version was made by the cut and goes again.
_END = """
WITH gone AS (
    DELETE FROM organizations_organizationversion v
    USING organizations_reorganizationstep s
    WHERE s.reorganization_id = %(id)s AND s.change IN ('MERGE', 'CLOSE')
      AND v.organization_id = s.organization_id AND lower(v.validity) = %(on)s::date
      AND v.reorganization_id = %(id)s
    RETURNING v.id
)
DELETE FROM restructuring_affectedrecord a USING gone
WHERE a.reorganization_id = %(id)s AND a.effect = 'VERSION_BEGUN' AND a.record_id = gone.id;

INSERT INTO organizations_succession (predecessor_id, successor_id, "on", reorganization_id)
SELECT DISTINCT organization_id, target_id, %(on)s::date, %(id)s
FROM organizations_reorganizationstep WHERE reorganization_id = %(id)s AND change IN ('MERGE', 'SPLIT');
"""

# The tree of the day, from its roots. Bodies that it does not reach hang in a circle or under a body that has ended.
_TREE = """
CREATE TEMP TABLE tree ON COMMIT DROP AS
WITH RECURSIVE t AS (
    SELECT v.organization_id, v.organization_id::text::ltree AS path
    FROM organizations_organizationversion v WHERE v.parent_id IS NULL AND v.validity @> %(on)s::date
    UNION ALL
    SELECT v.organization_id, t.path || v.organization_id::text
    FROM organizations_organizationversion v JOIN t ON v.parent_id = t.organization_id
    WHERE v.validity @> %(on)s::date
)
SELECT * FROM t;
"""

_UNREACHED = """
SELECT v.name FROM organizations_organizationversion v
LEFT JOIN tree ON tree.organization_id = v.organization_id
WHERE v.validity @> %(on)s::date AND tree.path IS NULL
ORDER BY v.path LIMIT 3
"""

_PATHS = """
UPDATE organizations_organizationversion v SET path = tree.path
FROM tree WHERE tree.organization_id = v.organization_id AND v.validity @> %(on)s::date AND v.path <> tree.path;

-- The province follows the nearest body above whose province a step changed, or the body that took over.
UPDATE organizations_organizationversion v SET province_id = n.province_id
FROM (
    SELECT DISTINCT ON (below.id) below.id, coalesce(s.new_province_id, top.province_id) AS province_id
    FROM organizations_reorganizationstep s
    JOIN organizations_organizationversion top
      ON top.organization_id = CASE s.change WHEN 'MERGE' THEN s.target_id ELSE s.organization_id END
     AND top.validity @> %(on)s::date
    JOIN organizations_organizationversion below ON below.path <@ top.path AND below.validity @> %(on)s::date
    WHERE s.reorganization_id = %(id)s AND (s.new_province_id IS NOT NULL OR s.change = 'MERGE')
    ORDER BY below.id, nlevel(top.path) DESC
) n
WHERE n.id = v.id AND v.province_id IS DISTINCT FROM n.province_id AND n.province_id IS NOT NULL;
"""

_MOVED_IDS = """
SELECT v.organization_id FROM organizations_organizationversion v JOIN tree ON tree.organization_id = v.organization_id
WHERE v.validity @> %(on)s::date AND v.path <> tree.path
"""

# Changes of one body of which the second would undo the first.
_TWICE = """
SELECT o.name FROM organizations_reorganizationstep s JOIN organizations_organization o ON o.id = s.organization_id
WHERE s.reorganization_id = %(id)s AND s.change <> 'SPLIT'
GROUP BY o.id, o.name, CASE s.change WHEN 'CLOSE' THEN 'MERGE' ELSE s.change END HAVING count(*) > 1
ORDER BY o.name LIMIT 1
"""

_ONTO_ENDING = """
SELECT o.name, t.name FROM organizations_reorganizationstep s
JOIN organizations_reorganizationstep ending ON ending.organization_id = s.target_id
    AND ending.reorganization_id = s.reorganization_id AND ending.change IN ('MERGE', 'CLOSE')
JOIN organizations_organization o ON o.id = s.organization_id
JOIN organizations_organization t ON t.id = s.target_id
WHERE s.reorganization_id = %(id)s AND s.change IN ('MERGE', 'SPLIT')
ORDER BY o.name LIMIT 1
"""

_LATER = """
SELECT v.name, lower(v.validity) FROM organizations_organizationversion v
JOIN ({ids}) AS wanted(id) ON wanted.id = v.organization_id
WHERE lower(v.validity) > %(on)s::date ORDER BY 2, 1 LIMIT 1
"""


def change_bodies(cursor: CursorWrapper, values: Values) -> None:
    """Apply the steps to the versions of bodies, their subtrees and successions."""
    _refuse_contradictions(cursor, values)
    _refuse_later_changes(cursor, _CHANGED, values)
    cursor.execute(_CUT.format(ids=_CHANGED), values)
    for statement in (_RENAME, _MOVE, _SPLIT_LEVELS, _END, _TREE):
        cursor.execute(statement, values)
    _refuse_unreached(cursor, values)
    _refuse_later_changes(cursor, _MOVED_IDS, values)
    cursor.execute(_CUT.format(ids=_MOVED_IDS), values)
    cursor.execute(_PATHS, values)
    cursor.execute("DROP TABLE tree")


def _refuse_contradictions(cursor: CursorWrapper, values: Values) -> None:
    """ORG-05. The changes are one order: none undoes another, and nothing goes to a body that ends with it."""
    cursor.execute(_TWICE, values)
    if found := cursor.fetchone():
        message = _("“%(name)s” có hai thay đổi trái nhau. Xóa một trong hai rồi làm lại.")
        raise RuleViolation("ORG-05", message % {"name": found[0]})
    cursor.execute(_ONTO_ENDING, values)
    if found := cursor.fetchone():
        message = _("“%(target)s” tiếp nhận “%(name)s” nhưng cũng kết thúc lần này. Chọn đơn vị tiếp nhận sau cùng.")
        raise RuleViolation("ORG-05", message % {"name": found[0], "target": found[1]})


def _refuse_later_changes(cursor: CursorWrapper, ids: str, values: Values) -> None:
    """ORG-03. Changes are made in the order of their days; a later one has to be undone first."""
    cursor.execute(_LATER.format(ids=ids), values)
    if found := cursor.fetchone():
        name, day = found
        raise RuleViolation(
            "ORG-03",
            _("%(name)s đã có thay đổi từ ngày %(day)s. Hoàn tác thay đổi đó trước, hoặc chọn ngày sau đó.")
            % {"name": name, "day": day.strftime("%d/%m/%Y")},
        )


def _refuse_unreached(cursor: CursorWrapper, values: Values) -> None:
    """ORG-04. Nothing may hang under a body that has ended, or in a circle."""
    cursor.execute(_UNREACHED, values)
    if names := [name for (name,) in cursor.fetchall()]:
        raise RuleViolation(
            "ORG-04",
            _("Các đơn vị sau sẽ không còn đơn vị quản lý: %(names)s. Thêm bước chuyển chúng sang đơn vị khác.")
            % {"names": ", ".join(names)},
        )
