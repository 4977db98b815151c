"""Counts of appraisals that follow each statement on them, in the same transaction (see `models.Progress`)."""

from django.db import migrations

KEYS = "period_id, organization_id, subject, position, level"
COUNTS = {
    "unsent": "state = 'OPEN'",
    "submitted": "state = 'SUBMITTED'",
    "decided": "state = 'DECIDED'",
    "announced": "state = 'ANNOUNCED'",
    "acknowledged": "state = 'ACKNOWLEDGED'",
    "objected": "state = 'OBJECTED'",
    "excluded": "state = 'EXCLUDED'",
    "sent": "submitted_at IS NOT NULL AND state <> 'EXCLUDED'",
    "awaiting": "decision_due AND state IN ('OPEN', 'SUBMITTED')",
    "awaiting_unsent": "decision_due AND state = 'OPEN'",
}
INTO = f"INSERT INTO following_progress ({KEYS}, {', '.join(COUNTS)})"
NEEDED = f"{KEYS}, state, submitted_at, decision_due"


def _sums(sign: str) -> str:
    return ", ".join(f"sum(CASE WHEN {condition} THEN {sign} ELSE 0 END)" for condition in COUNTS.values())


TRIGGERS = f"""
CREATE FUNCTION following_count_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {INTO} SELECT {KEYS}, {_sums("1")} FROM fresh GROUP BY {KEYS};
    RETURN NULL;
END $$;
CREATE FUNCTION following_count_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {INTO} SELECT {KEYS}, {_sums("-1")} FROM stale GROUP BY {KEYS};
    RETURN NULL;
END $$;
-- Only what changed in a way that counts: saving a note adds no row.
CREATE FUNCTION following_count_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {INTO}
    SELECT {KEYS}, {_sums("sign")}
    FROM (SELECT {NEEDED}, 1 AS sign FROM fresh UNION ALL SELECT {NEEDED}, -1 FROM stale) both_sides
    GROUP BY {KEYS}
    HAVING ({", ".join(f"sum(CASE WHEN {c} THEN sign ELSE 0 END)" for c in COUNTS.values())})
        IS DISTINCT FROM ({", ".join("0" for _ in COUNTS)});
    RETURN NULL;
END $$;
CREATE FUNCTION following_count_none() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM following_progress;
    RETURN NULL;
END $$;

CREATE TRIGGER following_new AFTER INSERT ON appraisals_appraisal REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION following_count_new();
CREATE TRIGGER following_gone AFTER DELETE ON appraisals_appraisal REFERENCING OLD TABLE AS stale
    FOR EACH STATEMENT EXECUTE FUNCTION following_count_gone();
CREATE TRIGGER following_changed AFTER UPDATE ON appraisals_appraisal
    REFERENCING OLD TABLE AS stale NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION following_count_changed();
CREATE TRIGGER following_none AFTER TRUNCATE ON appraisals_appraisal
    FOR EACH STATEMENT EXECUTE FUNCTION following_count_none();

{INTO} SELECT {KEYS}, {_sums("1")} FROM appraisals_appraisal GROUP BY {KEYS};
"""
NO_TRIGGERS = """
DROP TRIGGER following_new ON appraisals_appraisal;
DROP TRIGGER following_gone ON appraisals_appraisal;
DROP TRIGGER following_changed ON appraisals_appraisal;
DROP TRIGGER following_none ON appraisals_appraisal;
DROP FUNCTION following_count_new();
DROP FUNCTION following_count_gone();
DROP FUNCTION following_count_changed();
DROP FUNCTION following_count_none();
DELETE FROM following_progress;
"""


class Migration(migrations.Migration):
    dependencies = [("following", "0001_initial"), ("appraisals", "0001_initial")]
    operations = [migrations.RunSQL(TRIGGERS, NO_TRIGGERS)]
