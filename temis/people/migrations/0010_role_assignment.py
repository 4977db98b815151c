"""The view from which every right of a person follows: nothing is stored twice, all ends by itself with its source.

A body that is closed gives no role. A delegation lives no longer than the role of the head who gave it, nor than the
deputy's own place in the body.
"""

from django.db import migrations

VIEW = """
CREATE VIEW people_role_assignment AS
WITH held AS (
    SELECT 'e' || e.id AS id, p.user_id, pos.role, e.organization_id, e.group_id, upper(e.validity) AS until
    FROM people_employment e
    JOIN people_person p ON p.id = e.person_id AND p.user_id IS NOT NULL
    JOIN (VALUES ('TEACHER', 'TEACHER'), ('PRINCIPAL', 'PRINCIPAL'), ('DEPUTY', 'DEPUTY_PRINCIPAL'),
                 ('STAFF', 'STAFF'), ('LOCAL_OFFICER', 'LOCAL_OFFICER'), ('PROVINCE_OFFICER', 'PROVINCE_OFFICER'),
                 ('MINISTRY_OFFICER', 'MINISTRY_OFFICER'), ('LECTURER', 'LECTURER')) AS pos(position, role)
      ON pos.position = e.position
    WHERE e.validity @> (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
    UNION ALL
    SELECT 'l' || e.id, p.user_id, 'GROUP_LEADER', e.organization_id, e.group_id, upper(e.validity)
    FROM people_employment e
    JOIN people_person p ON p.id = e.person_id AND p.user_id IS NOT NULL
    WHERE e.leads_group AND e.position = 'TEACHER'
      AND e.validity @> (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
    UNION ALL
    SELECT 'g' || g.id, g.user_id, g.role, g.organization_id, NULL::bigint, upper(g.validity)
    FROM accounts_grant g
    WHERE g.validity @> (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
)
SELECT h.id, h.user_id, h.role, h.organization_id, o.path, h.group_id,
       NULL::bigint AS delegation_id, NULL::varchar[] AS permissions, h.until
FROM held h JOIN organizations_organization o ON o.id = h.organization_id AND o.is_open
UNION ALL
SELECT 'd' || d.id, d.deputy_id, d.role, d.organization_id, o.path, NULL, d.id, d.permissions, upper(d.validity)
FROM accounts_delegation d
JOIN organizations_organization o ON o.id = d.organization_id AND o.is_open
WHERE d.revoked_at IS NULL
  AND d.validity @> (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
  AND EXISTS (SELECT FROM held h
              WHERE h.user_id = d.head_id AND h.role = d.role AND h.organization_id = d.organization_id)
  AND EXISTS (SELECT FROM held h WHERE h.user_id = d.deputy_id AND h.organization_id = d.organization_id);
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), ("accounts", "0001_initial")]
    operations = [migrations.RunSQL(VIEW, "DROP VIEW people_role_assignment")]
