"""What must never be false and no constraint of a single row can say."""

from django.db import migrations

# STD-01. Where levels are given, the overall level is the one that the circular computes from them.
CLASSIFIED = """
CREATE FUNCTION appraisals_check_overall() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.self_levels IS NOT NULL
       AND NEW.self_overall IS DISTINCT FROM standards_classify(NEW.edition_id, NEW.self_levels) THEN
        RAISE EXCEPTION 'STD-01: self_overall % is not what the levels give', NEW.self_overall
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.decided_levels IS NOT NULL
       AND NEW.decided_overall IS DISTINCT FROM standards_classify(NEW.edition_id, NEW.decided_levels) THEN
        RAISE EXCEPTION 'STD-01: decided_overall % is not what the levels give', NEW.decided_overall
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_overall_new BEFORE INSERT ON appraisals_appraisal FOR EACH ROW
    WHEN (NEW.self_levels IS NOT NULL OR NEW.decided_levels IS NOT NULL)
    EXECUTE FUNCTION appraisals_check_overall();
CREATE TRIGGER check_overall BEFORE UPDATE OF self_levels, self_overall, decided_levels, decided_overall, edition_id
    ON appraisals_appraisal FOR EACH ROW
    WHEN ((OLD.self_levels, OLD.self_overall, OLD.decided_levels, OLD.decided_overall, OLD.edition_id)
          IS DISTINCT FROM
          (NEW.self_levels, NEW.self_overall, NEW.decided_levels, NEW.decided_overall, NEW.edition_id))
    EXECUTE FUNCTION appraisals_check_overall();
"""
NOT_CLASSIFIED = """
DROP TRIGGER check_overall ON appraisals_appraisal;
DROP TRIGGER check_overall_new ON appraisals_appraisal;
DROP FUNCTION appraisals_check_overall();
"""

# APR-09. The days of a lower body lie within those of every body above it. Deferred, so that one action may move a
# window and those below it.
WINDOWS = """
CREATE FUNCTION appraisals_check_window() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM appraisals_stagewindow w
        JOIN organizations_organization o ON o.id = w.organization_id
        JOIN appraisals_stagewindow upper ON upper.period_id = w.period_id AND upper.stage = w.stage
        JOIN organizations_organization above ON above.id = upper.organization_id
        WHERE w.period_id = NEW.period_id AND w.stage = NEW.stage AND NEW.id IN (w.id, upper.id)
          AND above.path @> o.path AND above.id <> o.id
          AND (w.opens_on < upper.opens_on OR w.closes_on > upper.closes_on)
    ) THEN
        RAISE EXCEPTION 'APR-09: the days of a body lie outside those of a body above it'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER check_window AFTER INSERT OR UPDATE ON appraisals_stagewindow
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION appraisals_check_window();
"""
NO_WINDOWS = """
DROP TRIGGER check_window ON appraisals_stagewindow;
DROP FUNCTION appraisals_check_window();
"""

# EVD-06. What a head has before him does not change behind his back: neither which evidence supports a sent
# self-assessment, nor what that evidence says.
EVIDENCE = """
CREATE FUNCTION appraisals_keep_uses() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_appraisal bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.appraisal_id ELSE NEW.appraisal_id END;
BEGIN
    IF EXISTS (SELECT FROM appraisals_appraisal
               WHERE id = of_appraisal AND submitted_at IS NOT NULL AND state <> 'EXCLUDED') THEN
        RAISE EXCEPTION 'EVD-06: the self-assessment has been sent'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER keep_uses BEFORE INSERT OR UPDATE OR DELETE ON appraisals_evidenceuse
    FOR EACH ROW EXECUTE FUNCTION appraisals_keep_uses();

CREATE FUNCTION appraisals_keep_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM appraisals_evidenceuse u
               JOIN appraisals_appraisal a ON a.id = u.appraisal_id
               WHERE u.item_id = OLD.id AND a.state NOT IN ('OPEN', 'EXCLUDED')) THEN
        RAISE EXCEPTION 'EVD-06: the evidence belongs to a self-assessment that has been sent'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_evidence BEFORE UPDATE ON evidence_evidenceitem FOR EACH ROW
    WHEN ((OLD.kind, OLD.title, OLD.description, OLD.file_id, OLD.url, OLD.text, OLD.dated_on, OLD.person_id)
          IS DISTINCT FROM
          (NEW.kind, NEW.title, NEW.description, NEW.file_id, NEW.url, NEW.text, NEW.dated_on, NEW.person_id)
          OR (OLD.archived_at IS NULL AND NEW.archived_at IS NOT NULL))
    EXECUTE FUNCTION appraisals_keep_evidence();
"""
NO_EVIDENCE = """
DROP TRIGGER keep_evidence ON evidence_evidenceitem;
DROP FUNCTION appraisals_keep_evidence();
DROP TRIGGER keep_uses ON appraisals_evidenceuse;
DROP FUNCTION appraisals_keep_uses();
"""

# APR-12. Who decides on a principal (TT 14/2018 Điều 11): the nearest body above the school of the tier that the rule
# of that day names for the school's highest level, its own province's rule first; where there is none (a school of a
# university or of the ministry), the body directly above.
DECIDER = """
CREATE FUNCTION appraisals_decider(school bigint, on_day date) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(
        (SELECT above.id
         FROM organizations_organization above
         JOIN organizations_organizationkind kind ON kind.code = above.kind_id
         WHERE above.path @> o.path AND above.id <> o.id AND above.is_open
           AND kind.tier = (
               SELECT r.tier FROM appraisals_deciderrule r
               WHERE r.level = CASE WHEN 'THPT' = ANY(o.levels) THEN 'THPT'
                                    WHEN 'THCS' = ANY(o.levels) THEN 'THCS' ELSE 'TH' END
                 AND r.validity @> on_day AND (r.province_id IS NULL OR r.province_id = o.province_id)
               ORDER BY r.province_id IS NULL LIMIT 1)
         ORDER BY nlevel(above.path) DESC LIMIT 1),
        o.parent_id, o.id)
    FROM organizations_organization o WHERE o.id = school
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("appraisals", "0001_initial"),
        ("evidence", "0001_initial"),
        ("organizations", "0001_initial"),
        ("standards", "0010_classify"),
    ]

    operations = [
        migrations.RunSQL(CLASSIFIED, NOT_CLASSIFIED),
        migrations.RunSQL(WINDOWS, NO_WINDOWS),
        migrations.RunSQL(EVIDENCE, NO_EVIDENCE),
        migrations.RunSQL(DECIDER, "DROP FUNCTION appraisals_decider(bigint, date)"),
    ]
