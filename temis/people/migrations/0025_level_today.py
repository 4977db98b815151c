from django.db import migrations

# As `project_people` chooses it. The history of people gets no entry for it, and its last one has it: nobody has
# changed anything, and the next entry will not say so either.
LEVELS = """
ALTER TABLE people_person DISABLE TRIGGER USER;
UPDATE people_person p SET level = e.level
FROM (
    SELECT DISTINCT ON (person_id) person_id, level FROM people_employment
    WHERE validity @> (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
    ORDER BY person_id, position NOT IN ('PRINCIPAL', 'DEPUTY'), lower(validity) DESC NULLS LAST, id DESC
) e
WHERE e.person_id = p.id AND e.level <> '';
ALTER TABLE people_person ENABLE TRIGGER USER;

ALTER TABLE people_personevent DISABLE TRIGGER USER;
UPDATE people_personevent e SET level = p.level
FROM (SELECT pgh_obj_id, max(pgh_id) AS pgh_id FROM people_personevent GROUP BY 1) last
JOIN people_person p ON p.id = last.pgh_obj_id
WHERE e.pgh_id = last.pgh_id AND p.level <> '';
ALTER TABLE people_personevent ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0024_auto_level_today")]

    operations = [migrations.RunSQL(LEVELS, migrations.RunSQL.noop)]
