"""Scans of signed reports lie where evidence lies: they now point to their content, so that nothing removes it."""

import django.db.models.deletion
from django.db import migrations, models

# Files of reports never change; this adds what they should have had from the start.
_POINT = """
ALTER TABLE reporting_reportfile DISABLE TRIGGER USER;
UPDATE reporting_reportfile f SET stored_id = s.sha256 FROM evidence_storedfile s
WHERE s.sha256 = f.sha256 AND f.storage_key LIKE 'evidence/%';
ALTER TABLE reporting_reportfile ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [("evidence", "0002_auto_orphaned_at"), ("reporting", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="reportfile",
            name="stored",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="evidence.storedfile"
            ),
        ),
        migrations.RunSQL(_POINT, migrations.RunSQL.noop),
    ]
