"""Sessions that name their user; those that are open stay open."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KEEP = """
INSERT INTO accounts_session (session_key, session_data, expire_date)
SELECT session_key, session_data, expire_date FROM django_session WHERE expire_date > now();
DELETE FROM django_session;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0012_auto_sessions_ended_at"), ("sessions", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "session_key",
                    models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="session key"),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"verbose_name": "phiên làm việc", "verbose_name_plural": "sessions", "abstract": False},
        ),
        migrations.RunSQL(KEEP, migrations.RunSQL.noop),
    ]
