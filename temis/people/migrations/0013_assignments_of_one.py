"""The roles of one user are looked up by his keys.

A WITH that is named several times would be computed for everybody, on every page, before the user is picked out of it;
and so would an EXISTS that the planner turns into a join (OFFSET 0 keeps it one look-up for each delegation).
"""

from importlib import import_module

from django.db import migrations

CREATED: str = import_module("temis.people.migrations.0010_role_assignment").VIEW
BEFORE = CREATED.replace("CREATE VIEW", "CREATE OR REPLACE VIEW")
AFTER = (
    BEFORE.replace("WITH held AS (", "WITH held AS NOT MATERIALIZED (")
    .replace("AND h.organization_id = d.organization_id)\n", "AND h.organization_id = d.organization_id OFFSET 0)\n")
    .replace("AND h.organization_id = d.organization_id);", "AND h.organization_id = d.organization_id OFFSET 0);")
)


class Migration(migrations.Migration):
    dependencies = [("people", "0012_one_leader")]
    operations = [migrations.RunSQL(AFTER, BEFORE)]
