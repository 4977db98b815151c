"""The demo province, imported from its files and extracted: every known published number of Hậu Giang 2020."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from temis.demo.files import write_files
from temis.demo.population import make_population
from temis.exchange.cli import run_import
from temis.reporting.cli import extract
from temis.reporting.models import PersonFact
from temis.reporting.tests import haugiang

YEAR = 2020


def load(folder: Path) -> None:
    files = write_files(folder, population=make_population(), spreadsheets=False)
    for kind, path, options in (
        ("organizations", files.organizations, {}),
        ("staff", files.staff, {}),
        ("results", files.results_teachers, {"year": YEAR, "standard": "GVPT-20/2018"}),
        ("results", files.results_managers, {"year": YEAR, "standard": "HT-14/2018"}),
    ):
        summary = run_import(kind, path, **options)
        assert summary.ok, summary.problems[:5]


def rows_of(report: dict, table_id: str) -> dict[tuple[str, str], dict]:
    (table,) = [table for table in report["tables"] if table["id"] == table_id]
    return {(row["level"], row["group"]): row["values"] for row in table["rows"]}


def published(table_id: str):
    for row in haugiang.PUBLISHED[table_id]["rows"]:
        yield (haugiang.LEVEL_CODES[row["cap_hoc"]], haugiang.GROUP_CODES[row["nhom"]]), row


@pytest.mark.django_db
def test_imported_demo_gives_every_published_number_and_the_same_bytes_again(tmp_path):
    load(tmp_path / "files")

    summary = extract(province="93", year=YEAR, out=tmp_path / "out", formats=("json",))
    again = extract(province="93", year=YEAR, out=tmp_path / "again", formats=("json",))

    text = (tmp_path / "out" / "report.json").read_bytes()
    report = json.loads(text, parse_float=Decimal)
    completion = {
        key: {
            "total": row["tong_nguoi"],
            "completed": row["hoan_thanh_nguoi"],
            "completed_pct": Decimal(str(row["hoan_thanh_pct_published"])),
        }
        for key, row in published("A.1.1")
    }
    assert rows_of(report, "A.1.1") == completion
    ours = rows_of(report, "A.1.2")
    for key, row in published("A.1.2"):
        expected: dict = {}
        for column, name in (("cd", "chua_dat"), ("d", "dat"), ("k", "kha"), ("t", "tot")):
            expected |= {column: row[name]["sl"], f"{column}_pct": Decimal(str(row[name]["pct_published"]))}
        assert ours[key] == expected
    assert (tmp_path / "again" / "report.json").read_bytes() == text
    assert summary.data_hash == again.data_hash
    counted = PersonFact.objects.filter(kind__province_code="93")
    assert counted.filter(subject="GVPT").count() == 6726
