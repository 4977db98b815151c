"""Lists of people by name: whichever way a page is come by, the same people stand on it."""

from functools import partial
from itertools import pairwise

import pytest
from django.db import connection
from django.db.models import Q, QuerySet
from hypothesis import given
from hypothesis import strategies as st

from temis.core.paging import keyset, read_by_key
from temis.core.text import fold, sort_key, sort_ranges
from temis.people import names
from temis.people.models import Person
from temis.people.names import Way
from tests.cast import Cast

LETTERS = "aàăằâầbcdđeèêềghiìklmnoòôồơờpqrstuùưừvxyỳwz0179"
NATION = "1"  # whose part of the tree is all of it
# Where a word of a name may stand, also in names that are written unlike those of most.
ODD = [
    *("Trần Thị Hương", "Lê Hương Lan", "Vũ Hương Hương", "Hương", "Bùi Văn Hướng", "Đỗ Huong", "Lý Thị Huống"),
    *("Ngô Hương Giang Thị", "Cao Thị-Hương", "Hà Hương-Lan", "Tô Hương1", "H'Hương Niê", "H’Hen Niê", "Y-Blok Êban"),
    *("Siu Kŏk", "Kŏk Hương", "Lê Æthel", "Mạc Hươ", "Vi Thị Huyền", "Sùng Ạ", "Đinh Đức Đương", "Lê 1"),
    "Hoàng Thị  Hương ",
]


def _made(full_names: list[str]) -> None:
    Person.objects.bulk_create(
        Person(code=f"X{number:04}", full_name=name, sort_key=sort_key(name), gender="F")
        for number, name in enumerate(full_names)
    )


def _whole(read) -> list[Person]:
    """All pages one after the other; back from the last one they are the same."""
    pages, after = [], ""
    while not pages or after:
        pages.append(read(after=after))
        after = pages[-1].next
    back, before = [], pages[-1].previous
    while before:
        back.append(read(before=before))
        before = back[-1].previous
    assert [page.rows for page in reversed(back)] == [page.rows for page in pages[:-1]]
    return [person for page in pages for person in page.rows]


@pytest.mark.django_db
@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize("text", ["", "thi", "van"])
@pytest.mark.parametrize("reach", ["ministry", "province"])
def test_people_found_by_name_come_in_its_order_page_by_page(cast: Cast, text, way, reach, monkeypatch):
    monkeypatch.setattr(names, "FEW", 0)
    monkeypatch.setattr(names, "_shortest", lambda *_: way)
    path = str(cast.bodies[reach].path)
    people = Person.objects.filter(organization__path__within=path)
    expected = people.filter(search__words=text) if text else people

    found = _whole(partial(names.page_by_name, people, path=path, text=text, size=2))

    assert len(found) > 2
    assert found == list(expected.order_by("sort_key", "id"))


@pytest.mark.django_db
@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize(
    "text",
    [
        *("hương", "huong", "h", "HUƠ", "lan", "nie", "kok", "y", "eban", "ae", "a", "đ", "hương1", "1", "x0003"),
        *("thi huong", "huong lan", "thị  H", "h'huong", "h’hen", "y-blok", "blok e", "kok huong", "vu huong"),
    ],
)
def test_every_way_leads_to_all_whose_name_has_the_words_and_to_whom_is_found_otherwise(db, text, way, monkeypatch):
    _made(ODD)
    otherwise = Q(code=text.upper())
    monkeypatch.setattr(names, "_shortest", lambda *_: way)

    found = _whole(
        partial(names.page_by_name, Person.objects.all(), path=NATION, text=text, otherwise=otherwise, size=3)
    )

    expected = Person.objects.filter(Q(search__words=text) | otherwise).order_by("sort_key", "id")
    assert expected
    assert [person.full_name for person in found] == [person.full_name for person in expected]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "size", "expected"),
    [
        ("vũ", 2, Way.MET),
        ("Vũ thị", 2, Way.MET),
        ("hương", 2, Way.TOGETHER),
        ("thị hương", 2, Way.TOGETHER),
        ("hương", 500, Way.TAKEN),  # all of them stand on the page
        ("yen", 2, Way.TAKEN),  # who is called so and who has it as a middle name are equally many
        ("M7 hương", 2, Way.TAKEN),
        ("vũ thị hương", 2, Way.TAKEN),
        ("xyz", 2, Way.TAKEN),
        ("%", 2, Way.TAKEN),
    ],
)
def test_the_way_is_told_by_how_many_have_the_name_and_where(db, text, size, expected, monkeypatch):
    monkeypatch.setattr(names, "STATEMENTS", 10)
    given, middle = ["An", "Bình", "Hương", "Khánh"], ["Thị M{}", "M{} Thị"]
    # With middle names of many kinds: of fewer than a hundred words PostgreSQL guesses.
    people = [f"{'Vũ' if n % 7 else 'Lê'} {middle[n // 7 % 2].format(n % 150)} {given[n % 4]}" for n in range(2_000)]
    _made([*people, *(f"Lê Yến M{n}" for n in range(5)), *(f"Lê M{n} Yến" for n in range(5)), "Lê M7 Hương"])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE people_person")

    assert names._shortest(text, None, size) is expected


@given(st.text(LETTERS, min_size=1, max_size=12), st.integers(1, 12), st.sampled_from(["", " Thị", " Thị Hương"]))
def test_who_has_a_given_name_that_begins_so_stands_in_one_of_its_places(word, length, before):
    key, start = sort_key(f"Lê{before} {word}"), fold(word)[:length]
    ranges = sort_ranges(start)

    assert [low <= key < high for low, high in ranges].count(True) == 1
    assert ranges == sorted(ranges)
    assert all(one[1] < other[0] for one, other in pairwise(ranges))


@pytest.mark.parametrize(
    ("start", "places"),
    [
        ("huong", 6),  # u or ư, then o, ô or ơ
        ("hu", 1),  # ư stands behind u
        ("an", 3),
        ("duong", 12),
        ("euaoueaouea", 4),  # as many letters of it as have no more than 24 spellings
        ("中", 0),
        ("a中", 1),
        ("", 0),
    ],
)
def test_places_of_a_given_name(start, places):
    assert len(sort_ranges(start)) == places


@pytest.mark.django_db
def test_page_is_full_though_somebody_on_it_leaves_while_it_is_read(cast: Cast, monkeypatch):
    people = Person.objects.filter(organization=cast.school_2)
    by_name = list(people.order_by("sort_key", "id"))
    look_up, leaving = QuerySet.in_bulk, [by_name[0]]

    def after_a_transfer(found, keys):
        if leaving:
            Person.objects.filter(pk=leaving.pop().pk).update(organization=cast.high_school)
        return look_up(found, keys)

    monkeypatch.setattr(QuerySet, "in_bulk", after_a_transfer)

    page = keyset(people, ("sort_key", "id"), size=2, read=read_by_key)

    assert (page.rows, bool(page.next)) == (by_name[1:3], True)
