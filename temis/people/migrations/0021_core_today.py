from django.db import migrations

CORE = """
UPDATE people_person p SET is_core = true
FROM people_coreappointment c
WHERE c.person_id = p.id AND c.validity @> (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0020_auto_core_today")]

    operations = [migrations.RunSQL(CORE, migrations.RunSQL.noop)]
