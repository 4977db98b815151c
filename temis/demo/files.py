"""The demo province as the import files of the contract (sections 2.1 to 2.3), as CSV and as spreadsheets."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import xlsxwriter

from temis.demo.people import Person
from temis.demo.population import SEED, Population, make_population
from temis.demo.posts import terms
from temis.demo.profiles import MANAGERS, TEACHERS, Standard
from temis.demo.schools import bodies, districts

Row = Sequence[str]

ORGANIZATION_HEADINGS = (
    "Mã đơn vị", "Tên đơn vị", "Loại đơn vị", "Mã đơn vị quản lý", "Cấp học", "Mã tỉnh", "Vùng khó khăn",
    "Từ ngày", "Đến ngày",
)  # fmt: skip
STAFF_HEADINGS = (
    "Mã định danh", "Họ và tên", "Ngày sinh", "Số CCCD", "Email", "Điện thoại", "Giới tính", "Dân tộc",
    "Mã đơn vị", "Vị trí việc làm", "Cấp học", "Môn dạy", "Tổ chuyên môn", "Tổ trưởng", "Cốt cán",
    "Từ ngày", "Đến ngày",
)  # fmt: skip
LEVEL_SIGNS = ("CĐ", "Đ", "K", "T")
SIGN_OF = {"CD": "CĐ", "D": "Đ", "K": "K", "T": "T"}
WITH_RESULTS = {"results-GVPT": ({"TEACHER"}, TEACHERS), "results-HT": ({"PRINCIPAL", "DEPUTY"}, MANAGERS)}


@dataclass(frozen=True, slots=True)
class Files:
    """Where the files are, in the order in which they must be imported."""

    organizations: Path
    staff: Path
    results_teachers: Path
    results_managers: Path
    spreadsheets: tuple[Path, ...] = ()


def write_files(
    out: Path,
    seed: int = SEED,
    *,
    population: Population | None = None,
    neighbour: bool = True,
    spreadsheets: bool = True,
) -> Files:
    """Write organizations, staff and results into `out`; `spreadsheets` adds each of them as .xlsx."""
    population = population or make_population(seed, neighbour=neighbour)
    out.mkdir(parents=True, exist_ok=True)
    tables = {
        "organizations": [ORGANIZATION_HEADINGS, *_organization_rows(population)],
        "staff": [STAFF_HEADINGS, *map(_staff_row, population.people)],
    }
    for name, (positions, standard) in WITH_RESULTS.items():
        decided = [person for person in population.people if person.result and person.position in positions]
        tables[name] = [_result_headings(standard), *(_result_row(person, standard) for person in decided)]
    written = {name: _write_csv(out / f"{name}.csv", rows) for name, rows in tables.items()}
    books = [_write_xlsx(out / f"{name}.xlsx", rows) for name, rows in tables.items()] if spreadsheets else []
    return Files(
        organizations=written["organizations"],
        staff=written["staff"],
        results_teachers=written["results-GVPT"],
        results_managers=written["results-HT"],
        spreadsheets=tuple(books),
    )


def _organization_rows(population: Population) -> Iterator[Row]:
    """Parents before children."""
    ministry, province, neighbour = bodies()["ministry"], bodies()["province"], bodies()["neighbour"]
    yield _body(ministry, "Bộ", "", "")
    for university in bodies()["universities"]:
        yield _body(university, "Đại học", ministry["code"], "")
    yield _body(province, "Sở", ministry["code"], province["code"])
    for place in districts():
        code, name = province["code"] + place["code"], province["local"].format(place=place["name"])
        yield _body({"code": code, "name": name}, "Phòng", province["code"], province["code"])
    if any(school.province == neighbour["code"] for school in population.schools):
        yield _body(neighbour, "Sở", ministry["code"], neighbour["code"])
        yield _body(neighbour["local"], "Phòng", neighbour["code"], neighbour["code"])
    for school in population.schools:
        levels = ", ".join(terms()["levels"][level] for level in school.levels)
        tick = _tick(school.disadvantaged)
        yield (school.code, school.name, "Trường", school.parent, levels, school.province, tick, "", "")


def _body(body: dict[str, str], kind: str, parent: str, province: str) -> Row:
    return (body["code"], body["name"], kind, parent, "", province, "", "", "")


def _staff_row(person: Person) -> Row:
    return (
        person.code,
        person.name,
        _day(person.birth_date),
        "",
        person.email,
        "",
        "Nữ" if person.female else "Nam",
        person.ethnic_group,
        person.organization,
        terms()["positions"][person.position],
        terms()["levels"][person.level] if person.level else "",
        person.subject,
        person.group,
        _tick(person.leader),
        _tick(person.core),
        _day(person.start),
        "",
    )


def _result_headings(standard: Standard) -> Row:
    criteria = [f"TC{number}" for number in range(1, standard.size + 1)]
    return ("Mã định danh", *criteria, "Xếp loại", "Ngày đánh giá", "Người đánh giá")


def _result_row(person: Person, standard: Standard) -> Row:
    result = person.result
    if result is None:
        raise ValueError(f"{person.code} has no result")
    criteria = [LEVEL_SIGNS[level] for level in result.levels] or [""] * standard.size
    return (person.code, *criteria, SIGN_OF[result.overall], _day(result.decided_on), result.decided_by)


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _tick(value: bool) -> str:
    return "x" if value else ""


def _write_csv(path: Path, rows: Sequence[Row]) -> Path:
    # The mark at the beginning lets spreadsheet programs read the Vietnamese letters.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def _write_xlsx(path: Path, rows: Sequence[Row]) -> Path:
    """Everything as text: codes keep their digits, nothing becomes a formula or a link."""
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if value:
                    sheet.write_string(number, column, value)
    return path
