"""A group has one leader at a time (PPL-10), held by the database.

Where several lead a group already, the one stays whose employment began last; of those who led it one after the other,
each leads from the day on which the one before ended.
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import migrations, models

from temis.people.models import TimeAsLeader

_STEP_BACK = """
UPDATE people_employment e SET leads_group = false
WHERE e.leads_group AND coalesce(upper(e.validity) > current_date, true)
  AND EXISTS (SELECT FROM people_employment later
              WHERE later.group_id = e.group_id AND later.leads_group AND later.id <> e.id
                AND coalesce(upper(later.validity) > current_date, true) AND later.validity && e.validity
                AND (coalesce(lower(later.validity), '-infinity'), later.id)
                    > (coalesce(lower(e.validity), '-infinity'), e.id))
"""
_ONE_AFTER_THE_OTHER = """
UPDATE people_employment e SET leads_since = before.ended
FROM (SELECT id, max(upper(validity)) OVER (PARTITION BY group_id ORDER BY upper(validity) NULLS LAST, id
                                            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS ended
      FROM people_employment WHERE leads_group) before
WHERE before.id = e.id AND before.ended > coalesce(lower(e.validity), '-infinity')
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0011_auto_leads_since")]
    operations = [
        migrations.RunSQL(_STEP_BACK, migrations.RunSQL.noop),
        migrations.RunSQL(_ONE_AFTER_THE_OTHER, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="employment",
            constraint=models.CheckConstraint(
                condition=models.Q(("leads_group", True), ("leads_since", None), _connector="OR"),
                name="only_leaders_lead_since",
            ),
        ),
        migrations.AddConstraint(
            model_name="employment",
            constraint=ExclusionConstraint(
                condition=models.Q(("leads_group", True)),
                deferrable=models.Deferrable.IMMEDIATE,
                expressions=[("group", "="), (TimeAsLeader("validity", "leads_since"), "&&")],
                name="one_leader_per_group_at_a_time",
            ),
        ),
    ]
