"""Undo: everything as it was, or a reason why not."""

import pytest

from temis.accounts.models import User
from temis.appraisals.models import Appraisal
from temis.core.errors import RuleViolation
from temis.exchange import undo as undo_module
from temis.exchange.models import ImportBatch
from temis.exchange.tests.files import school, teacher
from temis.exchange.tests.importing import import_organizations, import_results, import_staff
from temis.exchange.tests.test_results import result
from temis.exchange.undo import check_undo, undo_records
from temis.organizations.models import Organization, OrganizationVersion
from temis.people.models import CoreAppointment, Employment, Person, SubjectGroup

TABLES = (
    Organization, OrganizationVersion, User, Person, SubjectGroup, Employment, CoreAppointment, Appraisal,
)  # fmt: skip


def everything():
    return [list(model.objects.order_by("pk").values()) for model in TABLES]


def undo(summary):
    return undo_records(ImportBatch.objects.get(pk=summary.batch))


def test_staff_import_is_undone_with_transfers_changes_and_new_groups(cast, tmp_path):
    before = everything()
    summary = import_staff(
        tmp_path,
        teacher(Tổ_chuyên_môn="Tổ Toán", Tổ_trưởng="x", Cốt_cán="x", Email="moi@truong.edu.vn"),
        # a transfer, a new position, another address and a new group for people who exist
        teacher(
            Mã_định_danh="93004", Họ_và_tên="Nguyễn Thị Bình An", Giới_tính="Nữ", Mã_đơn_vị="95-1",
            Từ_ngày="01/01/2021", Email="binh@truong.edu.vn",
        ),
        teacher(
            Mã_định_danh="93007", Họ_và_tên="Huỳnh Thị Ân", Giới_tính="Nữ", Vị_trí_việc_làm="Phó hiệu trưởng",
            Từ_ngày="01/01/2021",
        ),
        teacher(Mã_định_danh="93006", Họ_và_tên="Võ Minh Đức", Tổ_chuyên_môn="Tổ Toán", Từ_ngày="", Cốt_cán="x"),
    )  # fmt: skip
    assert (summary.ok, summary.created, summary.updated) == (True, 1, 3)
    assert set(Person.objects.filter(is_core=True).values_list("code", flat=True)) == {"93555", "93006"}

    undo(summary)

    assert everything() == before


def test_accounts_go_in_portions_that_the_progress_counts(cast, tmp_path, monkeypatch):
    before, told = everything(), []
    summary = import_staff(tmp_path, *(teacher(Mã_định_danh=f"T{n}") for n in range(5)))
    monkeypatch.setattr(undo_module, "PORTION", 2)

    undo_records(ImportBatch.objects.get(pk=summary.batch), lambda done, total, _text: told.append((done, total)))

    assert told == [(0, None), (0, None), (0, 5), (2, 5), (4, 5)]
    assert everything() == before


def test_organization_import_is_undone_with_moves_and_new_versions(cast, tmp_path):
    before = everything()
    summary = import_organizations(
        tmp_path,
        school(),
        school(Mã_đơn_vị="93-1-2", Tên_đơn_vị="Trường THCS Đổi Tên", Từ_ngày="01/09/2021"),
        {
            "Mã đơn vị": "93-1", "Tên đơn vị": "Phòng Giáo dục và Đào tạo thành phố Vị Thanh", "Loại đơn vị": "Phòng",
            "Mã đơn vị quản lý": "95", "Từ ngày": "01/01/2021",
        },
    )  # fmt: skip
    assert (summary.created, summary.updated) == (1, 2)

    undo(summary)

    assert everything() == before


def test_result_import_is_undone_and_correction_of_an_earlier_one_restored(cast, tmp_path):
    import_results(tmp_path, result())
    before = everything()
    summary = import_results(tmp_path, result(levels="D" * 15), result("93005"))

    undo(summary)

    assert everything() == before


def _refusal(summary):
    with pytest.raises(RuleViolation) as refused:
        check_undo(ImportBatch.objects.get(pk=summary.batch))
    return str(refused.value)


def test_undo_is_refused_with_what_depends_on_the_records(cast, tmp_path):
    bodies = import_organizations(tmp_path, school())
    people = import_staff(tmp_path, teacher(Mã_đơn_vị="93-1-3"))
    import_results(tmp_path, result("93555"))

    assert "quá trình công tác: 1" in _refusal(bodies)
    assert "đánh giá: 1" in _refusal(people)


def test_undo_is_refused_once_somebody_has_logged_in(cast, tmp_path):
    summary = import_staff(tmp_path, teacher())
    User.objects.filter(username="93555").update(last_login="2026-01-01T00:00:00Z")

    assert "tài khoản đã đăng nhập: 1" in _refusal(summary)


def test_undo_is_refused_once_a_changed_record_was_changed_again(cast, tmp_path):
    row = {"Mã_định_danh": "93004", "Họ_và_tên": "Nguyễn Thị Bình", "Giới_tính": "Nữ", "Từ_ngày": ""}
    first = import_staff(tmp_path, teacher(**row, Email="a@truong.edu.vn"))
    Person.objects.filter(code="93004").update(email="b@truong.edu.vn")

    assert "nhân sự đã được sửa sau đó: 1" in _refusal(first)


def test_later_import_is_undone_before_the_earlier_one(cast, tmp_path):
    first = import_staff(tmp_path, teacher())
    second = import_staff(tmp_path, teacher(Email="moi@truong.edu.vn"))

    assert "đợt nạp sau đã sửa tiếp" in _refusal(first)
    batch = ImportBatch.objects.get(pk=second.batch)
    undo_records(batch)
    ImportBatch.objects.filter(pk=batch.pk).update(state="UNDONE", undone_at=batch.loaded_at)

    undo(first)
    assert not Person.objects.filter(code="93555").exists()


def test_first_import_of_an_empty_database_is_undone(db, tmp_path):
    row = {"Mã đơn vị": "B", "Tên đơn vị": "Bộ", "Loại đơn vị": "Bộ"}
    summary = import_organizations(tmp_path, row)
    import_organizations(tmp_path, row)  # stands under the body that the first one made

    undo(summary)

    assert Organization.objects.count() == 0


def test_import_is_undone_only_once(cast, tmp_path):
    summary = import_staff(tmp_path, teacher())
    ImportBatch.objects.filter(pk=summary.batch).update(state="UNDONE", undone_at="2026-01-01T00:00:00Z")

    with pytest.raises(RuleViolation, match="Chỉ hoàn tác được"):
        undo(summary)
