"""The own portfolio: what comes in, what is kept once, what may change."""

import io
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from temis.access import NotPermitted, P, Role
from temis.core import clock
from temis.core.errors import RuleViolation
from temis.core.models import AuditEntry
from temis.evidence import actions, queries
from temis.evidence.actions import AlreadyThere, Details
from temis.evidence.enums import EvidenceKind, ScanState
from temis.evidence.models import EvidenceItem, StoredFile
from temis.evidence.storing import store
from temis.evidence.tests import files

pytestmark = pytest.mark.django_db

NOON = datetime(2020, 5, 10, 12, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


@pytest.fixture(autouse=True)
def _noon():
    with clock.hold(NOON):
        yield


def add(scope, content=files.PDF, name="Giáo án.pdf", details=None):
    return actions.add_file(io.BytesIO(content), name, details or Details(), scope=scope)


def stored_names(storage) -> list[str]:
    return sorted(str(path.relative_to(storage)) for path in storage.rglob("*") if path.is_file())


def test_file_is_kept_under_its_hash_with_its_type(scope, storage):
    item = add(scope, details=Details(title="Giáo án  tuần 3", criteria=(5, 4, 5), dated_on=date(2020, 3, 1)))

    assert (item.title, item.criteria, item.file_name, item.dated_on) == (
        "Giáo án tuần 3",
        [4, 5],
        "Giáo án.pdf",
        date(2020, 3, 1),
    )
    assert (item.file.media_type, item.file.size) == ("application/pdf", len(files.PDF))
    assert stored_names(storage) == [item.file.key]
    assert (storage / item.file.key).read_bytes() == files.PDF


def test_adding_is_told_in_the_audit_trail_of_the_person(cast, scope):
    item = add(scope)

    entry = AuditEntry.objects.get(action="evidence.add")
    assert (entry.object_id, entry.person_id, entry.organization_id) == (
        str(item.pk),
        cast.teacher.pk,
        cast.school_2.pk,
    )


def test_title_is_the_name_of_the_file_where_none_is_given(scope):
    assert add(scope, name="Biên bản họp tổ.pdf").title == "Biên bản họp tổ"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\A\\Giáo án.pdf", "Giáo án.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("anh.PDF.exe", "anh.PDF.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("", "minh-chung.pdf"),
        ("x" * 400 + ".pdf", "x" * 180 + ".pdf"),
    ],
)
def test_name_of_a_file_is_made_harmless_and_ends_as_its_content_says(scope, given, kept):
    assert add(scope, name=given).file_name == kept


def test_same_content_of_two_people_is_stored_once(cast, scope, storage):
    mine = add(scope)
    theirs = add(cast.scope("teacher_2", Role.TEACHER), name="khác.pdf")

    assert mine.file_id == theirs.file_id
    assert StoredFile.objects.count() == 1
    assert stored_names(storage) == [mine.file.key]


def test_same_file_twice_in_one_portfolio_names_the_item_that_has_it(scope):
    first = add(scope, details=Details(title="Giáo án"))

    with pytest.raises(AlreadyThere) as refused:
        add(scope, name="lần hai.pdf")

    assert refused.value.item == first
    assert "Giáo án" in str(refused.value)
    assert EvidenceItem.objects.count() == 1


def test_file_that_was_put_away_can_be_added_again(scope):
    actions.archive_item(add(scope).pk, scope=scope)

    assert add(scope).archived_at is None


def test_what_an_interrupted_write_left_is_replaced(scope, storage):
    item = add(scope)
    EvidenceItem.objects.all().delete()
    StoredFile.objects.all().delete()
    (storage / item.file.key).write_bytes(b"%PDF-cut")

    again = add(scope)

    assert (storage / again.file.key).read_bytes() == files.PDF


@pytest.mark.parametrize(("content", "rule"), [(b"", "EVD-02"), (files.ELF, "EVD-01")])
def test_refused_file_leaves_nothing_behind(scope, storage, content, rule):
    with pytest.raises(RuleViolation) as refused:
        add(scope, content)

    assert refused.value.rule_id == rule
    assert (stored_names(storage), StoredFile.objects.count(), EvidenceItem.objects.count()) == ([], 0, 0)


def test_file_beyond_the_limit_is_refused_in_words(scope, settings):
    settings.EVIDENCE_FILE_BYTES = len(files.PDF) - 1

    with pytest.raises(RuleViolation) as refused:
        add(scope)

    assert (refused.value.rule_id, refused.value.field) == ("EVD-02", "file")


def test_share_of_the_storage_counts_what_is_not_put_away(scope, settings):
    settings.EVIDENCE_PERSON_BYTES = len(files.PDF) + 10
    first = add(scope)

    with pytest.raises(RuleViolation) as refused:
        add(scope, files.picture())
    assert refused.value.rule_id == "EVD-03"

    actions.archive_item(first.pk, scope=scope)
    assert add(scope, files.picture(), "anh.png").file.media_type == "image/png"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "ftp://a.vn", "khong-co", "https://"])
def test_link_that_leads_to_no_page_is_refused(scope, url):
    with pytest.raises(RuleViolation) as refused:
        actions.add_link(url, Details(), scope=scope)
    assert (refused.value.rule_id, refused.value.field) == ("EVD-04", "url")


def test_link_and_text_are_kept_with_their_content(scope):
    link = actions.add_link("https://violet.vn/bai", Details(title="Bài giảng"), scope=scope)
    text = actions.add_text("Phụ huynh khen\nchi tiết", Details(), scope=scope)

    assert (link.kind, link.url, link.title) == (EvidenceKind.LINK, "https://violet.vn/bai", "Bài giảng")
    assert (text.kind, text.text, text.title) == (EvidenceKind.TEXT, "Phụ huynh khen\nchi tiết", "Phụ huynh khen")


def test_item_can_be_edited_and_the_content_of_a_file_stays(scope):
    item = add(scope)

    edited = actions.edit_item(item.pk, Details(title="Mới", criteria=[2]), url="https://x.vn", scope=scope)

    assert (edited.title, edited.criteria, edited.url, edited.file_id) == ("Mới", [2], "", item.file_id)


def test_item_that_was_put_away_comes_back(scope):
    item = add(scope)

    actions.archive_item(item.pk, scope=scope)
    assert list(queries.portfolio(scope)) == []
    assert list(queries.portfolio(scope, archived=True)) == [item]
    actions.restore_item(item.pk, scope=scope)
    assert list(queries.portfolio(scope)) == [item]


@pytest.mark.parametrize("who", ["teacher_2", "principal", "deputy", "province_officer", "ministry_officer"])
def test_portfolio_is_its_owners_alone(cast, scope, who):
    item = add(scope)
    other = cast.scope(who)

    assert not queries.portfolio(other).exists()
    for change in (
        lambda: actions.edit_item(item.pk, Details(title="x"), scope=other),
        lambda: actions.archive_item(item.pk, scope=other),
        lambda: actions.restore_item(item.pk, scope=other),
    ):
        with pytest.raises(NotPermitted):
            change()


@pytest.mark.parametrize("who", ["staff", "province_officer", "ministry_officer", "lecturer", "administrator"])
def test_who_is_not_appraised_has_no_portfolio(cast, who):
    with pytest.raises(NotPermitted):
        add(cast.scope(who))
    assert not StoredFile.objects.exists()


def test_portfolio_is_filtered_by_criterion_year_and_words(scope):
    old = add(scope, details=Details(title="Đổi mới kiểm tra", criteria=[6], dated_on=date(2018, 1, 1)))
    new = actions.add_text("x", Details(title="Họp phụ huynh", criteria=[6, 11]), scope=scope)

    def found(**filters):
        return {item.pk for item in queries.portfolio(scope, **filters)}

    assert found(criterion=6) == {old.pk, new.pk}
    assert found(criterion=11) == {new.pk}
    assert found(year=2018) == {old.pk}
    assert found(year=2020) == {new.pk}
    assert found(words="doi moi") == {old.pk}
    assert queries.years(scope) == [2020, 2018]


def test_infected_content_is_not_taken_again_from_anybody(cast, scope):
    item = add(scope)
    StoredFile.objects.filter(pk=item.file_id).update(scan=ScanState.INFECTED)

    with pytest.raises(RuleViolation) as refused:
        add(cast.scope("teacher_2", Role.TEACHER))
    assert refused.value.rule_id == "EVD-07"


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "FILE"},
        {"kind": "LINK", "text": "x"},
        {"kind": "TEXT"},
        {"kind": "TEXT", "text": "x", "title": ""},
    ],
)
def test_database_refuses_an_item_without_its_content(cast, values):
    with pytest.raises(IntegrityError), transaction.atomic():
        EvidenceItem.objects.create(**{"person": cast.teacher, "title": "x", "created_at": NOON, **values})


def test_portfolio_takes_the_same_queries_for_one_and_three_items(scope, django_assert_num_queries):
    add(scope)
    with django_assert_num_queries(1):
        assert [item.file.size for item in queries.portfolio(scope)] == [len(files.PDF)]
    for number in range(2):
        add(scope, files.picture(size=(20 + number, 10)), "a.png")
    with django_assert_num_queries(1):
        assert len([item.file.size for item in queries.portfolio(scope)]) == 3


def test_own_evidence_is_all_that_the_permission_reaches(cast, scope):
    mine = add(scope)
    add(cast.scope("teacher_2", Role.TEACHER), files.picture(), "a.png")

    assert list(EvidenceItem.objects.permitted(scope, P.OWN_EVIDENCE)) == [mine]


def test_store_reads_a_stream_from_its_beginning(db):
    content = io.BytesIO(files.PDF)
    content.seek(5)

    assert store(content).size == len(files.PDF)


@pytest.mark.parametrize("name", ["add_link", "add_text"])
def test_link_or_text_sent_twice_is_one_item_with_one_entry(scope, name):
    content = "https://example.vn/sang-kien"
    add_it = getattr(actions, name)

    first, again = (add_it(content, Details(title="Sáng kiến", criteria=[3]), scope=scope) for _ in range(2))
    other = add_it(content, Details(title="Sáng kiến khác"), scope=scope)

    assert (first.pk == again.pk, first.pk == other.pk) == (True, False)
    assert AuditEntry.objects.filter(action="evidence.add").count() == 2
