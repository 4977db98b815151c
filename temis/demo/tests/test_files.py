"""The files: headings of the contract, references that hold, believable people, sameness by seed."""

from collections import Counter
from datetime import date, datetime

import pytest
from python_calamine import CalamineWorkbook

from temis.demo.cast import demo_cast
from temis.demo.files import write_files
from temis.demo.population import make_population
from temis.demo.tests.conftest import read_csv


def day(text):
    return datetime.strptime(text, "%d/%m/%Y").date()


@pytest.fixture(scope="module")
def teachers(staff):
    return [person for person in staff.values() if person["Vị trí việc làm"] == "Giáo viên"]


HEADINGS = {
    "organizations": "Mã đơn vị|Tên đơn vị|Loại đơn vị|Mã đơn vị quản lý|Cấp học|Mã tỉnh|Vùng khó khăn"
    "|Từ ngày|Đến ngày",
    "staff": "Mã định danh|Họ và tên|Ngày sinh|Số CCCD|Email|Điện thoại|Giới tính|Dân tộc|Mã đơn vị"
    "|Vị trí việc làm|Cấp học|Môn dạy|Tổ chuyên môn|Tổ trưởng|Cốt cán|Từ ngày|Đến ngày",
    "results_teachers": "Mã định danh|TC1|TC2|TC3|TC4|TC5|TC6|TC7|TC8|TC9|TC10|TC11|TC12|TC13|TC14|TC15"
    "|Xếp loại|Ngày đánh giá|Người đánh giá",
    "results_managers": "Mã định danh|TC1|TC2|TC3|TC4|TC5|TC6|TC7|TC8|TC9|TC10|TC11|TC12|TC13|TC14|TC15"
    "|TC16|TC17|TC18|Xếp loại|Ngày đánh giá|Người đánh giá",
}


@pytest.mark.parametrize("name", HEADINGS)
def test_headings_are_those_of_the_contract(files, name):
    assert list(read_csv(getattr(files, name))[0]) == HEADINGS[name].split("|")


def test_codes_are_unique(files, organizations, staff):
    assert len(read_csv(files.organizations)) == len(organizations)
    assert len(read_csv(files.staff)) == len(staff)


def test_managing_bodies_exist_and_stand_before_their_own(organizations):
    order = list(organizations)
    roots = [row["Mã đơn vị"] for row in organizations.values() if not row["Mã đơn vị quản lý"]]
    assert roots == ["BGDDT"]
    for code, row in organizations.items():
        if row["Mã đơn vị quản lý"]:
            assert order.index(row["Mã đơn vị quản lý"]) < order.index(code)


def test_bodies_are_as_many_as_in_2020(organizations):
    ours = [row for row in organizations.values() if row["Mã tỉnh"] == "93"]
    assert Counter(row["Loại đơn vị"] for row in ours) == {"Sở": 1, "Phòng": 8, "Trường": 254}
    schools = [row for row in ours if row["Loại đơn vị"] == "Trường"]
    levels = Counter(level for row in schools for level in row["Cấp học"].split(", "))
    assert levels == {"Tiểu học": 170, "THCS": 65, "THPT": 25}
    assert Counter(row["Cấp học"] for row in schools if "," in row["Cấp học"]) == {
        "Tiểu học, THCS": 2,
        "THCS, THPT": 4,
    }


def test_schools_with_upper_secondary_belong_to_the_department_of_the_province(organizations):
    for row in organizations.values():
        if row["Loại đơn vị"] == "Trường" and row["Mã tỉnh"] == "93":
            expected = "93" if "THPT" in row["Cấp học"] else row["Mã đơn vị"][:5]
            assert row["Mã đơn vị quản lý"] == expected


def test_people_work_in_bodies_that_fit_their_position(organizations, staff):
    kinds = {
        "Giáo viên": "Trường", "Hiệu trưởng": "Trường", "Phó hiệu trưởng": "Trường", "Nhân viên": "Trường",
        "Cán bộ Phòng": "Phòng", "Cán bộ Sở": "Sở", "Chuyên viên Bộ": "Bộ", "Giảng viên sư phạm": "Đại học",
    }  # fmt: skip
    found = {(p["Vị trí việc làm"], organizations[p["Mã đơn vị"]]["Loại đơn vị"]) for p in staff.values()}
    assert found == set(kinds.items())


def test_every_school_has_one_principal_deputies_and_staff(organizations, staff):
    schools = {code for code, row in organizations.items() if row["Loại đơn vị"] == "Trường"}
    for position, allowed in {"Hiệu trưởng": {1}, "Phó hiệu trưởng": {1, 2}, "Nhân viên": {2, 3, 4}}.items():
        numbers = Counter(p["Mã đơn vị"] for p in staff.values() if p["Vị trí việc làm"] == position)
        assert (set(numbers), set(numbers.values())) == (schools, allowed)


def test_teachers_are_counted_in_a_level_of_their_school(organizations, teachers):
    assert all(p["Cấp học"] in organizations[p["Mã đơn vị"]]["Cấp học"].split(", ") for p in teachers)


def test_results_belong_to_people_of_the_file(staff, teacher_results, manager_results):
    assert {staff[code]["Vị trí việc làm"] for code in teacher_results} == {"Giáo viên"}
    assert {staff[code]["Vị trí việc làm"] for code in manager_results} == {"Hiệu trưởng", "Phó hiệu trưởng"}
    for row in (teacher_results | manager_results).values():
        assert date(2020, 7, 1) <= day(row["Ngày đánh giá"]) <= date(2020, 8, 14)


def test_one_group_of_one_person_and_no_pair(teachers):
    sizes = Counter((p["Mã đơn vị"], p["Tổ chuyên môn"]) for p in teachers)
    assert sorted(sizes.values())[:2] == [1, 3]
    assert max(sizes.values()) <= 20


def test_every_group_but_the_lone_one_has_one_leader(teachers):
    sizes = Counter((p["Mã đơn vị"], p["Tổ chuyên môn"]) for p in teachers)
    leaders = Counter((p["Mã đơn vị"], p["Tổ chuyên môn"]) for p in teachers if p["Tổ trưởng"] == "x")
    assert leaders == {group: 1 for group, size in sizes.items() if size > 1}


def test_ages_names_and_dates_are_believable(staff):
    for person in staff.values():
        age = 2020 - int(person["Ngày sinh"][-4:])
        assert 25 <= age <= (54 if person["Giới tính"] == "Nữ" else 59)
        assert 2 <= len(person["Họ và tên"].split()) <= 5
        assert person["Họ và tên"] == person["Họ và tên"].strip()
        assert int(person["Từ ngày"][-4:]) - int(person["Ngày sinh"][-4:]) >= 22
        assert day(person["Từ ngày"]) <= date(2019, 9, 1)
    assert {person["Dân tộc"] for person in staff.values()} == {"Kinh", "Khmer", "Hoa", "Chăm"}


def test_no_identity_or_telephone_number_is_invented(staff):
    assert {(p["Số CCCD"], p["Điện thoại"]) for p in staff.values()} == {("", "")}
    assert all(not p["Email"] or p["Email"].endswith(".example") for p in staff.values())


def test_spreadsheets_say_the_same_as_the_text_files(files):
    for text in (files.organizations, files.staff, files.results_teachers, files.results_managers):
        rows = [list(row.values()) for row in read_csv(text)]
        book = CalamineWorkbook.from_path(str(text.with_suffix(".xlsx")))
        assert book.get_sheet_by_index(0).to_python()[1:] == rows


def test_same_seed_gives_the_same_bytes_another_seed_other_people(tmp_path, files):
    again = write_files(tmp_path / "again", spreadsheets=False)
    other = write_files(tmp_path / "other", seed=7, spreadsheets=False)
    for name in ("organizations", "staff", "results_teachers", "results_managers"):
        assert getattr(again, name).read_bytes() == getattr(files, name).read_bytes()
    assert other.staff.read_bytes() != files.staff.read_bytes()


def test_neighbour_changes_nobody_of_the_province(population):
    alone = make_population(neighbour=False)
    with_neighbour = [person for person in population.people if not person.code.startswith("95")]
    assert alone.people == with_neighbour
    assert {school.province for school in alone.schools} == {"93"}


def test_neighbour_has_a_school_with_every_outcome(organizations, staff, teacher_results):
    schools = [r for r in organizations.values() if r["Mã tỉnh"] == "95" and r["Loại đơn vị"] == "Trường"]
    assert [row["Tên đơn vị"] for row in schools] == ["Trường Tiểu học Nhà Mát 1"]
    codes = [
        p["Mã định danh"]
        for p in staff.values()
        if p["Mã đơn vị"] == schools[0]["Mã đơn vị"] and p["Vị trí việc làm"] == "Giáo viên"
    ]
    assert {teacher_results[code]["Xếp loại"] if code in teacher_results else "" for code in codes} == {
        "", "CĐ", "Đ", "K", "T",
    }  # fmt: skip


@pytest.mark.parametrize("seed", [2020, 1, 2])
def test_cast_is_one_school_and_those_above_it(seed):
    population = make_population(seed)
    person_of = {person.code: person for person in population.people}
    cast = {login.key: person_of[login.person_code] for login in demo_cast(population)}

    assert len({person.code for person in cast.values()}) == len(cast) == 16
    school = cast["principal"].organization
    at_school = ["teacher", "core_teacher", "group_leader", "lone_teacher", "staff", "deputy"]
    assert {cast[key].organization for key in at_school} == {school}
    assert all(person.email for person in cast.values())
    assert cast["teacher"].group == cast["group_leader"].group
    assert len(population.at(school, "TEACHER")) == 30
    assert all(teacher.result for teacher in population.at(school, "TEACHER"))
    assert population.heads[school[:5]] == cast["local_head"].code
    assert population.heads["93"] == cast["province_head"].code
    assert [t.code for t in population.at(school) if t.group == cast["lone_teacher"].group] == [
        cast["lone_teacher"].code
    ]
