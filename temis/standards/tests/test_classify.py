"""STD-01 in PostgreSQL: `standards_classify` says what `rules.overall_level` says."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from temis.standards.enums import Level
from temis.standards.models import Edition
from temis.standards.queries import edition_rule
from temis.standards.rules import overall_level
from temis.standards.tests.vectors import CODES, VECTORS

pytestmark = pytest.mark.django_db

LEVELS = st.sampled_from(Level)
# Vectors near the thresholds: mostly one level, a few others. Uniform ones would nearly all be "Chưa đạt".
NEAR = LEVELS.flatmap(
    lambda usual: st.lists(st.one_of(st.just(usual), st.just(usual), LEVELS), min_size=18, max_size=18)
)


def classify(edition_id: int, levels: list[int | None]) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT standards_classify(%s, %s::smallint[])", [edition_id, [*map(_plain, levels)]])
        return cursor.fetchone()[0]


def _plain(level: int | None) -> int | None:
    return None if level is None else int(level)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"{vector['standard']} {vector['note']}")
def test_classify_agrees_with_vector(vector):
    edition = Edition.objects.get(code=vector["standard"])

    assert classify(edition.pk, vector["levels"]) == Level.parse(vector["expected"])


@pytest.mark.parametrize("code", CODES)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(levels=NEAR)
def test_classify_agrees_with_rule_for_any_levels(code, levels):
    edition = Edition.objects.get(code=code)
    rule = edition_rule(edition)
    vector = levels[: len(rule.criteria)]

    assert classify(edition.pk, vector) == overall_level(vector, rule)


@pytest.mark.parametrize(
    "levels",
    [[3] * 14, [3] * 16, [], [3] * 14 + [None], [3] * 14 + [4], [-1] + [3] * 14],
    ids=["one missing", "one too many", "none", "one null", "above range", "below range"],
)
def test_classify_gives_null_where_levels_are_incomplete(levels):
    assert classify(Edition.objects.get(code="GVPT-20/2018").pk, levels) is None


def test_classify_gives_null_for_unknown_edition():
    assert classify(-1, [3] * 15) is None
