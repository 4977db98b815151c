"""The list of people and a person's page: who gets in, who stands there, in which order."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from temis.people import actions, names
from temis.people.actions.projection import project_people
from temis.people.models import Employment, Person
from temis.people.tests.names import SCHOOL_2_BY_NAME
from tests.cast import Cast, act, make_person

pytestmark = pytest.mark.django_db


def _names(response) -> list[str]:
    return [person.full_name for person in response.context["page"].rows]


# who gets in


@pytest.mark.parametrize("name", ["teacher", "leader", "staff", "lecturer", "ministry_officer", "administrator"])
def test_people_list_without_the_right_is_absent(client, cast: Cast, name):
    act(client, cast, name)

    assert client.get("/people/").status_code == 404


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("principal_20", {"Ngô Văn Khải", "Lý Thị Lan"}),
        ("principal", set(SCHOOL_2_BY_NAME)),
        ("deputy", set(SCHOOL_2_BY_NAME)),
        ("local_officer", {*SCHOOL_2_BY_NAME, "Ngô Văn Khải", "Lý Thị Lan", "Hà Thị Quyên", "Cao Văn Sang"}),
        ("province_officer_b", {"Thạch Văn Ơn", "Mai Thị Phượng", "Tô Thị Vân"}),
    ],
)
def test_people_list_shows_exactly_those_within_reach(client, cast: Cast, name, expected):
    act(client, cast, name)

    assert set(_names(client.get("/people/"))) == expected


@pytest.mark.parametrize("victim", ["teacher_20", "teacher_b", "local_officer", "province_leader"])
def test_person_beyond_reach_is_absent_on_every_page(client, cast: Cast, victim):
    act(client, cast, "principal")
    person = cast.people[victim]
    post = person.employments.get()
    pages = [
        f"/people/{person.pk}/",
        f"/people/{person.pk}/edit/",
        f"/people/{person.pk}/core/",
        f"/people/{person.pk}/core/end/",
        f"/people/employments/{post.pk}/transfer/",
        f"/people/employments/{post.pk}/end/",
        f"/people/employments/{post.pk}/group/",
    ]

    assert [client.get(page).status_code for page in pages] == [404] * 7
    assert [client.post(page).status_code for page in [*pages[1:], f"/people/{person.pk}/code/"]] == [404] * 7


def test_other_body_in_the_address_shows_nothing(client, cast: Cast):
    act(client, cast, "principal")

    assert _names(client.get(f"/people/?organization={cast.school_20.pk}")) == []
    assert client.get(f"/people/new/?organization={cast.school_20.pk}").status_code == 404
    assert client.get(f"/people/groups/?organization={cast.school_20.pk}").status_code == 404


@pytest.mark.parametrize(
    "address", ["/people/", "/profile/", "/profile/audit/", "/rights/delegations/", "/rights/grants/", "/audit/"]
)
def test_visitor_is_led_to_the_login_page_and_back(client, cast: Cast, address):
    assert client.get(address)["Location"] == f"/accounts/login/?next={address}"


def test_deputy_reads_people_but_changes_nobody(client, cast: Cast):
    act(client, cast, "deputy")

    page = client.get(f"/people/{cast.teacher.pk}/")

    assert page.status_code == 200
    assert not page.context["may_manage"]
    assert not page.context["may_manage_account"]
    assert client.post(f"/people/{cast.teacher.pk}/edit/", {}).status_code == 404


# the list


def test_people_list_is_in_vietnamese_order(client, cast: Cast):
    act(client, cast, "principal")

    assert _names(client.get("/people/")) == SCHOOL_2_BY_NAME


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=anh", ["Phạm Thị Ánh"]),
        ("q=ÁNH", ["Phạm Thị Ánh"]),
        ("q=do thi", ["Đỗ Thị Cúc"]),
        ("q=93004", ["Nguyễn Thị Bình"]),
        ("position=STAFF", ["Bùi Thị Dung"]),
        ("core=on", ["Nguyễn Thị Bình"]),
        ("q=khong co ai", []),
        ("position=KHONG", SCHOOL_2_BY_NAME),
    ],
)
def test_people_list_filters(client, cast: Cast, query, expected):
    act(client, cast, "principal")
    actions.appoint_core(cast.teacher.pk, date(2020, 1, 1), None, "QĐ 1", scope=cast.scope("principal"))

    assert _names(client.get(f"/people/?{query}")) == expected


def test_people_list_by_level_and_group(client, cast: Cast):
    act(client, cast, "local_officer")

    levels = _names(client.get("/people/?level=TH"))
    act(client, cast, "principal")
    group = _names(client.get(f"/people/?group={cast.lone_teacher.group_id}"))

    assert (levels, group) == (["Ngô Văn Khải", "Lý Thị Lan"], ["Đỗ Thị Cúc"])


@pytest.mark.parametrize("few", [0, names.FEW])  # as PostgreSQL has names in order, and put in order by it
def test_people_list_pages_by_key_and_leaves_nobody_out(client, cast: Cast, few, monkeypatch):
    monkeypatch.setattr(names, "FEW", few)
    for i in range(120):
        make_person(f"T{i:03}", f"Nguyễn Văn {'ABC'[i % 3]}", cast.school_20, "TEACHER", level="TH")
    project_people()
    act(client, cast, "principal_20")

    seen, address = [], "/people/"
    while address:
        page = client.get(address).context["page"]
        seen += [person.pk for person in page.rows]
        address = page.next and f"/people/?after={page.next}"

    here = Person.objects.filter(organization=cast.school_20)
    assert seen == list(here.order_by("sort_key", "id").values_list("pk", flat=True))
    assert len(seen) == 122


@pytest.mark.parametrize("text", ["%", "_", "., "])
def test_search_for_what_holds_no_word_finds_nobody(client, cast: Cast, text):
    act(client, cast, "province_officer")

    assert _names(client.get("/people/", {"q": text})) == []


def test_people_list_costs_the_same_for_one_and_for_six(client, cast: Cast):
    act(client, cast, "principal")
    with _counted() as one:
        found = client.get("/people/?q=bình")
    with _counted() as six:
        more = client.get("/people/?q=thị")

    assert (_names(found), len(_names(more))) == (["Nguyễn Thị Bình"], 6)
    assert len(one) == len(six)


def _counted() -> CaptureQueriesContext:
    return CaptureQueriesContext(connection)


def test_person_page_costs_the_same_for_one_post_and_for_three(client, cast: Cast):
    act(client, cast, "province_officer")
    with _counted() as one:
        client.get(f"/people/{cast.teacher.pk}/")
    for year in (2000, 2005):
        Employment.objects.create(
            person=cast.teacher,
            organization=cast.high_school,
            position="TEACHER",
            level="THPT",
            validity=(date(year, 1, 1), date(year + 1, 1, 1)),
        )
    with _counted() as three:
        client.get(f"/people/{cast.teacher.pk}/")

    assert len(one) == len(three)
