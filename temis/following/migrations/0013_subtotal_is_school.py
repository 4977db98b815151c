"""Subtotals tell whether they are a school's; those that are there are written anew by the next folding."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("following", "0012_subtotals_upset")]
    operations = [
        migrations.RunSQL("DELETE FROM following_subtotalshold", ""),
        migrations.AddField("subtotal", "is_school", models.BooleanField(default=False), preserve_default=False),
    ]
