"""Who is asked about whom; what keeps a sum of opinions honest; and how soon PostgreSQL forgets old versions of it."""

from django.db import migrations

ASKED = """
CREATE VIEW opinions_asked AS
SELECT a.id || '-' || r.person_id AS id, a.id AS appraisal_id, r.person_id AS rater_id, 'COLLEAGUES' AS circle,
       a.period_id, a.organization_id, a.group_id
FROM appraisals_appraisal a
JOIN appraisals_appraisal r
  ON r.period_id = a.period_id AND r.group_id = a.group_id AND r.person_id <> a.person_id
WHERE a.position = 'TEACHER' AND a.state <> 'EXCLUDED' AND r.position = 'TEACHER' AND r.state <> 'EXCLUDED'
UNION ALL
SELECT a.id || '-' || e.person_id, a.id, e.person_id, 'STAFF', a.period_id, a.organization_id, NULL::bigint
FROM appraisals_appraisal a
JOIN people_employment e
  ON e.organization_id = a.organization_id AND e.position IN ('TEACHER', 'STAFF') AND e.person_id <> a.person_id
 AND e.validity @> (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
WHERE a.position IN ('PRINCIPAL', 'DEPUTY') AND a.state <> 'EXCLUDED'
  AND NOT EXISTS (SELECT FROM appraisals_appraisal away
                  WHERE away.period_id = a.period_id AND away.person_id = e.person_id
                    AND away.exclusion IN ('MATERNITY', 'LONG_LEAVE', 'STUDY'));
"""

# OPN-07. One ballot for each opinion in the sums, and no sum that does not add up. Deferred: both tables are written in
# one transaction.
HONEST = """
CREATE FUNCTION opinions_check_tally() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sums opinions_opiniontally;
    place int;
BEGIN
    SELECT * INTO sums FROM opinions_opiniontally WHERE appraisal_id = NEW.appraisal_id;
    IF NOT FOUND THEN RETURN NULL; END IF;
    IF sums.given <> (SELECT count(*) FROM opinions_ballot WHERE appraisal_id = sums.appraisal_id) THEN
        RAISE EXCEPTION 'OPN-07: not as many opinions as ballots' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF sums.given <> (SELECT sum(n) FROM unnest(sums.overall) n) THEN
        RAISE EXCEPTION 'OPN-07: the sums do not add up' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    FOR place IN 1..cardinality(sums.counts) BY 4 LOOP
        IF sums.given <> (SELECT sum(n) FROM unnest(sums.counts[place:place + 3]) n) THEN
            RAISE EXCEPTION 'OPN-07: the sums do not add up' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER check_tally AFTER INSERT OR UPDATE ON opinions_opiniontally
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION opinions_check_tally();
"""
NOT_HONEST = """
DROP TRIGGER check_tally ON opinions_opiniontally;
DROP FUNCTION opinions_check_tally();
"""

# ADR 4. Old versions of a row lie in its page until it is cleaned. Half-empty pages are cleaned by the next look at
# them, the rest within a minute by autovacuum.
FORGETFUL = """
ALTER TABLE opinions_ballot SET
    (fillfactor = 50, autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0);
ALTER TABLE opinions_opiniontally SET
    (fillfactor = 50, autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0);
"""
AS_USUAL = """
ALTER TABLE opinions_ballot RESET (fillfactor, autovacuum_vacuum_threshold, autovacuum_vacuum_scale_factor);
ALTER TABLE opinions_opiniontally RESET (fillfactor, autovacuum_vacuum_threshold, autovacuum_vacuum_scale_factor);
"""


class Migration(migrations.Migration):
    dependencies = [("opinions", "0001_initial"), ("appraisals", "0001_initial"), ("people", "0001_initial")]

    operations = [
        migrations.RunSQL(ASKED, "DROP VIEW opinions_asked"),
        migrations.RunSQL(HONEST, NOT_HONEST),
        migrations.RunSQL(FORGETFUL, AS_USUAL),
    ]
