"""`temis report`: all reports of one moment, and the proof of what was kept."""

import json

import pytest

from temis.reporting import cli
from temis.reporting.models import RollupCount
from temis.reporting.tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def summary(cast, tmp_path):
    factories.decide_all_at_random(factories.decided_period(cast))
    return cli.extract_all(year=2020, out=tmp_path, formats=("json",), processes=1)


def total(folder, slug: str, table: str) -> dict[str, int]:
    """The counts of everybody in a table of a written report."""
    report = json.loads((folder / slug / "report.json").read_text())
    (found,) = [each for each in report["tables"] if each["id"] == table]
    counts = [column["key"] for column in found["columns"] if column["kind"] == "count"]
    return {key: found["rows"][0]["values"][key] for key in counts}


@pytest.mark.parametrize("table", ["A.1.1", "A.1.2", "A.1.4", "A.2.1", "A.2.5"])
def test_provinces_add_up_to_the_country(summary, tmp_path, table):
    country, parts = total(tmp_path, "vn", table), [total(tmp_path, slug, table) for slug in ("93", "95")]

    assert set(summary.reports) == {"vn", "93", "95"}
    assert country == {key: sum(part[key] for part in parts) for key in country}


def test_one_of_all_is_what_it_would_be_alone(summary, tmp_path):
    alone = cli.extract(province="93", year=2020, out=tmp_path / "alone", formats=("json",))

    assert (tmp_path / "alone" / "report.json").read_bytes() == (tmp_path / "93" / "report.json").read_bytes()
    assert alone.data_hash == summary.reports["93"].data_hash


def test_proof_holds_until_a_count_is_wrong(cast, summary):
    frozen = factories.frozen(cast)
    before = cli.prove(year=2020)
    RollupCount.objects.filter(item=0).first().delete()

    after = cli.prove(year=2020)

    assert (before.ok, before.versions, before.different) == (True, 1, [])
    assert (after.ok, after.rollup, after.different) == (False, False, [])
    assert frozen.number == 1
