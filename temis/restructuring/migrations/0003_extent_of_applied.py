"""Places and counts of reorganizations that were applied before they were written down."""

from django.db import migrations

# As `temis.restructuring.extent` writes them, for all of them at once.
_PLACES = """
WITH gone AS (
    SELECT reorganization_id, organization_id FROM restructuring_affectedrecord WHERE effect = 'VERSION_ENDED'
    EXCEPT
    SELECT reorganization_id, organization_id FROM restructuring_affectedrecord WHERE effect = 'VERSION_BEGUN'
), bodies AS (
    SELECT r.id, row_number() OVER (PARTITION BY r.reorganization_id
                                    ORDER BY gone.organization_id IS NULL, o.path, o.code) AS place
    FROM restructuring_affectedrecord r
    JOIN organizations_organization o ON o.id = r.organization_id
    LEFT JOIN gone ON gone.organization_id = r.organization_id AND gone.reorganization_id = r.reorganization_id
    WHERE r.effect = 'VERSION_ENDED'
), people AS (
    SELECT r.id, row_number() OVER (PARTITION BY r.reorganization_id
                                    ORDER BY e.position IS NOT DISTINCT FROM n.position, o.path, p.sort_key,
                                             r.id) AS place
    FROM restructuring_affectedrecord r
    JOIN organizations_reorganization z ON z.id = r.reorganization_id
    JOIN people_employment e ON e.id = r.record_id
    JOIN people_person p ON p.id = e.person_id
    JOIN organizations_organization o ON o.id = e.organization_id
    LEFT JOIN LATERAL (
        SELECT n.position
        FROM organizations_succession s
        JOIN people_employment n ON n.organization_id = s.successor_id AND n.person_id = e.person_id
             AND n.validity @> z."on"
        WHERE s.reorganization_id = z.id AND s.predecessor_id = e.organization_id ORDER BY n.id LIMIT 1
    ) n ON true
    WHERE r.effect = 'EMPLOYMENT_ENDED'
), grants AS (
    SELECT r.id, row_number() OVER (PARTITION BY r.reorganization_id ORDER BY o.path, u.display_name, r.id) AS place
    FROM restructuring_affectedrecord r
    JOIN accounts_grant g ON g.id = r.record_id
    JOIN accounts_user u ON u.id = g.user_id
    JOIN organizations_organization o ON o.id = g.organization_id
    WHERE r.effect = 'GRANT_ENDED'
), ordered AS (
    SELECT * FROM bodies UNION ALL SELECT * FROM people UNION ALL SELECT * FROM grants
)
UPDATE restructuring_affectedrecord r SET place = ordered.place
FROM ordered WHERE ordered.id = r.id AND ordered.place <= 100
"""

_COUNTS = """
INSERT INTO restructuring_extent (reorganization_id, bodies, people, grants, appraisals)
SELECT z.id, count(*) FILTER (WHERE r.effect = 'VERSION_ENDED'), count(*) FILTER (WHERE r.effect = 'EMPLOYMENT_ENDED'),
       count(*) FILTER (WHERE r.effect = 'GRANT_ENDED'), count(*) FILTER (WHERE r.effect = 'APPRAISAL_MOVED')
FROM organizations_reorganization z LEFT JOIN restructuring_affectedrecord r ON r.reorganization_id = z.id
WHERE z.state = 'APPLIED' GROUP BY z.id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("restructuring", "0002_auto_extent"),
        ("accounts", "0001_initial"),
        ("people", "0001_initial"),
    ]
    operations = [migrations.RunSQL([_PLACES, _COUNTS], "DELETE FROM restructuring_extent")]
