import pytest
from django.urls import reverse

from temis.core import clock
from temis.standards.models import Edition
from temis.standards.queries import _read_sheet

pytestmark = pytest.mark.django_db

CODE = "GVPT-20/2018"


def address(name, code=CODE):
    return reverse(f"standards:{name}", args=[code])


def chosen(levels, skip=()):
    return {f"c{number}": level for number, level in enumerate(levels, 1) if number not in skip}


def test_list_is_public_and_shows_every_edition_general_schools_first(client):
    response = client.get(reverse("standards:list"))

    assert [edition.code for edition, _sheet in response.context["editions"]] == [
        "GVPT-20/2018",
        "HT-14/2018",
        "GVMN-26/2018",
        "HTMN-25/2018",
    ]


def test_list_takes_one_query_once_the_sheets_are_read(client, django_assert_num_queries):
    client.get(reverse("standards:list"))

    with django_assert_num_queries(1):
        client.get(reverse("standards:list"))


def test_detail_has_the_address_of_the_code(client):
    assert address("detail") == "/standards/GVPT-20/2018/"

    response = client.get(address("detail"))

    assert response.status_code == 200
    assert response.context["sheet"].code == CODE


def test_detail_of_unknown_code_is_absent(client):
    assert client.get(address("detail", "GVPT-1/1999")).status_code == 404
    assert client.get(address("try", "GVPT-1/1999")).status_code == 404


@pytest.mark.parametrize("name", ["detail", "try"])
def test_pages_only_read(client, name):
    assert client.post(address(name)).status_code == 405


def test_detail_marks_what_was_not_compared_with_the_original(client):
    label = "Chưa đối chiếu với văn bản gốc"
    assert label in client.get(address("detail")).content.decode()

    edition = Edition.objects.get(code=CODE)
    for criterion in edition.criteria.all():
        criterion.descriptors.update(verified=True)
    Edition.objects.filter(pk=edition.pk).update(updated_at=clock.now())
    _read_sheet.cache_clear()

    assert label not in client.get(address("detail")).content.decode()


def test_try_explains_a_full_choice(client):
    levels = ["K", "K", "T", "T", "K", "T", "T", "K", *["T"] * 7]

    response = client.get(address("try"), chosen(levels))

    assert response.context["trial"].sentences == [
        "Xếp loại Khá.",
        "Chưa đạt mức Tốt vì tiêu chí 5 ở mức Khá (phải là Tốt); 11/15 tiêu chí đã ở mức Tốt (cần từ 10).",
    ]
    assert "Xếp loại Khá." in response.content.decode()


def test_try_names_the_criteria_without_a_level(client):
    response = client.get(address("try"), chosen(["K"] * 15, skip={3, 7, 8, 9}) | {"c3": "X"})

    assert response.context["trial"].explanation is None
    assert "Còn thiếu mức của tiêu chí 3, 7–9." in response.content.decode()


def test_try_without_a_choice_says_so(client):
    assert "Chưa chọn mức nào." in client.get(address("try")).content.decode()


def test_detail_takes_the_choice_from_its_address(client):
    response = client.get(address("detail"), {"all": "T", "c1": "CD"})

    assert response.context["trial"].sentences[0] == "Xếp loại Chưa đạt."
