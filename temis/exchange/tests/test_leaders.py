"""PPL-10 in files: two leaders of one group are told with row, column, value and what would be accepted."""

from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from temis.core import clock
from temis.exchange.tests.files import STAFF, teacher, write_csv
from temis.exchange.tests.importing import import_staff, problems
from temis.people.models import Employment, SubjectGroup

SCIENCE = "Tổ Khoa học tự nhiên"
IN_FILE = (
    "“{group}” đã có tổ trưởng cùng thời gian ở dòng {other}. Mỗi tổ chỉ đánh dấu một người; "
    "để trống ô này hoặc ô ở dòng kia."
)
IN_DATABASE = (
    "“{group}” đã có tổ trưởng cùng thời gian: {other}. Để trống ô này; hoặc để thay tổ trưởng, ghi cả người đó "
    "trong tệp và không đánh dấu."
)


def leader(code, group="Tổ Toán", *, start="01/09/2019", end="", tick="x", **changes):
    return teacher(
        Mã_định_danh=code, Tổ_chuyên_môn=group, Tổ_trưởng=tick, Từ_ngày=start, Đến_ngày=end, **changes
    )  # fmt: skip


def of_cast(person, **changes):
    """A row of somebody of the cast, in the group of sciences, as he is."""
    return leader(
        person.code, changes.pop("group", SCIENCE), start="", Họ_và_tên=person.full_name,
        Giới_tính="Nam" if person.gender == "M" else "Nữ", Dân_tộc=person.ethnic_group, **changes,
    )  # fmt: skip


def led():
    """(code, group, since) of all who lead or led a group, by code."""
    found = Employment.objects.filter(leads_group=True).order_by("person__code")
    return list(found.values_list("person__code", "group__name", "leads_since"))


NOW, PAST = "", "31/08/2020"
# Rows of one group as (from, to), and which of them are rejected.
VECTORS = [
    ([("01/09/2019", NOW), ("01/09/2019", NOW)], [3]),
    ([("01/09/2019", NOW), ("01/09/2020", NOW), ("01/09/2021", NOW)], [3, 4]),
    ([("01/09/2019", NOW), ("01/09/2020", "01/09/2040")], [3]),
    ([("01/09/2015", PAST), ("01/09/2020", NOW)], []),
    ([("01/09/2015", PAST), ("01/09/2015", NOW)], []),  # took over when the other left
    ([("01/09/2015", NOW), ("01/09/2015", PAST)], []),
    ([("01/09/2015", PAST), ("01/09/2016", PAST)], [3]),
    ([("", NOW), ("", PAST)], []),
]


@pytest.mark.parametrize(("periods", "rejected"), VECTORS)
def test_rows_of_one_group_may_lead_it_one_after_the_other(cast, tmp_path, periods, rejected):
    summary = import_staff(tmp_path, *(leader(f"T{n}", start=a, end=b) for n, (a, b) in enumerate(periods)))

    assert sorted({problem.row for problem in summary.problems}) == rejected
    assert summary.ok == (not rejected)


def test_second_leader_in_the_file_is_told_with_both_rows(cast, tmp_path):
    summary = import_staff(tmp_path, leader("1"), leader("2", "tổ toán"))

    assert problems(summary) == [(3, "Tổ trưởng", IN_FILE.format(group="tổ toán", other=2))]
    assert [problem.value for problem in summary.problems] == ["x"]


def test_second_leader_beside_the_present_one_is_told_with_the_name(cast, tmp_path):
    summary = import_staff(tmp_path, leader("1", SCIENCE))

    assert problems(summary) == [(2, "Tổ trưởng", IN_DATABASE.format(group=SCIENCE, other="Phạm Thị Ánh"))]


def test_leader_is_replaced_where_the_file_names_both(cast, tmp_path):
    summary = import_staff(tmp_path, of_cast(cast.leader, tick=""), of_cast(cast.teacher, group=SCIENCE.upper()))

    assert (summary.ok, summary.updated) == (True, 2)
    assert led() == [("93004", SCIENCE, None)]


def test_leader_stays_where_the_row_that_ends_his_lead_is_rejected(cast, tmp_path):
    good = leader("1", "Tổ Toán", tick="")
    rows = (of_cast(cast.leader, tick="", Email="sai"), of_cast(cast.teacher), good)

    summary = import_staff(tmp_path, *rows, partial=True)

    assert [(row, column) for row, column, _said in problems(summary)] == [(2, "Email"), (3, "Tổ trưởng")]
    assert (summary.ok, summary.created, led()) == (True, 1, [("93003", SCIENCE, None)])


def test_row_rejected_for_its_group_leaves_the_earlier_one_led(cast, tmp_path):
    """93003 would go from the sciences to the arts, which 93008 leads: so he stays, and 93004 cannot follow him."""
    Employment.objects.filter(person=cast.lone_teacher).update(leads_group=True)

    summary = import_staff(tmp_path, of_cast(cast.teacher), of_cast(cast.leader, group="Tổ Nghệ thuật"))

    assert problems(summary) == [
        (2, "Tổ trưởng", IN_DATABASE.format(group=SCIENCE, other="Phạm Thị Ánh")),
        (3, "Tổ trưởng", IN_DATABASE.format(group="Tổ Nghệ thuật", other="Đỗ Thị Cúc")),
    ]


def test_leader_who_goes_elsewhere_makes_room_from_that_day(cast, tmp_path):
    moved = of_cast(cast.leader, group="Tổ Toán", Mã_đơn_vị="95-1") | {"Từ ngày": "01/01/2021"}

    summary = import_staff(tmp_path, moved, of_cast(cast.teacher))

    assert summary.ok
    assert led() == [
        ("93003", SCIENCE, None),
        ("93003", "Tổ Toán", None),
        ("93004", SCIENCE, date(2021, 1, 1)),
    ]


def test_successor_of_one_who_left_leads_since_then_and_stays_unchanged(cast, tmp_path):
    left = DateRange(date(2015, 9, 1), date(2020, 9, 1))
    Employment.objects.filter(person=cast.leader).update(validity=left)

    first, again = (import_staff(tmp_path, of_cast(cast.teacher)) for _ in range(2))

    assert (first.updated, again.unchanged) == (1, 1)
    assert led() == [("93003", SCIENCE, None), ("93004", SCIENCE, date(2020, 9, 1))]


def test_file_without_the_column_leaves_the_leaders_but_not_in_another_group(cast, tmp_path):
    SubjectGroup.objects.create(organization=cast.school_2, name="Tổ Toán")
    headings = [heading for heading in STAFF if heading != "Tổ trưởng"]
    from temis.exchange.cli import run_import

    path = write_csv(tmp_path / "same.csv", headings, [of_cast(cast.leader), of_cast(cast.teacher)])
    assert run_import("staff", path).unchanged == 2
    assert led() == [("93003", SCIENCE, None)]

    path = write_csv(tmp_path / "other.csv", headings, [of_cast(cast.leader, group="Tổ Toán")])
    assert run_import("staff", path).updated == 1
    assert led() == []


def test_leader_for_a_time_to_come_does_not_lead_beside_the_present_one(cast, tmp_path):
    later = f"01/09/{clock.today().year + 1}"

    [(_row, column, _said)] = problems(import_staff(tmp_path, leader("1", SCIENCE, start=later)))

    assert column == "Tổ trưởng"
