"""The classification rule inside PostgreSQL, for imports of many rows and for the trigger that guards decisions."""

from django.db import migrations

CLASSIFY = """
CREATE FUNCTION standards_classify(edition bigint, levels smallint[]) RETURNS smallint
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE AS $$
-- STD-01, the same as rules.overall_level. Levels stand in the order of the criteria's numbers.
-- NULL where there is not exactly one level from 0 to 3 for every criterion, or no such edition.
DECLARE
    is_key boolean[];
    given smallint;
    place int := 0;
    lowest smallint := 3;
    lowest_key smallint := 3;
    passes int := 0;
    fairs int := 0;
    goods int := 0;
BEGIN
    SELECT array_agg(c.is_key ORDER BY c.number) INTO is_key FROM standards_criterion c WHERE c.edition_id = edition;
    IF cardinality(is_key) IS DISTINCT FROM cardinality(levels) THEN RETURN NULL; END IF;
    FOREACH given IN ARRAY levels LOOP
        place := place + 1;
        IF given IS NULL OR given NOT BETWEEN 0 AND 3 THEN RETURN NULL; END IF;
        IF given < lowest THEN lowest := given; END IF;
        IF is_key[place] AND given < lowest_key THEN lowest_key := given; END IF;
        IF given >= 1 THEN passes := passes + 1; END IF;
        IF given >= 2 THEN fairs := fairs + 1; END IF;
        IF given >= 3 THEN goods := goods + 1; END IF;
    END LOOP;
    RETURN (
        SELECT coalesce(max(t.level), 0)
          FROM standards_editionthreshold t
         WHERE t.edition_id = edition
           AND lowest >= t.floor
           AND lowest_key >= t.key_floor
           AND (ARRAY[passes, fairs, goods])[t.level] * t.share_of >= t.share_count * place
    );
END $$;
"""

# A criterion lies in a standard of its own edition.
SAME_EDITION = """
ALTER TABLE standards_criterion ADD CONSTRAINT criterion_standard_of_same_edition
    FOREIGN KEY (standard_id, edition_id) REFERENCES standards_standard (id, edition_id)
    DEFERRABLE INITIALLY DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [("standards", "0001_initial")]

    operations = [
        migrations.RunSQL(CLASSIFY, "DROP FUNCTION standards_classify(bigint, smallint[])"),
        migrations.RunSQL(
            SAME_EDITION, "ALTER TABLE standards_criterion DROP CONSTRAINT criterion_standard_of_same_edition"
        ),
    ]
