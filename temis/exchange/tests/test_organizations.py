"""`temis import organizations`: trees of any depth, corrections, changes from a day on, and what is refused."""

from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from temis.access import NotPermitted
from temis.exchange.tests.files import ORGANIZATIONS, school
from temis.exchange.tests.importing import import_as, import_organizations, problems
from temis.organizations.models import Organization, OrganizationVersion


def body(code, name, kind, parent="", **more):
    row = {"Mã đơn vị": code, "Tên đơn vị": name, "Loại đơn vị": kind, "Mã đơn vị quản lý": parent}
    return row | {key.replace("_", " "): value for key, value in more.items()}


TREE = [
    # A child may stand before its parent.
    body("T1", "Trường Tiểu học Một", "Trường", "P1", Cấp_học="tiểu học, THCS", Vùng_khó_khăn="x"),
    body("B", "Bộ Giáo dục và Đào tạo", "Bộ"),
    body("S", "Sở Giáo dục và Đào tạo Hậu Giang", "Sở", "B", Mã_tỉnh="93"),
    body("P1", "Phòng Một", "Phòng", "S", Từ_ngày="01/01/2004", Đến_ngày="30/06/2025"),
    body("D", "Trường Đại học Sư phạm", "Đại học", "B"),
]


def test_tree_is_made_in_any_order_with_paths_versions_and_inherited_provinces(db, tmp_path):
    summary = import_organizations(tmp_path, *TREE)

    o = {body.code: body for body in Organization.objects.all()}
    assert (summary.ok, summary.created) == (True, 5)
    assert str(o["T1"].path) == ".".join(str(o[code].pk) for code in ("B", "S", "P1", "T1"))
    assert (o["T1"].levels, o["T1"].disadvantaged, o["T1"].province_id) == (["TH", "THCS"], True, "93")
    assert (o["D"].parent, o["D"].province_id, o["D"].levels) == (o["B"], None, [])
    assert (o["P1"].is_open, o["S"].is_open) == (False, True)
    version = OrganizationVersion.objects.get(organization=o["P1"])
    assert version.validity == DateRange(date(2004, 1, 1), date(2025, 7, 1))
    assert (version.name, str(version.path), version.parent) == ("Phòng Một", str(o["P1"].path), o["S"])


def test_same_file_twice_changes_nothing(db, tmp_path):
    import_organizations(tmp_path, *TREE)
    before = [list(model.objects.order_by("pk").values()) for model in (Organization, OrganizationVersion)]

    again = import_organizations(tmp_path, *TREE)

    assert (again.created, again.updated, again.unchanged) == (0, 0, 5)
    assert [list(model.objects.order_by("pk").values()) for model in (Organization, OrganizationVersion)] == before


def test_department_without_parent_hangs_under_the_only_ministry(cast, tmp_path):
    import_organizations(tmp_path, body("96", "Sở Giáo dục và Đào tạo Cà Mau", "Sở", Mã_tỉnh="96"))

    assert Organization.objects.get(code="96").parent == cast.ministry


REFUSED = [
    ({"Mã_đơn_vị": ""}, "Mã đơn vị", "không được để trống"),
    ({"Loại_đơn_vị": "Trườn"}, "Loại đơn vị", "Có phải “Trường”?"),
    ({"Mã_tỉnh": "00"}, "Mã tỉnh", "không phải mã tỉnh"),
    ({"Mã_tỉnh": "Hậu Giang"}, "Mã tỉnh", "Có phải “93”?"),
    ({"Mã_đơn_vị_quản_lý": "93-77"}, "Mã đơn vị quản lý", "Không có đơn vị nào mang mã “93-77”"),
    ({"Mã_đơn_vị_quản_lý": ""}, "Mã đơn vị quản lý", "Cần mã của đơn vị quản lý."),
    ({"Mã_đơn_vị_quản_lý": "93-1-2"}, "Mã đơn vị quản lý", "không trực thuộc đơn vị loại “Trường”"),
    ({"Mã_đơn_vị_quản_lý": "93-1-3"}, "Mã đơn vị quản lý", "93-1-3 → 93-1-3"),
    ({"Cấp_học": ""}, "Cấp học", "Trường phải có ít nhất một cấp học"),
    ({"Cấp_học": "THCS, Mầm non"}, "Cấp học", "không có trong danh mục"),
    ({"Mã_đơn_vị": "93-1", "Mã_đơn_vị_quản_lý": "93"}, "Loại đơn vị", "đã có với loại “Phòng”"),
]


@pytest.mark.parametrize(("changes", "column", "said"), REFUSED)
def test_wrong_row_is_told_and_nothing_changes(cast, tmp_path, changes, column, said):
    before = list(Organization.objects.order_by("pk").values())

    summary = import_organizations(tmp_path, school(Mã_đơn_vị="93-1-4"), school(**changes))

    assert [(row, name) for row, name, _said in problems(summary)] == [(3, column)]
    assert said in problems(summary)[0][2]
    assert list(Organization.objects.order_by("pk").values()) == before


def test_bodies_that_manage_each_other_are_refused_with_the_circle(cast, tmp_path):
    rows = [body("U1", "Một", "Đại học", "U2"), body("U2", "Hai", "Đại học", "U1")]

    summary = import_organizations(tmp_path, *rows)

    assert [(row, said) for row, _column, said in problems(summary)] == [
        (2, "Các đơn vị quản lý lẫn nhau thành vòng: U1 → U2 → U1."),
        (3, "Các đơn vị quản lý lẫn nhau thành vòng: U2 → U1 → U2."),
    ]


def test_existing_body_moved_below_itself_is_refused(cast, tmp_path):
    rows = [
        body("DHSPHCM", "Trường Đại học Sư phạm Thành phố Hồ Chí Minh", "Đại học", "DH2"),
        body("DH2", "Phân hiệu", "Đại học", "DHSPHCM"),
    ]

    assert {row for row, _c, said in problems(import_organizations(tmp_path, *rows)) if "vòng" in said} == {2, 3}


def test_what_hangs_under_a_rejected_row_is_rejected_with_it(cast, tmp_path):
    rows = [body("93-2", "Phòng Hai", "Phòn", "93"), school(Mã_đơn_vị_quản_lý="93-2"), school(Mã_đơn_vị="93-1-4")]

    summary = import_organizations(tmp_path, *rows, partial=True)

    assert [(row, column) for row, column, _said in problems(summary)] == [(2, "Loại đơn vị"), (3, "Mã đơn vị quản lý")]
    assert list(Organization.objects.filter(code__in=("93-2", "93-1-3", "93-1-4")).values_list("code", flat=True)) == [
        "93-1-4"
    ]


def test_second_row_with_a_code_is_refused(cast, tmp_path):
    assert problems(import_organizations(tmp_path, school(), school())) == [
        (3, "Mã đơn vị", "Mã “93-1-3” đã có ở dòng 2. Mỗi mã chỉ ghi một dòng.")
    ]


def _school_2(**changes):
    known = {"Mã_đơn_vị": "93-1-2", "Tên_đơn_vị": "Trường THCS Lê Quý Đôn", "Từ_ngày": ""}
    return school(**known | changes)


def test_difference_without_a_later_day_corrects_the_version(cast, tmp_path):
    summary = import_organizations(tmp_path, _school_2(Tên_đơn_vị="Trường THCS Lê Quý Đôn 1", Vùng_khó_khăn="x"))

    version = OrganizationVersion.objects.get(organization=cast.school_2)
    cast.school_2.refresh_from_db()
    assert summary.updated == 1
    assert (version.name, version.disadvantaged) == ("Trường THCS Lê Quý Đôn 1", True)
    assert (cast.school_2.name, cast.school_2.disadvantaged) == ("Trường THCS Lê Quý Đôn 1", True)


def test_difference_from_a_later_day_begins_a_version(cast, tmp_path):
    import_organizations(tmp_path, _school_2(Tên_đơn_vị="Trường THCS Mới", Từ_ngày="01/09/2021"))

    versions = OrganizationVersion.objects.filter(organization=cast.school_2).order_by("validity")
    assert [(v.name, v.validity) for v in versions] == [
        ("Trường THCS Lê Quý Đôn", DateRange(date(2015, 1, 1), date(2021, 9, 1))),
        ("Trường THCS Mới", DateRange(date(2021, 9, 1), None)),
    ]
    cast.school_2.refresh_from_db()
    assert cast.school_2.name == "Trường THCS Mới"


def test_file_of_an_earlier_time_does_not_undo_a_later_change(cast, tmp_path):
    import_organizations(tmp_path, _school_2(Tên_đơn_vị="Trường THCS Mới", Từ_ngày="01/09/2021"))

    as_it_was = import_organizations(tmp_path, _school_2())
    other = import_organizations(tmp_path, _school_2(Tên_đơn_vị="Tên khác hẳn"))

    assert (as_it_was.ok, as_it_was.unchanged) == (True, 1)
    assert [(row, column) for row, column, _said in problems(other)] == [(2, "Từ ngày")]


def test_move_takes_all_below_along_from_its_day(cast, tmp_path):
    row = body("93-1", "Phòng Giáo dục và Đào tạo thành phố Vị Thanh", "Phòng", "95", Từ_ngày="01/01/2021")

    import_organizations(tmp_path, row)

    cast.school_20.refresh_from_db()
    path = ".".join(str(cast.bodies[name].pk) for name in ("ministry", "province_b", "local", "school_20"))
    versions = OrganizationVersion.objects.filter(organization=cast.school_20).order_by("validity")
    assert str(cast.school_20.path) == path
    assert [v.validity for v in versions] == [
        DateRange(date(2015, 1, 1), date(2021, 1, 1)),
        DateRange(date(2021, 1, 1), None),
    ]
    assert [str(v.path) == path for v in versions] == [False, True]


def test_end_closes_the_body(cast, tmp_path):
    import_organizations(tmp_path, _school_2(Đến_ngày="31/08/2021"))

    cast.school_2.refresh_from_db()
    assert not cast.school_2.is_open


class TestReach:
    def test_officer_of_a_province_reaches_what_lies_below_and_nothing_else(self, cast, tmp_path):
        scope = cast.scope("province_officer")
        rows = [
            school(Mã_đơn_vị="1"),
            school(Mã_đơn_vị="2", Mã_đơn_vị_quản_lý="95"),
            body("95-1", "Trường THCS Trần Huỳnh", "Trường", "95", Cấp_học="THCS"),
            _school_2(Mã_đơn_vị_quản_lý="95"),
        ]

        _batch, found = import_as(scope, "organizations", tmp_path, ORGANIZATIONS, *rows)

        assert [(row, column) for row, column, _said in found] == [
            (3, "Mã đơn vị quản lý"),
            (4, "Mã đơn vị"),
            (5, "Mã đơn vị quản lý"),
        ]

    def test_new_root_is_for_the_system_alone(self, cast, tmp_path):
        Organization.objects.filter(pk=cast.ministry.pk).update(is_open=False)

        _batch, found = import_as(
            cast.scope("province_officer"), "organizations", tmp_path, ORGANIZATIONS, body("X", "Bộ khác", "Bộ")
        )

        assert [(row, column) for row, column, _said in found] == [(2, "Mã đơn vị quản lý")]

    @pytest.mark.parametrize("name", ["principal", "local_officer", "teacher"])
    def test_roles_without_the_right_are_refused(self, cast, tmp_path, name):
        with pytest.raises(NotPermitted):
            import_as(cast.scope(name), "organizations", tmp_path, ORGANIZATIONS, school())
