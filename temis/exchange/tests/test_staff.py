"""`temis import staff`: what goes in, what is said of the rest, what a second file changes."""

from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from temis.access import NotPermitted, Role
from temis.accounts.models import User
from temis.core.models import AuditEntry
from temis.core.text import sort_key
from temis.exchange.models import ImportBatch, StaffRow
from temis.exchange.tests.files import STAFF, teacher, write_xlsx
from temis.exchange.tests.importing import import_as, import_staff, problems
from temis.people.models import CoreAppointment, Employment, Person, SubjectGroup


def test_person_comes_with_account_group_employment_and_core_appointment(cast, tmp_path):
    row = teacher(
        Dân_tộc="khơ-me", Số_CCCD="093085001234", Email="moi@truong.edu.vn", Điện_thoại="901234567",
        Môn_dạy="Tin học", Tổ_chuyên_môn="Tổ Tin học", Tổ_trưởng="x", Cốt_cán="có",
    )  # fmt: skip

    summary = import_staff(tmp_path, row)

    person = Person.objects.get(code="93555")
    assert (summary.ok, summary.created, summary.rejected) == (True, 1, 0)
    assert (person.full_name, person.sort_key, person.birth_date) == (
        "Nguyễn Văn Mới", sort_key("Nguyễn Văn Mới"), date(1985, 5, 6),
    )  # fmt: skip
    assert (person.gender, person.ethnic_group, person.is_minority) == ("M", "Khmer", True)
    assert (person.id_number, person.email, person.phone) == ("093085001234", "moi@truong.edu.vn", "0901234567")
    assert (person.organization, person.group.name, person.position) == (cast.school_2, "Tổ Tin học", "TEACHER")
    employment = person.employments.get()
    assert (employment.level, employment.subject, employment.leads_group) == ("THCS", "Tin học", True)
    assert person.level == "THCS"
    assert employment.validity == DateRange(date(2019, 9, 1), None)
    assert person.core_appointments.get().validity == DateRange(date(2019, 9, 1), None)
    user = person.user
    assert (user.username, user.display_name, user.email) == ("93555", "Nguyễn Văn Mới", "moi@truong.edu.vn")
    assert not user.has_usable_password()


def test_import_is_in_the_audit_trail_and_in_the_history_of_the_person(cast, tmp_path):
    import_staff(tmp_path, teacher())

    entry = AuditEntry.objects.filter(action="import.staff").get()
    person = Person.objects.get(code="93555")
    assert (entry.count, entry.object_id) == (1, str(ImportBatch.objects.get().pk))
    assert person.pgh_event_model.objects.filter(pgh_obj_id=person.pk).get().full_name == "Nguyễn Văn Mới"
    assert person.pgh_event_model.objects.get(pgh_obj_id=person.pk).pgh_context_id == entry.context_id


def test_same_file_twice_changes_nothing(cast, tmp_path):
    rows = [teacher(Tổ_chuyên_môn="Tổ Toán", Tổ_trưởng="x", Cốt_cán="x"), teacher(Mã_định_danh="93556", Từ_ngày="")]
    import_staff(tmp_path, *rows)
    tables = (Person, User, Employment, SubjectGroup, CoreAppointment)
    before = [list(table.objects.order_by("pk").values()) for table in tables]

    again = import_staff(tmp_path, *rows)

    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    assert [list(table.objects.order_by("pk").values()) for table in tables] == before


def test_spreadsheet_says_the_same_as_text(cast, tmp_path):
    import_staff(tmp_path, teacher(Tổ_trưởng="", Môn_dạy="Toán"))
    from temis.exchange.cli import run_import

    again = run_import("staff", write_xlsx(tmp_path / "f.xlsx", STAFF, [teacher(Môn_dạy="Toán")]))

    assert (again.ok, again.unchanged) == (True, 1)


CELLS = [
    ("Mã_định_danh", "", "Ô này không được để trống."),
    ("Mã_định_danh", "93 555", "“93 555” không phải mã hợp lệ."),
    ("Mã_định_danh", "9,3E+10", "“9,3E+10” là mã đã bị Excel làm tròn."),
    ("Họ_và_tên", "Nguyễn V¨n A", "không phải chữ Việt Unicode"),
    ("Họ_và_tên", "Nguyễn Văn 2", "không phải họ tên"),
    ("Ngày_sinh", "31/02/1985", "“31/02/1985” không phải ngày. Ghi ngày/tháng/năm, ví dụ 06/05/1985."),
    ("Ngày_sinh", "12/31/1985", "Có phải 31/12/1985?"),
    ("Ngày_sinh", "31173", "Có phải 06/05/1985?"),
    ("Ngày_sinh", "06/05/85", "không phải ngày"),
    ("Ngày_sinh", "06/05/2024", "không thể là ngày sinh"),
    ("Giới_tính", "Na", "“Na” không có trong danh mục. Có phải “Nam”? Chấp nhận: Nam, Nữ."),
    ("Dân_tộc", "Kih", "“Kih” không có trong danh mục. Có phải “Kinh”?"),
    ("Số_CCCD", "93085001234", "Có phải 093085001234?"),
    ("Số_CCCD", "12ab", "không phải số CCCD"),
    ("Email", "a b@c", "không phải địa chỉ thư điện tử"),
    ("Điện_thoại", "123", "không phải số điện thoại"),
    ("Vị_trí_việc_làm", "Hiệu trg", "Có phải “Hiệu trưởng”?"),
    ("Cấp_học", "Mầm non", "Chấp nhận: Tiểu học, THCS, THPT."),
    ("Tổ_trưởng", "chưa rõ", "Đánh dấu x nếu có"),
    ("Từ_ngày", "01/09/1980", "trước ngày sinh"),
    ("Đến_ngày", "01/08/2019", "Đến ngày (01/08/2019) trước Từ ngày (01/09/2019)."),
    ("Mã_đơn_vị", "93-1-999", "Không có đơn vị nào mang mã “93-1-999”."),
    ("Mã_đơn_vị", "093-1-2", "Có phải “93-1-2”?"),
    ("Mã_đơn_vị", "93-1", "không làm việc ở đơn vị loại “Phòng”"),
    ("Cấp_học", "THPT", "Trường này không dạy cấp “THPT”. Trường dạy THCS."),
]


@pytest.mark.parametrize(("heading", "value", "said"), CELLS)
def test_wrong_cell_is_told_with_row_column_value_and_what_would_be_accepted(cast, tmp_path, heading, value, said):
    summary = import_staff(tmp_path, teacher(Mã_định_danh="93444"), teacher(**{heading: value}))

    [(row, column, message)] = problems(summary)
    expected = "Vị trí việc làm" if value == "93-1" else heading.replace("_", " ")
    assert (summary.ok, row, column) == (False, 3, expected)
    assert said in message
    assert not Person.objects.filter(code__in=("93444", "93555")).exists()


def test_good_rows_go_in_with_partial(cast, tmp_path):
    summary = import_staff(tmp_path, teacher(Mã_định_danh="93444"), teacher(Dân_tộc="Kih"), partial=True)

    assert (summary.ok, summary.created, summary.rejected) == (True, 1, 1)
    assert list(Person.objects.filter(code__in=("93444", "93555")).values_list("code", flat=True)) == ["93444"]
    assert list(StaffRow.objects.values_list("number", flat=True)) == [3]  # what was left can still be mended


def test_second_row_of_a_person_must_be_another_time_of_the_same_person(cast, tmp_path):
    history = [teacher(Đến_ngày="31/08/2020"), teacher(Mã_đơn_vị="93-1-20", Cấp_học="", Từ_ngày="01/09/2020")]
    other_name = teacher(Họ_và_tên="Nguyễn Văn Khác", Từ_ngày="01/01/2010", Đến_ngày="01/01/2011")

    assert import_staff(tmp_path, *history).ok
    same_time = import_staff(tmp_path, *history, teacher(Mã_đơn_vị="93-9", Cấp_học="", Từ_ngày="01/01/2021"))
    somebody_else = import_staff(tmp_path, *history, other_name)

    employments = Person.objects.get(code="93555").employments.order_by("validity")
    assert [(e.organization.code, e.validity) for e in employments] == [
        ("93-1-2", DateRange(date(2019, 9, 1), date(2020, 9, 1))),
        ("93-1-20", DateRange(date(2020, 9, 1), None)),
    ]
    assert [(row, column) for row, column, _said in problems(same_time)] == [(4, "Mã định danh")]
    assert [(row, column) for row, column, _said in problems(somebody_else)] == [(4, "Mã định danh")]


def test_identity_number_of_somebody_else_is_refused(cast, tmp_path):
    Person.objects.filter(pk=cast.teacher.pk).update(id_number="093085001234")

    summary = import_staff(
        tmp_path,
        teacher(Số_CCCD="093085001234"),
        teacher(Mã_định_danh="2", Số_CCCD="093085009999"),
        teacher(Mã_định_danh="3", Số_CCCD="093085009999"),
    )

    assert [(row, column) for row, column, _said in problems(summary)] == [(4, "Số CCCD"), (2, "Số CCCD")][::-1]


def _teacher_row(cast, **changes):
    """The cast's teacher, as she is."""
    known = {
        "Mã_định_danh": "93004", "Họ_và_tên": "Nguyễn Thị Bình", "Giới_tính": "Nữ", "Từ_ngày": "01/09/2015",
        "Tổ_chuyên_môn": "Tổ Khoa học tự nhiên",
    }  # fmt: skip
    return teacher(**known | changes)


def test_empty_cells_take_nothing_away(cast, tmp_path):
    Person.objects.filter(pk=cast.teacher.pk).update(email="binh@truong.edu.vn", phone="0901234567")

    summary = import_staff(tmp_path, _teacher_row(cast, Từ_ngày="", Tổ_chuyên_môn=""))

    cast.teacher.refresh_from_db()
    assert summary.unchanged == 1
    assert (cast.teacher.email, cast.teacher.phone) == ("binh@truong.edu.vn", "0901234567")
    assert cast.teacher.employments.get().group.name == "Tổ Khoa học tự nhiên"


def test_changed_address_goes_to_the_account_unless_its_owner_chose_another(cast, tmp_path):
    User.objects.filter(pk=cast.teacher_2.user_id).update(email="rieng@thu.vn")

    import_staff(
        tmp_path,
        _teacher_row(cast, Email="binh@truong.edu.vn"),
        teacher(
            Mã_định_danh="93005", Họ_và_tên="Danh Sơn", Dân_tộc="Khmer", Từ_ngày="", Email="son@truong.edu.vn",
            Tổ_chuyên_môn="Tổ Khoa học tự nhiên",
        ),
    )  # fmt: skip

    assert User.objects.get(username="93004").email == "binh@truong.edu.vn"
    assert User.objects.get(username="93005").email == "rieng@thu.vn"
    assert Person.objects.get(code="93005").email == "son@truong.edu.vn"


def test_other_body_is_a_transfer_that_ends_the_day_before(cast, tmp_path):
    summary = import_staff(
        tmp_path, _teacher_row(cast, Mã_đơn_vị="95-1", Từ_ngày="01/01/2021", Tổ_chuyên_môn="Tổ Toán")
    )

    cast.teacher.refresh_from_db()
    held = [(e.organization, e.validity) for e in cast.teacher.employments.order_by("validity")]
    assert summary.updated == 1
    assert held == [
        (cast.school_2, DateRange(date(2015, 9, 1), date(2021, 1, 1))),
        (cast.neighbour, DateRange(date(2021, 1, 1), None)),
    ]
    assert (cast.teacher.organization, cast.teacher.group.name) == (cast.neighbour, "Tổ Toán")


@pytest.mark.parametrize("start", ["", "01/09/2015"])
def test_transfer_needs_a_day_after_the_beginning_of_the_present_employment(cast, tmp_path, start):
    summary = import_staff(tmp_path, _teacher_row(cast, Mã_đơn_vị="95-1", Từ_ngày=start, Tổ_chuyên_môn=""))

    [(_row, column, said)] = problems(summary)
    assert column == "Từ ngày"
    assert "Trường THCS Lê Quý Đôn" in said


def test_other_position_from_a_later_day_begins_a_new_employment(cast, tmp_path):
    import_staff(
        tmp_path, _teacher_row(cast, Vị_trí_việc_làm="Phó hiệu trưởng", Từ_ngày="01/01/2021", Tổ_chuyên_môn="")
    )

    cast.teacher.refresh_from_db()
    held = [(e.position, e.validity) for e in cast.teacher.employments.order_by("validity")]
    assert held == [
        ("TEACHER", DateRange(date(2015, 9, 1), date(2021, 1, 1))),
        ("DEPUTY", DateRange(date(2021, 1, 1), None)),
    ]
    assert cast.teacher.position == "DEPUTY"


def test_level_follows_from_the_school_where_there_is_no_choice(cast, tmp_path):
    import_staff(tmp_path, teacher(Cấp_học=""), teacher(Mã_định_danh="2", Cấp_học="", Vị_trí_việc_làm="Hiệu phó"))

    assert (
        list(Employment.objects.filter(person__code__in=("93555", "2")).values_list("level", flat=True)) == ["THCS"] * 2
    )


def test_teacher_of_a_school_with_two_levels_needs_one(cast, tmp_path):
    from temis.organizations.models import Organization

    Organization.objects.filter(pk=cast.school_2.pk).update(levels=["TH", "THCS"])

    [(_row, column, said)] = problems(import_staff(tmp_path, teacher(Cấp_học="")))

    assert (column, said) == ("Cấp học", "Giáo viên phải có Cấp học; trường này dạy Tiểu học, THCS.")


def test_row_with_more_cells_than_headings_is_rejected(cast, tmp_path):
    path = tmp_path / "staff.csv"
    import_staff(tmp_path, teacher(Họ_và_tên="Nguyễn Văn Mới,Nam", Đến_ngày="01/01/2030"))
    path.write_text(path.read_text(encoding="utf-8").replace('"', ""), encoding="utf-8")
    from temis.exchange.cli import run_import

    summary = run_import("staff", path)

    assert "nhiều ô hơn dòng tiêu đề" in " ".join(said for _row, _column, said in problems(summary))


class TestReach:
    """Nobody loads into a body, or changes a person, outside the reach of his role."""

    def test_principal_loads_into_the_own_school_and_no_other(self, cast, tmp_path):
        scope = cast.scope("principal")

        _batch, found = import_as(
            scope, "staff", tmp_path, STAFF, teacher(), teacher(Mã_định_danh="2", Mã_đơn_vị="93-1-20")
        )
        batch, nothing = import_as(scope, "staff", tmp_path, STAFF, teacher())

        assert [(row, column) for row, column, _said in found] == [(3, "Mã đơn vị")]
        assert (batch.created_count, nothing) == (1, [])

    def test_officer_of_a_phong_reaches_its_schools_and_no_other(self, cast, tmp_path):
        rows = [
            teacher(Mã_định_danh=str(n), Mã_đơn_vị=code, Cấp_học="")
            for n, code in enumerate(["93-1-2", "93-1-20", "93-9", "95-1"])
        ]

        _batch, found = import_as(cast.scope("local_officer"), "staff", tmp_path, STAFF, *rows)

        assert [(row, column) for row, column, _said in found] == [(4, "Mã đơn vị"), (5, "Mã đơn vị")]
        assert Person.objects.filter(code__in=("0", "1", "2", "3")).count() == 0

    def test_person_who_works_out_of_reach_is_not_taken_nor_told_about(self, cast, tmp_path):
        row = teacher(Mã_định_danh="95002", Họ_và_tên="Tên Khác", Từ_ngày="01/01/2021")

        batch, found = import_as(cast.scope("principal"), "staff", tmp_path, STAFF, row)

        cast.teacher_b.refresh_from_db()
        assert [(row, column) for row, column, _said in found] == [(2, "Mã định danh")]
        assert "Trần Huỳnh" not in found[0][2]
        assert (batch.created_count, cast.teacher_b.full_name) == (0, "Mai Thị Phượng")
        assert cast.teacher_b.employments.get().organization == cast.neighbour

    def test_position_above_the_school_is_not_given_in_a_school(self, cast, tmp_path):
        row = teacher(Vị_trí_việc_làm="Chuyên viên Bộ", Cấp_học="")

        _batch, found = import_as(cast.scope("principal"), "staff", tmp_path, STAFF, row)

        assert [(row, column) for row, column, _said in found] == [(2, "Vị trí việc làm")]

    @pytest.mark.parametrize("name", ["teacher", "deputy", "staff", "lecturer", "ministry_officer"])
    def test_roles_without_the_right_are_refused(self, cast, tmp_path, name):
        with pytest.raises(NotPermitted):
            import_as(cast.scope(name), "staff", tmp_path, STAFF, teacher())

    def test_administrator_reaches_everything(self, cast, tmp_path):
        scope = cast.scope("administrator", Role.ADMINISTRATOR)

        batch, found = import_as(scope, "staff", tmp_path, STAFF, teacher(Mã_đơn_vị="95-1"))

        assert (batch.created_count, found) == (1, [])
