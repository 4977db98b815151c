"""Who works elsewhere by now follows each statement on people and appraisals (see `WorkElsewhere`)."""

from django.db import migrations

INTO = "INSERT INTO appraisals_workelsewhere (appraisal_id, period_id, organization_id)"
OF = "a.id, a.period_id, a.organization_id"

TRIGGERS = f"""
CREATE FUNCTION appraisals_elsewhere_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {INTO}
    SELECT {OF} FROM fresh a JOIN people_person p ON p.id = a.person_id
    WHERE p.organization_id IS DISTINCT FROM a.organization_id
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE FUNCTION appraisals_elsewhere_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM appraisals_workelsewhere WHERE appraisal_id IN (SELECT id FROM stale);
    RETURN NULL;
END $$;
CREATE FUNCTION appraisals_elsewhere_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM appraisals_workelsewhere WHERE appraisal_id = OLD.id;
    {INTO}
    SELECT NEW.id, NEW.period_id, NEW.organization_id FROM people_person p
    WHERE p.id = NEW.person_id AND p.organization_id IS DISTINCT FROM NEW.organization_id
    ON CONFLICT DO NOTHING;  -- somebody else who moves him at the same time
    RETURN NULL;
END $$;
CREATE FUNCTION appraisals_elsewhere_none() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM appraisals_workelsewhere;
    RETURN NULL;
END $$;
CREATE FUNCTION appraisals_elsewhere_people() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Counted, and no EXISTS: for that PostgreSQL compares each with each until it finds one.
    IF (SELECT count(*) FROM stale JOIN fresh USING (id)
        WHERE stale.organization_id IS DISTINCT FROM fresh.organization_id) = 0 THEN
        RETURN NULL;
    END IF;
    DELETE FROM appraisals_workelsewhere e
    USING appraisals_appraisal a, fresh
    WHERE a.id = e.appraisal_id AND a.person_id = fresh.id AND a.organization_id = fresh.organization_id;
    {INTO}
    SELECT {OF} FROM stale JOIN fresh USING (id) JOIN appraisals_appraisal a ON a.person_id = fresh.id
    WHERE stale.organization_id IS DISTINCT FROM fresh.organization_id
      AND a.organization_id IS DISTINCT FROM fresh.organization_id
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE TRIGGER elsewhere_new AFTER INSERT ON appraisals_appraisal REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION appraisals_elsewhere_new();
CREATE TRIGGER elsewhere_gone AFTER DELETE ON appraisals_appraisal REFERENCING OLD TABLE AS stale
    FOR EACH STATEMENT EXECUTE FUNCTION appraisals_elsewhere_gone();
-- Row by row, so that saves, of which there are thousands for each move, pay nothing.
CREATE TRIGGER elsewhere_moved AFTER UPDATE OF period_id, person_id, organization_id ON appraisals_appraisal
    FOR EACH ROW WHEN ((OLD.period_id, OLD.person_id, OLD.organization_id)
                       IS DISTINCT FROM (NEW.period_id, NEW.person_id, NEW.organization_id))
    EXECUTE FUNCTION appraisals_elsewhere_moved();
CREATE TRIGGER elsewhere_none AFTER TRUNCATE ON appraisals_appraisal
    FOR EACH STATEMENT EXECUTE FUNCTION appraisals_elsewhere_none();
CREATE TRIGGER elsewhere_people AFTER UPDATE ON people_person REFERENCING OLD TABLE AS stale NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION appraisals_elsewhere_people();

{INTO}
SELECT {OF} FROM appraisals_appraisal a JOIN people_person p ON p.id = a.person_id
WHERE p.organization_id IS DISTINCT FROM a.organization_id;
"""
NO_TRIGGERS = """
DROP TRIGGER elsewhere_people ON people_person;
DROP TRIGGER elsewhere_none ON appraisals_appraisal;
DROP TRIGGER elsewhere_moved ON appraisals_appraisal;
DROP TRIGGER elsewhere_gone ON appraisals_appraisal;
DROP TRIGGER elsewhere_new ON appraisals_appraisal;
DROP FUNCTION appraisals_elsewhere_people();
DROP FUNCTION appraisals_elsewhere_none();
DROP FUNCTION appraisals_elsewhere_moved();
DROP FUNCTION appraisals_elsewhere_gone();
DROP FUNCTION appraisals_elsewhere_new();
DELETE FROM appraisals_workelsewhere;
"""


class Migration(migrations.Migration):
    dependencies = [("appraisals", "0013_auto_elsewhere"), ("people", "0021_core_today")]
    operations = [migrations.RunSQL(TRIGGERS, NO_TRIGGERS)]
