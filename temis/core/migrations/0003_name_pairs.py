"""Each two words of a folded name that stand side by side, for the index of `search__words`.

Of “nguyen van an”: “nguyen van”, “van an”. Half of all people are a Nguyễn or have Văn or Thị in the name, and an index
of words alone reads them all; those who have both side by side are few.
"""

from django.db import migrations

VN_PAIRS = r"""
CREATE FUNCTION vn_pairs(text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
AS $$
    SELECT array_to_tsvector(coalesce(array_agg(DISTINCT pair) FILTER (WHERE pair IS NOT NULL), '{}'))
    FROM (
        SELECT word || ' ' || lead(word) OVER (ORDER BY place) AS pair
        FROM regexp_split_to_table($1, '[ -/:-@\[-`{-~]+') WITH ORDINALITY AS found(word, place)
        WHERE word <> ''
    ) pairs
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0002_audit_and_jobs")]
    operations = [migrations.RunSQL(VN_PAIRS, "DROP FUNCTION vn_pairs(text)")]
