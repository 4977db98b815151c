from django.db import migrations

# As `project_people` chooses it. The history of people gets no entry for it: nobody has changed anything. What stands
# in it gets the level of the employment of its day, so that no entry claims a change of level that was none.
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
UPDATE people_personevent v SET level = e.level
FROM people_employment e
WHERE e.person_id = v.pgh_obj_id AND e.organization_id = v.organization_id AND e.level <> ''
  AND e.validity @> (v.pgh_created_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
ALTER TABLE people_personevent ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0024_auto_level_today")]

    operations = [migrations.RunSQL(LEVELS, migrations.RunSQL.noop)]
