"""Levels of the criteria that make a given overall level, and sums of opinions: made once by the rule itself, then
only looked up. So no row of the country can contradict the circular (STD-01) nor a sum its ballots (OPN-07)."""

from collections.abc import Iterator
from random import Random

from django.db import connection

from temis.opinions.rules import added, empty_counts
from temis.standards.enums import Level
from temis.standards.models import Edition
from temis.standards.queries import edition_rule
from temis.standards.rules import EditionRule, overall_level

PROFILES = 300  # for each standard and overall level
VARIANTS = 6  # of the sums for each number of opinions
# How likely a criterion is at each level, by the overall level that is wanted.
_ODDS = {
    Level.GOOD: (0, 0, 0.16, 0.84),
    Level.FAIR: (0, 0.03, 0.55, 0.42),
    Level.PASS: (0, 0.45, 0.45, 0.1),
    Level.NOT_MET: (0.08, 0.5, 0.36, 0.06),
}
_WEAKER_FROM = 0.8  # the last criteria (languages, technology) are the hard ones
# What others think of somebody at a level: as he is, one above, one below.
_OPINION = (0.68, 0.18, 0.14)

_TABLES = """
DROP TABLE IF EXISTS simulated_profile, simulated_sum;
CREATE TEMP TABLE simulated_profile (subject text, overall int, n int, levels smallint[]) ON COMMIT DROP;
CREATE TEMP TABLE simulated_sum (subject text, overall int, given int, n int, counts int[], sums int[]) ON COMMIT DROP
"""
Profiles = dict[Level, list[list[int]]]


def write_profiles(editions: dict[str, Edition], most: dict[str, int], seed: int) -> None:
    """`simulated_profile`, and `simulated_sum` for up to `most` opinions."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        for subject, edition in editions.items():
            random, rule = Random(f"{seed} {subject}"), edition_rule(edition)
            profiles = {level: list(_profiles(level, rule, random)) for level in Level}
            with cursor.copy("COPY simulated_profile FROM STDIN") as copy:
                for level, made in profiles.items():
                    for n, levels in enumerate(made):
                        copy.write_row((subject, int(level), n, levels))
            with cursor.copy("COPY simulated_sum FROM STDIN") as copy:
                for row in _sums(profiles, most[subject], random):
                    copy.write_row((subject, *row))
        cursor.execute("ANALYZE simulated_profile")
        cursor.execute("ANALYZE simulated_sum")


def _profiles(wanted: Level, rule: EditionRule, random: Random) -> Iterator[list[int]]:
    """Drawn until the rule says what is wanted."""
    made = 0
    while made < PROFILES:
        levels = _draw(wanted, rule, random)
        if overall_level([Level(level) for level in levels], rule) == wanted:
            made += 1
            yield levels


def _draw(wanted: Level, rule: EditionRule, random: Random) -> list[int]:
    size, odds, levels = len(rule.criteria), _ODDS[wanted], []
    for place, criterion in enumerate(rule.criteria):
        level = random.choices(range(4), odds)[0]
        if wanted == Level.GOOD and criterion in rule.key:
            level = int(Level.GOOD)
        if place >= size * _WEAKER_FROM and level > 1 and random.random() < 0.35:
            level -= 1
        levels.append(level)
    if wanted == Level.NOT_MET:
        levels[random.choice([n for n, c in enumerate(rule.criteria) if c in rule.key])] = 0
    return levels


def _sums(profiles: Profiles, most: int, random: Random) -> Iterator[tuple[int, int, int, list[int], list[int]]]:
    """overall, given, variant, counts by criterion, counts by overall level."""
    size = len(profiles[Level.GOOD][0])
    for overall in Level:
        for variant in range(VARIANTS):
            counts, sums = empty_counts(size), empty_counts(1)
            for given in range(1, most + 1):
                opinion = _opinion(overall, random)
                counts = added(counts, random.choice(profiles[opinion]))
                sums = added(sums, [int(opinion)])
                yield int(overall), given, variant, counts, sums


def _opinion(overall: Level, random: Random) -> Level:
    shift = random.choices((0, 1, -1), _OPINION)[0]
    # Who is not good enough in his colleagues' eyes is rare.
    return Level(max(1 if overall > Level.NOT_MET else 0, min(3, overall + shift)))


def most_opinions() -> dict[str, int]:
    """The largest number of opinions that one can have: of the largest group, of the largest school."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT max(n) FROM (SELECT sum(size) AS n FROM simulated_post WHERE group_id IS NOT NULL"
            " GROUP BY group_id) g), (SELECT max(n) FROM (SELECT sum(size) AS n FROM simulated_post"
            " WHERE position IN ('TEACHER', 'STAFF') GROUP BY organization_id) s)"
        )
        group, school = cursor.fetchone()
    # Transfers make a group of another year larger than its posts.
    return {"GVPT": 2 * int(group or 0) + 10, "CBQL": 2 * int(school or 0) + 10}
