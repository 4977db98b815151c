"""The kept plan of `people_assignments_of` goes by keys, however small the tables were when it was made.

A plan made while the tables are empty reads them whole, and is kept while an import fills them.
"""

from django.db import migrations

KEYS = "enable_seqscan", "enable_hashjoin", "enable_mergejoin"
FORWARD = [f"ALTER FUNCTION people_assignments_of(bigint) SET {key} = off" for key in KEYS]
BACKWARD = [f"ALTER FUNCTION people_assignments_of(bigint) RESET {key}" for key in KEYS]


class Migration(migrations.Migration):
    dependencies = [("people", "0015_auto_words")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
