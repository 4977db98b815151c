"""Who counts how in a period, shared by its versions, in place of a list of people for each version."""

import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

# What versions of before counted: each becomes a snapshot of its own, whose rows hold for it alone. Why somebody was
# excluded was not kept then.
COPY = """
WITH numbered AS (
    SELECT v.id, row_number() OVER (PARTITION BY r.period_id ORDER BY v.id) AS number
    FROM reporting_reportversion v JOIN reporting_report r ON r.id = v.report_id
)
UPDATE reporting_reportversion v SET snapshot = n.number FROM numbered n WHERE n.id = v.id;
UPDATE reporting_reportversion v
SET bodies = ARRAY(SELECT DISTINCT organization_id FROM reporting_countedperson c WHERE c.version_id = v.id ORDER BY 1)
FROM reporting_report r WHERE r.id = v.report_id AND v.map = 'TODAY' AND r.province_id IS NOT NULL;
INSERT INTO reporting_personkind (province_code, subject, position, level, female, minority, disadvantaged)
SELECT DISTINCT province_code, subject, position, level, female, minority, disadvantaged FROM reporting_countedperson;
INSERT INTO reporting_personfact
    (person_id, period_id, organization_id, since, until, kind_id, outcome, subject, levels)
SELECT c.person_id, r.period_id, c.organization_id, v.snapshot, v.snapshot + 1, k.id,
       CASE c.status WHEN 'completed' THEN c.overall WHEN 'excluded' THEN 19 ELSE -1 END, c.subject, c.levels
FROM reporting_countedperson c
JOIN reporting_reportversion v ON v.id = c.version_id
JOIN reporting_report r ON r.id = v.report_id
JOIN reporting_personkind k USING (province_code, subject, position, level, female, minority, disadvantaged);
INSERT INTO reporting_snapshot (period_id, number, taken_at, standards)
SELECT r.period_id, max(v.snapshot), now(), '{}'
FROM reporting_reportversion v JOIN reporting_report r ON r.id = v.report_id GROUP BY r.period_id;
INSERT INTO reporting_stalemark (period_id) SELECT period_id FROM reporting_snapshot;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("appraisals", "0010_guards"),
        ("organizations", "0001_initial"),
        ("people", "0013_assignments_of_one"),
        ("reporting", "0002_scan_content"),
    ]

    operations = [
        migrations.CreateModel(
            name="PersonKind",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("province_code", models.CharField(blank=True, max_length=4)),
                ("subject", models.CharField(max_length=10)),
                ("position", models.CharField(max_length=4)),
                ("level", models.CharField(blank=True, max_length=4)),
                ("female", models.BooleanField()),
                ("minority", models.BooleanField()),
                ("disadvantaged", models.BooleanField()),
            ],
            options={
                "verbose_name": "loại người trong báo cáo",
            },
        ),
        migrations.CreateModel(
            name="PersonFact",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id",
                        "period_id",
                        "subject",
                        "until",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="organizations.organization",
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="appraisals.period",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="reporting.personkind",
                    ),
                ),
                ("since", models.IntegerField()),
                ("until", models.IntegerField(default=2147483647)),
                ("outcome", models.SmallIntegerField()),
                ("subject", models.CharField(max_length=10)),
                (
                    "levels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SmallIntegerField(null=True), null=True, size=None
                    ),
                ),
            ],
            options={
                "verbose_name": "cách một người được tính",
            },
        ),
        migrations.CreateModel(
            name="ProvinceHash",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("province_code", models.CharField(blank=True, max_length=4)),
                ("data_hash", models.CharField(max_length=64)),
            ],
            options={
                "verbose_name": "mã băm của tỉnh",
            },
        ),
        migrations.CreateModel(
            name="RollupCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("item", models.SmallIntegerField()),
                ("value", models.SmallIntegerField()),
                ("people", models.IntegerField()),
            ],
            options={
                "verbose_name": "số đếm cộng sẵn",
            },
        ),
        migrations.CreateModel(
            name="Snapshot",
            fields=[
                (
                    "period",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="appraisals.period",
                    ),
                ),
                ("number", models.IntegerField()),
                ("taken_at", models.DateTimeField()),
                ("standards", models.JSONField(default=dict)),
            ],
            options={
                "verbose_name": "lần chụp số liệu",
            },
        ),
        migrations.CreateModel(
            name="StaleMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("period_id", models.BigIntegerField(null=True)),
                ("person_id", models.BigIntegerField(null=True)),
                ("organization_id", models.BigIntegerField(null=True)),
            ],
            options={
                "verbose_name": "dấu cần đếm lại",
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="reportversion",
            name="frozen_version_keeps_figures",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="reportversion",
            name="published_version_never_changes",
        ),
        migrations.AddField(
            model_name="reportversion",
            name="bodies",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), null=True, size=None),
        ),
        migrations.AddField(
            model_name="reportversion",
            name="snapshot",
            field=models.IntegerField(default=0),
        ),
        migrations.AddConstraint(
            model_name="personkind",
            constraint=models.UniqueConstraint(
                fields=("province_code", "subject", "position", "level", "female", "minority", "disadvantaged"),
                name="one_kind",
            ),
        ),
        migrations.AddField(
            model_name="provincehash",
            name="period",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="appraisals.period"
            ),
        ),
        migrations.AddField(
            model_name="rollupcount",
            name="kind",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="reporting.personkind",
            ),
        ),
        migrations.AddField(
            model_name="rollupcount",
            name="period",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="appraisals.period",
            ),
        ),
        migrations.AddIndex(
            model_name="personfact",
            index=models.Index(fields=["period", "organization"], name="fact_by_body"),
        ),
        migrations.AddConstraint(
            model_name="provincehash",
            constraint=models.UniqueConstraint(fields=("period", "province_code"), name="one_province_hash"),
        ),
        migrations.AddConstraint(
            model_name="rollupcount",
            constraint=models.UniqueConstraint(fields=("period", "kind", "item", "value"), name="one_rollup_count"),
        ),
        migrations.AddConstraint(
            model_name="rollupcount",
            constraint=models.CheckConstraint(condition=models.Q(("people__gt", 0)), name="rollup_count_positive"),
        ),
        migrations.RunSQL(COPY, migrations.RunSQL.noop),
        migrations.DeleteModel(
            name="CountedPerson",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reportversion",
            trigger=pgtrigger.compiler.Trigger(
                name="frozen_version_keeps_figures",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.frozen_at IS NOT NULL AND ROW(OLD.report_id, OLD.number, OLD.template_id, OLD.map, OLD.extracted_at, OLD.extracted_by_id, OLD.extracted_by_name, OLD.data_hash, OLD.snapshot, OLD.bodies, OLD.report_json, OLD.teachers, OLD.teachers_completed, OLD.managers, OLD.managers_completed, OLD.excluded, OLD.without_level, OLD.frozen_at, OLD.frozen_by_id) IS DISTINCT FROM ROW(NEW.report_id, NEW.number, NEW.template_id, NEW.map, NEW.extracted_at, NEW.extracted_by_id, NEW.extracted_by_name, NEW.data_hash, NEW.snapshot, NEW.bodies, NEW.report_json, NEW.teachers, NEW.teachers_completed, NEW.managers, NEW.managers_completed, NEW.excluded, NEW.without_level, NEW.frozen_at, NEW.frozen_by_id))",
                    func="RAISE EXCEPTION 'RPT-08: a frozen version keeps its figures' USING ERRCODE = 'integrity_constraint_violation';",
                    hash="d20a24e651d720af13ded70698b9c2221794231e",
                    operation="UPDATE",
                    pgid="pgtrigger_frozen_version_keeps_figures_b2161",
                    table="reporting_reportversion",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reportversion",
            trigger=pgtrigger.compiler.Trigger(
                name="published_version_never_changes",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.published_at IS NOT NULL AND (ROW(OLD.submitted_at, OLD.submitted_by_id, OLD.approved_at, OLD.approved_by_id, OLD.published_at, OLD.published_by_id, OLD.public_json) IS DISTINCT FROM ROW(NEW.submitted_at, NEW.submitted_by_id, NEW.approved_at, NEW.approved_by_id, NEW.published_at, NEW.published_by_id, NEW.public_json) OR NEW.state NOT IN ('PUBLISHED', 'SENT') OR OLD.sent_at IS NOT NULL AND ROW(OLD.sent_at, OLD.sent_by_id) IS DISTINCT FROM ROW(NEW.sent_at, NEW.sent_by_id)))",
                    func="RAISE EXCEPTION 'RPT-08: a published version never changes' USING ERRCODE = 'integrity_constraint_violation';",
                    hash="8a5100b5f17d7400850e4b5f0e9b21e8c80f8d1c",
                    operation="UPDATE",
                    pgid="pgtrigger_published_version_never_changes_c8bf7",
                    table="reporting_reportversion",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="personfact",
            trigger=pgtrigger.compiler.Trigger(
                name="facts_only_end",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (ROW(OLD.person_id, OLD.period_id, OLD.organization_id, OLD.since, OLD.kind_id, OLD.outcome, OLD.subject, OLD.levels) IS DISTINCT FROM ROW(NEW.person_id, NEW.period_id, NEW.organization_id, NEW.since, NEW.kind_id, NEW.outcome, NEW.subject, NEW.levels) OR OLD.until <> 2147483647)",
                    func="RAISE EXCEPTION 'RPT-08: facts never change' USING ERRCODE = 'integrity_constraint_violation';",
                    hash="f3e8b28848ea54b4db271d52b93df64323e1ffd2",
                    operation="UPDATE",
                    pgid="pgtrigger_facts_only_end_0dd75",
                    table="reporting_personfact",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="personfact",
            trigger=pgtrigger.compiler.Trigger(
                name="facts_begin_after",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF EXISTS (SELECT FROM new_rows p JOIN (SELECT period_id, max(snapshot) AS snapshot FROM (\n    SELECT r.period_id, v.snapshot FROM reporting_reportversion v JOIN reporting_report r ON r.id = v.report_id\n    WHERE v.frozen_at IS NOT NULL\n) f GROUP BY period_id) f ON f.period_id = p.period_id WHERE p.since <= f.snapshot) THEN\n                RAISE EXCEPTION 'RPT-08: a frozen version keeps its people' USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN NULL;\n        ",
                    hash="d9ec912fccf2bd0ae920c6e222dfc2dffa0dfe4b",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_facts_begin_after_138f2",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="reporting_personfact",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="personfact",
            trigger=pgtrigger.compiler.Trigger(
                name="facts_end_after",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF EXISTS (SELECT FROM new_rows p JOIN (SELECT period_id, max(snapshot) AS snapshot FROM (\n    SELECT r.period_id, v.snapshot FROM reporting_reportversion v JOIN reporting_report r ON r.id = v.report_id\n    WHERE v.frozen_at IS NOT NULL\n) f GROUP BY period_id) f ON f.period_id = p.period_id WHERE p.until <= f.snapshot) THEN\n                RAISE EXCEPTION 'RPT-08: a frozen version keeps its people' USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN NULL;\n        ",
                    hash="4fefd9070fb2722bfe5e6186bf81227355e702dc",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_facts_end_after_3a899",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="reporting_personfact",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="personfact",
            trigger=pgtrigger.compiler.Trigger(
                name="facts_stay",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF EXISTS (SELECT FROM old_rows p JOIN (\n    SELECT r.period_id, v.snapshot FROM reporting_reportversion v JOIN reporting_report r ON r.id = v.report_id\n    WHERE v.frozen_at IS NOT NULL\n) f ON f.period_id = p.period_id WHERE p.since <= f.snapshot AND f.snapshot < p.until) THEN\n                RAISE EXCEPTION 'RPT-08: a frozen version keeps its people' USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN NULL;\n        ",
                    hash="74483d06ed3508dacbf473012ee7408f28f4ffb8",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_facts_stay_34a86",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="reporting_personfact",
                    when="AFTER",
                ),
            ),
        ),
    ]
