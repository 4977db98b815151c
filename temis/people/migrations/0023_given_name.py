"""What PostgreSQL knows of given names, which stand together in lists by name (see `people.names`)."""

from django.db import migrations

STATISTICS = """
CREATE STATISTICS person_given_name ON (split_part(search, ' ', -1)) FROM people_person;
ALTER STATISTICS person_given_name SET STATISTICS 1000;
ANALYZE people_person;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0022_auto_officers_by_post")]
    operations = [migrations.RunSQL(STATISTICS, "DROP STATISTICS person_given_name;")]
