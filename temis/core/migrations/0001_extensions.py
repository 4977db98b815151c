"""Extensions of PostgreSQL and the one function that folds Vietnamese text for search."""

from django.contrib.postgres.operations import (
    BtreeGistExtension,
    CreateExtension,
    TrigramExtension,
    UnaccentExtension,
)
from django.db import migrations

VN_FOLD = """
CREATE FUNCTION vn_fold(text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
AS $$ SELECT lower(public.unaccent('public.unaccent'::regdictionary, normalize($1, NFC))) $$;
"""


class Migration(migrations.Migration):
    initial = True
    # Every tracked table's triggers need the function of pghistory, from the first row on.
    dependencies = [("pghistory", "0007_auto_20250421_0444")]
    # The paths, exclusion constraints and search columns of these need the extensions.
    run_before = [
        ("accounts", "0001_initial"),
        ("organizations", "0001_initial"),
        ("people", "0001_initial"),
    ]
    operations = [
        CreateExtension("ltree"),
        BtreeGistExtension(),
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunSQL(VN_FOLD, "DROP FUNCTION vn_fold(text)"),
        migrations.RunSQL(
            "CREATE UNLOGGED TABLE core_cache (cache_key varchar(255) PRIMARY KEY, value text NOT NULL,"
            " expires timestamptz NOT NULL);"
            "CREATE INDEX core_cache_expires ON core_cache (expires);",
            "DROP TABLE core_cache",
        ),
    ]
