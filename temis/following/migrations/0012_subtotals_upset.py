"""Windows and the tree of bodies upset the subtotals (see `models.SubtotalsUpset`)."""

from django.db import migrations

# What decides what is late, and under which body somebody counts. A new body has no counts yet.
UPSET = """
CREATE FUNCTION following_upset_subtotals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO following_subtotalsupset DEFAULT VALUES;
    RETURN NULL;
END $$;
CREATE TRIGGER following_windows AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON appraisals_stagewindow
    FOR EACH STATEMENT EXECUTE FUNCTION following_upset_subtotals();
CREATE TRIGGER following_tree AFTER UPDATE OF path, parent_id, kind_id OR DELETE OR TRUNCATE
    ON organizations_organization FOR EACH STATEMENT EXECUTE FUNCTION following_upset_subtotals();
CREATE OR REPLACE FUNCTION following_count_none() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM following_subtotalshold;
    DELETE FROM following_progress;
    RETURN NULL;
END $$;
"""
CALM = """
DROP TRIGGER following_windows ON appraisals_stagewindow;
DROP TRIGGER following_tree ON organizations_organization;
DROP FUNCTION following_upset_subtotals();
CREATE OR REPLACE FUNCTION following_count_none() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM following_progress;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("following", "0011_auto_subtotals")]
    operations = [migrations.RunSQL(UPSET, CALM)]
