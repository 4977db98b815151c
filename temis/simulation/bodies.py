"""Bodies and posts into the database: the tree of before the reform, and a table of posts to make people from."""

from collections.abc import Iterator
from typing import Any

from django.db import connection

from temis.simulation.country import Body, Country
from temis.simulation.figures import figure, read
from temis.simulation.plan import REFORM, Plan
from temis.simulation.posts import LEVELS, posts_of

_DESCRIBED = "name, parent_id, path, province_id, levels, disadvantaged"
_BODIES = f"COPY organizations_organization (id, code, kind_id, is_open, {_DESCRIBED}) FROM STDIN"
_VERSIONS = f"""
INSERT INTO organizations_organizationversion (organization_id, {_DESCRIBED}, validity)
SELECT id, {_DESCRIBED}, CASE WHEN kind_id = 'COMMUNE' THEN daterange(%(reform)s::date, NULL)
                              WHEN kind_id IN ('MOET', 'UNIVERSITY') THEN daterange(NULL, NULL)
                              ELSE daterange(%(before)s::date, NULL) END
FROM organizations_organization ORDER BY id
"""
_POSTS = """
DROP TABLE IF EXISTS simulated_post;
CREATE TEMP TABLE simulated_post (
    id int, organization_id bigint, province text, region int, position text, level text, subject text,
    group_name text, size int, first bigint, female real, minority real, disadvantaged boolean, group_id bigint
) ON COMMIT DROP
"""
_COPY_POSTS = """
COPY simulated_post (id, organization_id, province, region, position, level, subject, group_name, size, first, female,
                     minority, disadvantaged) FROM STDIN
"""


def write_bodies(country: Country, plan: Plan) -> None:
    """All bodies with their first version; parents have the lower ids."""
    with connection.cursor() as cursor:
        with cursor.copy(_BODIES) as copy:
            for body in country.bodies:
                copy.write_row(_row(body))
        cursor.execute(_VERSIONS, {"before": plan.before, "reform": REFORM})
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('organizations_organization', 'id'), %(last)s)",
            {"last": len(country.bodies)},
        )


def _row(body: Body) -> tuple[Any, ...]:
    levels = [level for level in LEVELS if level in body.weights]
    parent = body.parent.id if body.parent else None
    is_open = body.kind != "COMMUNE"  # the reform opens them
    described = (body.name, parent, body.path, body.province, levels, body.disadvantaged)
    return (body.id, body.code, body.kind, is_open, *described)


def write_posts(country: Country) -> int:
    """The table `simulated_post`, offices first; returns how many people it makes room for."""
    with connection.cursor() as cursor:
        cursor.execute(_POSTS)
        last = 0
        with cursor.copy(_COPY_POSTS) as copy:
            for number, row in enumerate(_post_rows(country), 1):
                copy.write_row((number, *row[:7], row[7], last + 1, *row[8:]))
                last += row[7]
        cursor.execute("ANALYZE simulated_post")
    return last


def _post_rows(country: Country) -> Iterator[tuple[Any, ...]]:
    """organization … group name, size, share of women, share of minorities, disadvantaged."""
    regions = list(read("country")["regions"])
    for body in [*country.of_kind("MOET", "UNIVERSITY", "DOET", "BOET"), *country.of_kind("SCHOOL")]:
        region, shift, minority = _shares(body)
        for posts in posts_of(body):
            female = figure("people", "female")[posts.level if posts.position == "TEACHER" else posts.position]
            place = (body.id, body.province, regions.index(region), posts.position)
            kind = (posts.level, posts.subject, posts.group, posts.size)
            yield (*place, *kind, min(0.95, female + shift), minority, body.disadvantaged)


def _shares(body: Body) -> tuple[str, float, float]:
    """Region, shift of the share of women, share of minorities."""
    if body.province is None:
        return "RED_RIVER", 0.0, 0.05
    entry = read("country")["provinces"][body.province]
    rule, region = figure("people", "minority"), entry["region"]
    among = entry["minority"] / 100
    share = among * (rule["of_inhabitants"] + rule["growing_by"] * among)
    if body.disadvantaged:
        share = min(0.95, share * figure("people", "disadvantaged")["extra_minority"])
    return region, read("country")["regions"][region]["female"], share
