"""The size of a change is counted once, not again for each of its rows.

Without the word a plan that was kept from a small change (a nested loop) took minutes to delete 100,000 rows.
"""

from django.db import migrations

COUNTED, COUNTED_ONCE = "size AS (", "size AS MATERIALIZED ("
REPLACE = """
DO $$ DECLARE definition text; BEGIN
    FOR definition IN
        SELECT pg_get_functiondef(oid) FROM pg_proc
        WHERE proname LIKE 'reporting\\_%' AND pronamespace = 'public'::regnamespace AND position('{old}' IN prosrc) > 0
    LOOP EXECUTE replace(definition, '{old}', '{new}'); END LOOP;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("reporting", "0011_stale_marks")]
    operations = [
        migrations.RunSQL(
            REPLACE.format(old=COUNTED, new=COUNTED_ONCE),
            REPLACE.format(old=COUNTED_ONCE, new=COUNTED),
        )
    ]
