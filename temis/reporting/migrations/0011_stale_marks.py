"""Marks of who may count differently, written with each change in its own transaction (see `models.StaleMark`).

One statement over a whole table leaves one mark for everybody instead of one for each.
"""

from django.db import migrations

MANY = 20_000


def _mark(columns: str, rows: str) -> str:
    """`rows` gives the columns; more than MANY of them become a mark without the person or body."""
    *wide, narrow = columns.split(", ")
    kept = "".join(f"{column}, " for column in wide)
    return f"""
    WITH changed AS MATERIALIZED ({rows}), size AS (SELECT count(*) AS n FROM changed)
    INSERT INTO reporting_stalemark ({columns})
    SELECT DISTINCT {kept}CASE WHEN size.n <= {MANY} THEN {narrow} END FROM changed, size;
    """


def _function(name: str, body: str) -> str:
    return f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NULL; END $$;\n"


def _trigger(name: str, event: str, table: str, sides: str, body: str) -> str:
    return _function(f"reporting_{name}", body) + (
        f"CREATE TRIGGER reporting_{name} AFTER {event} ON {table} REFERENCING {sides} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION reporting_{name}();\n"
    )


def _changes(name: str, table: str, columns: str, watched: str, key: str = "id") -> str:
    """Marks for the rows of a table that change in a watched column, as they were and as they are."""
    rows = f"""
        SELECT v.* FROM fresh JOIN gone USING ({key})
        CROSS JOIN LATERAL (VALUES ({_of("fresh", columns)}), ({_of("gone", columns)})) v ({_names(columns)})
        WHERE ROW({_of("fresh", watched)}) IS DISTINCT FROM ROW({_of("gone", watched)})
    """
    sides = "OLD TABLE AS gone NEW TABLE AS fresh"
    return _trigger(f"{name}_changed", "UPDATE", table, sides, _mark(_names(columns), rows))


def _comings_and_goings(name: str, table: str, columns: str) -> str:
    """Marks for the rows that are added and those that are deleted."""
    return "".join(
        _trigger(f"{name}_{what}", event, table, f"{side} TABLE AS rows", _mark(columns, f"SELECT {columns} FROM rows"))
        for what, event, side in (("new", "INSERT", "NEW"), ("gone", "DELETE", "OLD"))
    )


def _names(columns: str) -> str:
    """`id AS person_id` is the column person_id."""
    return ", ".join(column.split(" AS ")[-1] for column in columns.split(", "))


def _of(side: str, columns: str) -> str:
    sources = (column.split(" AS ")[0] for column in columns.split(", "))
    return ", ".join(source if source.startswith("NULL") else f"{side}.{source}" for source in sources)


TABLES = ("appraisals_appraisal", "people_employment", "organizations_organizationversion")
APPRAISAL = (
    "period_id, person_id, subject, organization_id, position, level, state, exclusion, decided_overall, decided_levels"
)
TRIGGERS = (
    _comings_and_goings("appraisal", TABLES[0], "period_id, person_id")
    + _changes("appraisal", TABLES[0], "period_id, person_id", APPRAISAL)
    + _comings_and_goings("employment", TABLES[1], "person_id")
    + _changes("employment", TABLES[1], "person_id", "person_id, organization_id, position, level, validity")
    + _comings_and_goings("version", TABLES[2], "organization_id")
    + _changes("version", TABLES[2], "organization_id", "organization_id, province_id, levels, disadvantaged, validity")
    # Who comes or goes has employments or appraisals, which leave marks of their own.
    + _changes("person", "people_person", "id AS person_id", "gender, ethnic_group")
    + _changes("body", "organizations_organization", "id AS organization_id", "kind_id")
    + _changes("period", "appraisals_period", "id AS period_id, NULL::bigint AS person_id", "reference_on")
    + _changes("tier", "organizations_organizationkind", "NULL::bigint AS person_id", "tier", key="code")
    + _function("reporting_everybody", "INSERT INTO reporting_stalemark (person_id) VALUES (NULL);")
    + "".join(
        f"CREATE TRIGGER reporting_none AFTER TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION reporting_everybody();\n"
        for table in TABLES
    )
)
FUNCTIONS = [
    *(f"{name}_{what}" for name in ("appraisal", "employment", "version") for what in ("changed", "gone", "new")),
    *(f"{name}_changed" for name in ("person", "body", "period", "tier")),
    "everybody",
]
NO_TRIGGERS = "".join(f"DROP FUNCTION reporting_{name}() CASCADE;\n" for name in FUNCTIONS)


class Migration(migrations.Migration):
    dependencies = [
        ("reporting", "0010_auto_facts"),
        ("appraisals", "0001_initial"),
        ("people", "0001_initial"),
        ("organizations", "0001_initial"),
    ]
    operations = [migrations.RunSQL(TRIGGERS, NO_TRIGGERS)]
