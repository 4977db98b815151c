"""No page costs more because the country is larger: the same pages with 2,000 and with 20,000 people.

Numbers of statements and of blocks that the database reads, never times: they are the same on every machine.
"""

import json
import re

import pytest
from django.conf import settings

from tests.database import migrated_database, run_python

SMALL, LARGE = 2_000, 20_000
# A page that has nothing to show asks less; one that asks for each row asks dozens of times more.
MORE = 6
GROWTH = 3.0
# Blocks that a page of any size may read: planning, the session, roles, menus.
FREE = 2_000

# Lists of all people below a body in an order of their own, and the count of those who would get a code: they read the
# people of that body, never those of others.
OF_A_BODY = {"appraisals:participants", "following:people", "people:codes", "people:list"}
# The trail of a body is read past the entries of others until a page is full: the more of these, the smaller a part of
# the country the body is, not the larger the country.
PAST_OTHERS = {"people:audit"}

Pages = dict[str, dict[str, int]]


@pytest.fixture(scope="module")
def sizes(django_db_setup, tmp_path_factory, testrun_uid) -> dict[int, Pages]:
    return {size: measured(size, str(tmp_path_factory.mktemp(str(size))), testrun_uid) for size in (SMALL, LARGE)}


def measured(size: int, folder: str, run: str) -> Pages:
    """Every page of every role of a simulated country; only the large one has the reports of a year."""
    with migrated_database(f"{settings.DATABASES['default']['NAME']}_{size}", run) as address:
        environment = {"TEMIS_DATABASE_URL": address, "TEMIS_DATA_DIR": folder}
        run_python(environment, "-m", "temis", "simulate", f"--people={size}", "--years=1")
        if size == LARGE:
            run_python(
                environment,
                "-m",
                "temis",
                "report",
                "extract",
                "--all",
                "--year=2025",
                f"--out={folder}",
                "--formats=json",
            )
        found: Pages = json.loads(run_python(environment, "-m", "benchmarks.guard").splitlines()[-1])
        return found


@pytest.fixture
def both(sizes) -> set[str]:
    """Pages that exist in both; of the others there is only one, or one has no second page of its list."""
    return set(sizes[SMALL]) & set(sizes[LARGE])


def test_the_pages_are_there(sizes, both):
    assert len(both) > 0.9 * len(sizes[SMALL])


def test_no_page_asks_more_often_of_more_people(sizes, both):
    more = {name: (sizes[SMALL][name]["queries"], sizes[LARGE][name]["queries"]) for name in both}
    assert {name: counts for name, counts in more.items() if counts[1] > counts[0] + MORE} == {}


def test_no_page_reads_the_country(sizes, both):
    read = {name: (sizes[SMALL][name]["blocks"], sizes[LARGE][name]["blocks"]) for name in both}
    more = {name: blocks for name, blocks in read.items() if blocks[1] > _free(name) + GROWTH * blocks[0]}
    assert {name: blocks for name, blocks in more.items() if _view(name) not in OF_A_BODY} == {}


def _free(name: str) -> int:
    return 3 * FREE if _view(name) in PAST_OTHERS else FREE


def _view(name: str) -> str:
    return re.split(r"[? ]", name)[0]
