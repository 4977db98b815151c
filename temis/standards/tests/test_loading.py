"""STD-03, STD-05: loading is repeatable, an edition in use keeps its rule."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from temis.core.errors import RuleViolation
from temis.core.models import AuditEntry
from temis.standards.actions import Loaded, correct_edition, load_editions, lock_edition
from temis.standards.models import Criterion, Edition, EditionThreshold, LevelDescriptor, Standard
from temis.standards.queries import edition_sheet
from temis.standards.tests.vectors import CODES, shipped_path

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition_file(tmp_path):
    """Writes an edition file made from a shipped one with some parts changed."""

    def write(changes=None, *, code="GVPT-99/2030", name="edition.json"):
        content = json.loads(shipped_path("GVPT-20/2018").read_text(encoding="utf-8")) | {"code": code}
        for change in changes or []:
            change(content)
        path = tmp_path / name
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        return path

    return write


def rename_first_criterion(content):
    content["standards"][0]["criteria"][0]["name"] = "Đạo đức nhà giáo (sửa)"


def make_first_criterion_key(content):
    content["standards"][0]["criteria"][0]["key"] = True


def drop_last_criterion(content):
    content["standards"][-1]["criteria"].pop()


def test_shipped_editions_are_there_after_migrate():
    assert sorted(Edition.objects.values_list("code", flat=True)) == sorted(CODES)
    assert Criterion.objects.count() == 15 + 18 + 18 + 15
    assert LevelDescriptor.objects.count() == 3 * (15 + 18)


def test_loading_again_changes_nothing(django_assert_num_queries):
    before = list(Edition.objects.values_list("code", "updated_at"))
    with django_assert_num_queries(3):  # savepoint, the editions, release
        results = load_editions()

    assert {result.outcome for result in results} == {"UNCHANGED"}
    assert list(Edition.objects.values_list("code", "updated_at")) == before


def test_loading_takes_the_same_number_of_queries_for_one_and_three_editions(
    edition_file, django_assert_max_num_queries
):
    paths = [edition_file(code=f"GVPT-{number}/2030", name=f"{number}.json") for number in (1, 2, 3, 4)]
    per_edition = 5  # its audit entry, and looking for parts that its file no longer has
    with django_assert_max_num_queries(13 + per_edition) as one:
        load_editions(paths[:1])
    with django_assert_max_num_queries(len(one) + 2 * per_edition):
        load_editions(paths[1:])


def test_new_edition_is_created_and_noted(edition_file):
    results = load_editions([edition_file()])

    assert results == [Loaded("GVPT-99/2030", "CREATED")]
    entry = AuditEntry.objects.get(action="standard.load", note="GVPT-99/2030")
    assert entry.object_id == str(Edition.objects.get(code="GVPT-99/2030").pk)


def test_changed_file_updates_unlocked_edition_in_place(edition_file):
    load_editions([edition_file()])
    edition = Edition.objects.get(code="GVPT-99/2030")
    sheet = edition_sheet(edition)

    results = load_editions([edition_file([rename_first_criterion, drop_last_criterion])])

    edition.refresh_from_db()
    changed = edition_sheet(edition)
    assert results == [Loaded("GVPT-99/2030", "UPDATED")]
    assert [criterion.id for criterion in changed.criteria] == [criterion.id for criterion in sheet.criteria[:14]]
    assert changed.criteria[0].name == "Đạo đức nhà giáo (sửa)"


def test_locked_edition_is_left_alone_and_reported(edition_file):
    load_editions([edition_file()])
    edition = lock_edition(Edition.objects.get(code="GVPT-99/2030"))

    results = load_editions([edition_file([rename_first_criterion])])

    assert results == [Loaded("GVPT-99/2030", "LOCKED")]
    assert edition.criteria.get(number=1).name == "Đạo đức nhà giáo"


def test_correction_of_locked_edition_changes_wording_and_end_of_validity(edition_file):
    load_editions([edition_file()])
    edition = lock_edition(Edition.objects.get(code="GVPT-99/2030"))
    descriptor = {"text": "Câu chữ của Thông tư.", "verified": True, "source_note": "Công báo"}

    def correct(content):
        content["effective_to"] = "2031-12-31"
        content["standards"][0]["criteria"][0]["descriptors"]["Đ"] = descriptor

    result = correct_edition(edition_file([correct, rename_first_criterion]))

    edition.refresh_from_db()
    criterion = edition_sheet(edition).criteria[0]
    assert result == Loaded("GVPT-99/2030", "UPDATED")
    assert edition.effective_to == date(2031, 12, 31)
    assert criterion.name == "Đạo đức nhà giáo (sửa)"
    assert (criterion.descriptors[0].text, criterion.descriptors[0].verified) == ("Câu chữ của Thông tư.", True)


@pytest.mark.parametrize("change", [make_first_criterion_key, drop_last_criterion])
def test_correction_of_locked_edition_refuses_change_of_rule(edition_file, change):
    load_editions([edition_file()])
    edition = lock_edition(Edition.objects.get(code="GVPT-99/2030"))
    before = edition_sheet(edition)

    with pytest.raises(RuleViolation, match="mã khác") as refused:
        correct_edition(edition_file([change]))

    edition.refresh_from_db()
    assert refused.value.rule_id == "STD-03"
    assert edition_sheet(edition) == before


def test_locking_twice_keeps_the_first_moment():
    edition = Edition.objects.get(code="HT-14/2018")

    first, second = lock_edition(edition), lock_edition(edition)

    assert first.locked_at == second.locked_at is not None
    assert AuditEntry.objects.filter(action="standard.lock").count() == 1


FORBIDDEN = {
    "unlock": lambda edition: Edition.objects.filter(pk=edition.pk).update(locked_at=None),
    "other code": lambda edition: Edition.objects.filter(pk=edition.pk).update(code="X-1/2000"),
    "other people": lambda edition: Edition.objects.filter(pk=edition.pk).update(subject="CBQL"),
    "begin of validity": lambda edition: Edition.objects.filter(pk=edition.pk).update(effective_from="2000-01-01"),
    "delete": lambda edition: edition.delete(),
    "threshold": lambda edition: edition.thresholds.update(share_count=1),
    "threshold gone": lambda edition: edition.thresholds.filter(level=3).delete(),
    "key": lambda edition: edition.criteria.filter(number=1).update(is_key=True),
    "number": lambda edition: edition.criteria.filter(number=15).update(number=16),
    "criterion gone": lambda edition: edition.criteria.filter(number=15).delete(),
    "criterion added": lambda edition: Criterion.objects.create(
        edition=edition, standard=edition.standards.get(number=5), number=16, name="Thêm"
    ),
    "criterion taken in": lambda edition: Criterion.objects.filter(edition__code="GVMN-26/2018", number=15).update(
        edition=edition, standard=edition.standards.get(number=5), number=16
    ),
    "standard gone": lambda edition: edition.standards.filter(number=5).delete(),
    "standard added": lambda edition: Standard.objects.create(edition=edition, number=6, name="Thêm"),
}


@pytest.mark.parametrize("change", FORBIDDEN.values(), ids=FORBIDDEN)
def test_database_refuses_to_change_the_rule_of_locked_edition(change):
    edition = lock_edition(Edition.objects.get(code="GVPT-20/2018"))

    with pytest.raises(IntegrityError, match="STD-03"), transaction.atomic():
        change(edition)


@pytest.mark.parametrize("change", FORBIDDEN.values(), ids=FORBIDDEN)
def test_database_lets_an_edition_change_before_it_is_locked(change):
    """The changes above fail for the lock alone."""
    change(Edition.objects.get(code="GVPT-20/2018"))


def test_criterion_lies_in_standard_of_its_own_edition():
    other = Standard.objects.filter(edition__code="HT-14/2018").first()
    criterion = Criterion.objects.get(edition__code="GVPT-20/2018", number=1)

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match="criterion_standard_of_same_edition"), transaction.atomic():
            Criterion.objects.filter(pk=criterion.pk).update(standard=other)
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.mark.parametrize(
    ("model", "values", "constraint"),
    [
        (Edition, {"effective_to": date(2000, 1, 1)}, "edition_dates_ordered"),
        (Edition, {"subject": "NV"}, "edition_subject"),
        (EditionThreshold, {"level": 4}, "threshold_levels"),
        (EditionThreshold, {"share_of": 1}, "threshold_share"),
        (LevelDescriptor, {"level": 0}, "descriptor_level"),
    ],
)
def test_constraints_refuse_values_out_of_range(model, values, constraint):
    row = model.objects.order_by("-pk" if model is not EditionThreshold else "-share_count").first()

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        model.objects.filter(pk=row.pk).update(**values)


def test_in_force_gives_the_edition_of_the_day(edition_file):
    def from_2026(content):
        content["effective_from"] = "2026-04-14"

    load_editions([edition_file([from_2026], code="GVPT-30/2026")])

    def codes(*days):
        return [Edition.objects.in_force("GVPT", on=day).code for day in days]

    assert codes(date(2018, 10, 10), date(2026, 4, 13)) == ["GVPT-20/2018", "GVPT-20/2018"]
    assert codes(date(2026, 4, 14)) == ["GVPT-30/2026"]


def test_in_force_ends_after_the_last_day():
    Edition.objects.filter(code="GVPT-20/2018").update(effective_to=date(2026, 4, 13))

    assert Edition.objects.in_force("GVPT", on=date(2026, 4, 13)).code == "GVPT-20/2018"
    with pytest.raises(RuleViolation, match="Giáo viên phổ thông có hiệu lực vào ngày 14/04/2026") as refused:
        Edition.objects.in_force("GVPT", on=date(2026, 4, 14))
    assert refused.value.rule_id == "STD-04"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda c: c.pop("document"), "document: thiếu mục này."),
        (lambda c: c.update(code="chuẩn mới"), "code: mã viết dạng GVPT-20/2018."),
        (lambda c: c.update(subject="NV"), "subject: phải là một trong GVPT, CBQL, GVMN, CBQLMN."),
        (lambda c: c.update(effective_from="10/10/2018"), "effective_from: ngày viết dạng 2018-10-10."),
        (lambda c: c.update(effective_to="2018-10-09"), "ngày hết hiệu lực phải sau ngày có hiệu lực"),
        (lambda c: c.update(extra=1), "extra: mục này không có trong mẫu tệp."),
        (lambda c: c["rule"].pop("K"), "quy tắc phải có đủ ba mức Đ, K, T"),
        (lambda c: c["rule"]["T"].update(share="3/2"), "tỷ lệ viết dạng 2/3, hoặc 0, hoặc 1"),
        (lambda c: c["rule"]["T"].update(floor="X"), "mức là một trong CĐ, Đ, K, T"),
        (lambda c: c["rule"]["K"].update(floor="T"), "mức tối thiểu không được cao hơn mức xếp loại"),
        (
            lambda c: c["standards"][1]["criteria"][0].update(name=" "),
            "standards[2].criteria[1].name: không được để trống.",
        ),
        (lambda c: c["standards"][1]["criteria"][0].update(number=9), "tiêu chí phải được đánh số liên tục từ 1"),
        (lambda c: c.update(name="Chuẩn" * 100), "name: dài quá 300 ký tự."),
        (lambda c: c["standards"].reverse(), "tiêu chuẩn phải được đánh số liên tục từ 1"),
        (lambda c: c["standards"][0].update(criteria=[]), "standards[1].criteria: phải có ít nhất một mục."),
        (lambda c: c["standards"][0]["criteria"][0]["descriptors"].update(CĐ="x"), "nội dung chỉ có ở các mức Đ, K, T"),
    ],
)
def test_faulty_file_is_refused_with_place_and_remedy(edition_file, change, said):
    with pytest.raises(RuleViolation) as refused:
        load_editions([shipped_path("HT-14/2018"), edition_file([change])])

    assert refused.value.rule_id == "STD-05"
    assert str(refused.value).startswith("edition.json: ")
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "dòng 1, cột 2 không đúng dạng JSON"),
        ("Chuẩn".encode("utf-16"), "không ở bảng mã UTF-8"),
        (b"[]", "cả tệp: giá trị không hợp lệ"),
    ],
)
def test_file_that_is_no_edition_is_refused(tmp_path, content, said):
    path = tmp_path / "broken.json"
    path.write_bytes(content)

    with pytest.raises(RuleViolation, match=said):
        load_editions([path])


def test_command_loads_file_and_sums_up(edition_file):
    out = StringIO()

    call_command("standards_load", str(edition_file()), "--json", stdout=out)

    assert out.getvalue().splitlines() == [
        "GVPT-99/2030: đã thêm",
        '{"editions": {"GVPT-99/2030": "CREATED"}}',
    ]


def test_command_tells_what_is_wrong(tmp_path):
    with pytest.raises(CommandError, match=r"missing\.json: không có tệp này\."):
        call_command("standards_load", str(tmp_path / "missing.json"))
