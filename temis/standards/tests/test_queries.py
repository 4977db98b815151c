import pytest

from temis.core import clock
from temis.standards.enums import Level
from temis.standards.models import Edition
from temis.standards.queries import _read_sheet, edition_rule, edition_sheet
from temis.standards.tests.vectors import CODES, shipped_rule

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_cache():
    _read_sheet.cache_clear()


@pytest.mark.parametrize("code", CODES)
def test_stored_rule_is_the_rule_of_the_file(code):
    assert edition_rule(Edition.objects.get(code=code)) == shipped_rule(code)


@pytest.mark.parametrize("code", CODES)
def test_sheet_takes_the_same_queries_for_every_edition_and_none_again(code, django_assert_num_queries):
    edition = Edition.objects.get(code=code)

    with django_assert_num_queries(5):
        first = edition_sheet(edition)
    with django_assert_num_queries(0):
        assert edition_sheet(edition) is first


def test_sheet_is_read_anew_after_edition_was_loaded_anew(django_assert_num_queries):
    edition = Edition.objects.get(code="HT-14/2018")
    edition_sheet(edition)
    edition.criteria.filter(number=1).update(name="Tên đã sửa")
    edition.updated_at = clock.now()

    assert edition_sheet(edition).criteria[0].name == "Tên đã sửa"


def test_sheet_holds_standards_criteria_and_texts_in_order():
    sheet = edition_sheet(Edition.objects.get(code="GVPT-20/2018"))

    assert [len(standard.criteria) for standard in sheet.standards] == [2, 5, 3, 3, 2]
    assert [criterion.number for criterion in sheet.criteria] == list(range(1, 16))
    assert [one.level for one in sheet.criteria[0].descriptors] == [Level.PASS, Level.FAIR, Level.GOOD]
    assert sheet.criteria[0].text(Level.PASS) == "Thực hiện nghiêm túc các quy định về đạo đức nhà giáo."
    assert sheet.criteria[0].text(Level.NOT_MET) == ""
    assert not sheet.is_verified
