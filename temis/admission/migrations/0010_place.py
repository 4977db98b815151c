"""Places of the line come from a sequence: nobody waits for anybody to get one, and it costs no row."""

from django.db import migrations

PLACE = """
CREATE SEQUENCE admission_place CACHE 1;
INSERT INTO admission_line (id, called, lately, counted_at, opened_at, turned_away) VALUES (1, 0, 0, now(), now(), 0);
"""


class Migration(migrations.Migration):
    dependencies = [("admission", "0001_initial")]
    operations = [migrations.RunSQL(PLACE, "DROP SEQUENCE admission_place; DELETE FROM admission_line")]
