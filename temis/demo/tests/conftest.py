"""The written files are read back by the tests as an outsider would read them."""

import csv
from pathlib import Path

import pytest

from temis.demo.files import write_files
from temis.demo.population import make_population


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def population():
    return make_population()


@pytest.fixture(scope="session")
def files(tmp_path_factory, population):
    return write_files(tmp_path_factory.mktemp("demo"), population=population)


@pytest.fixture(scope="session")
def organizations(files):
    return {row["Mã đơn vị"]: row for row in read_csv(files.organizations)}


@pytest.fixture(scope="session")
def staff(files):
    return {row["Mã định danh"]: row for row in read_csv(files.staff)}


@pytest.fixture(scope="session")
def teacher_results(files):
    return {row["Mã định danh"]: row for row in read_csv(files.results_teachers)}


@pytest.fixture(scope="session")
def manager_results(files):
    return {row["Mã định danh"]: row for row in read_csv(files.results_managers)}
