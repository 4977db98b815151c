import django.contrib.postgres.indexes
from django.db import migrations

import temis.core.fields


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0003_name_pairs"),
        ("people", "0017_auto_officers"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="person",
            index=django.contrib.postgres.indexes.GinIndex(
                temis.core.fields.PairsOf("search"), name="person_word_pairs"
            ),
        ),
        # How frequent each pair is: without it PostgreSQL takes Nguyễn Thị for as rare as any.
        migrations.RunSQL("ANALYZE people_person", migrations.RunSQL.noop),
    ]
