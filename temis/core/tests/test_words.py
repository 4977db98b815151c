"""A search finds the words of a name, the last one perhaps only begun, with or without diacritics."""

import pytest

from temis.people.models import Person

NAMES = ("Nguyễn Văn Ánh", "Nguyễn Văn Anh Thư", "Lê Thị Danh", "H’Hen Niê", "Y-Blok Êban", "Đặng Thùy Trâm")


@pytest.fixture
def people(db):
    Person.objects.bulk_create(
        Person(code=f"W{i}", full_name=name, sort_key=str(i), gender="F") for i, name in enumerate(NAMES)
    )


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("anh", {"Nguyễn Văn Ánh", "Nguyễn Văn Anh Thư"}),
        ("Ánh", {"Nguyễn Văn Ánh", "Nguyễn Văn Anh Thư"}),
        ("văn  ANH", {"Nguyễn Văn Ánh", "Nguyễn Văn Anh Thư"}),
        ("nguyen van anh t", {"Nguyễn Văn Anh Thư"}),
        ("nguyen anh", set()),
        ("dang thuy", {"Đặng Thùy Trâm"}),
        ("đ", {"Đặng Thùy Trâm", "Lê Thị Danh"}),
        ("h'hen", {"H’Hen Niê"}),
        ("H’Hen Ni", {"H’Hen Niê"}),
        ("hen nie", {"H’Hen Niê"}),
        ("y-blok ê", {"Y-Blok Êban"}),
        ("van anh nguyen", set()),
        ("_", set()),
        ("'); DROP & | ! <-> :*", set()),
        ("&", set()),
        ("", set()),
    ],
)
def test_words_of_a_name(people, typed, found):
    assert set(Person.objects.filter(search__words=typed).values_list("full_name", flat=True)) == found
