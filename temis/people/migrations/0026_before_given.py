"""Those who have a word anywhere in their name but in the given one, who do not stand together in lists by name (see
`people.names`)."""

import django.contrib.postgres.indexes
from django.db import migrations

from temis.core.fields import BeforeGiven, PairsOf, WordsOf

# The given name of a key of sorting stands first in it: letters of the alphabet by their rank (`core.text`), "~" for
# others.
VN_BEFORE_GIVEN = r"""
CREATE FUNCTION vn_before_given(search text, sort_key text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
AS $$
    SELECT CASE WHEN sort_key ~ '^[0-9a-w]+[ !]' THEN regexp_replace(search, '(^| )[a-z0-9]+$', '') ELSE search END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0025_level_today")]
    operations = [
        migrations.RunSQL(VN_BEFORE_GIVEN, "DROP FUNCTION vn_before_given(text, text)"),
        migrations.AddIndex(
            model_name="person",
            index=django.contrib.postgres.indexes.GinIndex(
                WordsOf(BeforeGiven("search", "sort_key")), name="person_words_before_given"
            ),
        ),
        migrations.AddIndex(
            model_name="person",
            index=django.contrib.postgres.indexes.GinIndex(
                PairsOf(BeforeGiven("search", "sort_key")), name="person_pairs_before_given"
            ),
        ),
        # How frequent each word is there.
        migrations.RunSQL("ANALYZE people_person", migrations.RunSQL.noop),
    ]
