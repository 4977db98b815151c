"""The pages of progress: exact figures and names for each role, and nothing for others."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from temis.access import Role
from temis.appraisals.models import Appraisal
from temis.appraisals.tests.factories import AFTER, DURING_DECISION, DURING_SELF
from temis.core import clock
from temis.core.text import fold as fold_text
from temis.following.enums import Waiting
from temis.following.tests.factories import make_busy_period
from temis.organizations.actions import create_organization
from temis.people.models import SubjectGroup
from tests.cast import act

BODY, PEOPLE = "following:body", "following:people"


@pytest.fixture
def period(cast):
    return make_busy_period(cast)


@pytest.fixture(autouse=True)
def during():
    with clock.hold(DURING_SELF):
        yield


def names(response) -> list[str]:
    return [row.name for row in response.context["page"].rows]


@pytest.mark.parametrize(
    ("name", "role", "people", "unsent"),
    [
        ("ministry_officer", None, 13, 7),
        ("province_officer", None, 11, 6),
        ("local_officer", None, 9, 4),
        ("principal", None, 7, 3),
        ("deputy", Role.DEPUTY_PRINCIPAL, 7, 3),
        ("leader", Role.GROUP_LEADER, 4, 1),
    ],
)
def test_first_page_is_of_the_place_of_the_role(cast, client, period, name, role, people, unsent):
    act(client, cast, name, role)

    tally = client.get(reverse("following:progress")).context["tally"]

    assert (tally.people, tally.unsent) == (people, unsent)


@pytest.mark.parametrize("name", ["staff", "lecturer", "administrator"])
def test_progress_is_absent_for_roles_without_the_right(cast, client, period, name):
    act(client, cast, name)

    assert client.get(reverse("following:progress")).status_code == 404


def test_teacher_does_not_see_progress(cast, client, period):
    act(client, cast, "teacher")

    assert client.get(reverse("following:progress")).status_code == 404


REACH = [
    ("ministry_officer", None, {"ministry", "province", "province_b", "local", "school_2", "school_20", "neighbour"}),
    ("province_officer", None, {"province", "local", "school_2", "school_20"}),
    ("local_officer", None, {"local", "school_2", "school_20"}),
    ("principal", None, {"school_2"}),
    ("deputy", Role.DEPUTY_PRINCIPAL, {"school_2"}),
    ("leader", Role.GROUP_LEADER, set()),
    ("teacher", None, set()),
]


@pytest.mark.parametrize(("name", "role", "reached"), REACH)
def test_bodies_within_reach_are_those_of_the_role(cast, client, period, name, role, reached):
    act(client, cast, name, role)
    bodies = ["ministry", "province", "province_b", "local", "school_2", "school_20", "neighbour"]

    found = {b for b in bodies if client.get(reverse(BODY, args=[period.pk, cast.bodies[b].pk])).status_code == 200}

    # A leader's own school is answered by the group that he leads, never by the school.
    if role == Role.GROUP_LEADER:
        response = client.get(reverse(BODY, args=[period.pk, cast.school_2.pk]))
        assert response.context["place"].group.pk == cast.leader.group_id
        found -= {"school_2"}
    assert found == reached


def test_leader_sees_names_in_his_group_only(cast, client, period):
    act(client, cast, "leader", Role.GROUP_LEADER)

    people = client.get(reverse("following:group_people", args=[period.pk, cast.leader.group_id]))
    others = client.get(reverse("following:group_people", args=[period.pk, cast.lone_teacher.group_id]))

    assert set(names(people)) == {
        "Phạm Thị Ánh",
        "Nguyễn Thị Bình",
        "Danh Sơn",
        "Võ Minh Đức",
        "Huỳnh Thị Ân",
    }
    assert others.status_code == 404


def test_bodies_below_come_with_those_that_are_late_first(cast, client, period):
    act(client, cast, "province_officer")
    Appraisal.objects.filter(organization=cast.high_school).update(decision_due=False)

    with clock.hold(AFTER):
        page = client.get(reverse(BODY, args=[period.pk, cast.province.pk])).context["page"]

    assert [(row.name, row.tally.late_people) for row in page.rows] == [
        (cast.local.name, 9 - 1),  # all but the one who has acknowledged
        (cast.high_school.name, 2),
    ]


def test_body_with_nobody_in_the_period_is_shown_last(cast, client, period):
    act(client, cast, "local_officer")
    create_organization(code="93-1-0", name="Trường An", kind="SCHOOL", parent=cast.local, scope=None)

    for sort in ("late", "-late", "people", "-people", "self", "-self"):
        page = client.get(reverse(BODY, args=[period.pk, cast.local.pk]) + f"?sort={sort}").context["page"]
        assert names_of(page)[-1] == "Trường An"


def test_pages_of_bodies_follow_each_other_both_ways(cast, client, period, monkeypatch):
    monkeypatch.setattr("temis.following.views.progress.SIZE", 1)
    act(client, cast, "province_officer")
    url = reverse(BODY, args=[period.pk, cast.province.pk]) + "?by=school&sort=name"
    first = client.get(url).context["page"]
    second = client.get(f"{url}&after={first.next}").context["page"]
    third = client.get(f"{url}&after={second.next}").context["page"]
    back = client.get(f"{url}&before={third.previous}").context["page"]

    found = [name for page in (first, second, third) for name in names_of(page)]
    assert found == [cast.school_2.name, cast.high_school.name, cast.school_20.name]
    assert (first.previous, third.next) == ("", "")
    assert names_of(back) == names_of(second)


def test_nobody_is_late_before_the_last_day(cast, client, period):
    act(client, cast, "province_officer")

    tally = client.get(reverse("following:progress")).context["tally"]

    assert tally.late_people == 0


def test_late_on_one_step_while_the_next_is_open(cast, client, period):
    act(client, cast, "principal")

    with clock.hold(DURING_DECISION):
        tally = client.get(reverse("following:progress")).context["tally"]

    assert tally.late[Waiting.SELF] == tally.unsent == tally.late_people


@pytest.mark.parametrize("schools", ["", "&by=school"])
def test_bodies_by_name_rise_and_fall_whatever_is_left_to_do(cast, client, period, schools):
    for number in (3, 1, 2):
        create_organization(code=f"93-0{number}", name=f"Trường {number}", kind="SCHOOL", parent=cast.local, scope=None)
    act(client, cast, "province_officer")
    url = reverse(BODY, args=[period.pk, cast.province.pk])

    rising = names_of(client.get(f"{url}?sort=name{schools}").context["page"])
    falling = names_of(client.get(f"{url}?sort=-name{schools}").context["page"])

    assert rising == sorted(rising, key=fold_text)
    assert falling == rising[::-1]
    assert len(rising) == (6 if schools else 2)


def test_all_schools_in_one_table(cast, client, period):
    act(client, cast, "province_officer")

    page = client.get(reverse(BODY, args=[period.pk, cast.province.pk]) + "?by=school&sort=name").context["page"]

    assert names_of(page) == [cast.school_2.name, cast.high_school.name, cast.school_20.name]


def names_of(page) -> list[str]:
    return [row.name for row in page.rows]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=le+quy+don", ["school_2"]),
        ("waiting=ANSWER", ["school_20"]),
        ("waiting=ANNOUNCEMENT", ["school_2"]),
        ("sort=-people", ["school_2", "school_20"]),
        ("sort=people", ["school_20", "school_2"]),
        ("sort=response", ["school_2", "school_20"]),
    ],
)
def test_table_is_narrowed_and_sorted_by_the_address(cast, client, period, query, found):
    act(client, cast, "local_officer")

    page = client.get(reverse(BODY, args=[period.pk, cast.local.pk]) + f"?{query}").context["page"]

    assert names_of(page) == [cast.bodies[name].name for name in found]


def test_filter_by_position_counts_those_people_only(cast, client, period):
    act(client, cast, "local_officer")

    tally = client.get(reverse("following:progress") + "?position=PRINCIPAL").context["tally"]

    assert (tally.people, tally.unsent, tally.objected) == (2, 1, 1)


def test_school_is_shown_by_subject_group(cast, client, period):
    act(client, cast, "principal")

    rows = client.get(reverse("following:progress")).context["rows"]

    assert {(row.name, row.tally.people) for row in rows} == {
        ("Tổ Khoa học tự nhiên", 4),
        ("Tổ Nghệ thuật", 1),
        ("", 2),
    }


STANDING = {
    "SELF": {"Trần Văn Hòa", "Huỳnh Thị Ân", "Đỗ Thị Cúc"},
    "DECISION": {"Trần Văn Hòa", "Lê Thị Thu", "Huỳnh Thị Ân", "Đỗ Thị Cúc"},
    "ANNOUNCEMENT": {"Phạm Thị Ánh"},
    "RESPONSE": {"Nguyễn Thị Bình"},
    "ANSWER": set(),
    "OUT": {"Võ Minh Đức"},
}


@pytest.mark.parametrize(("waiting", "found"), STANDING.items())
def test_people_on_a_step_are_exactly_those(cast, client, period, waiting, found):
    act(client, cast, "principal")

    response = client.get(reverse(PEOPLE, args=[period.pk, cast.school_2.pk]) + f"?waiting={waiting}")

    assert set(names(response)) == found


def test_raters_who_are_missing_are_named_with_how_many_are_left(cast, client, period):
    act(client, cast, "principal")

    response = client.get(reverse(PEOPLE, args=[period.pk, cast.school_2.pk]) + "?waiting=OPINIONS")

    states = {row.name: row.state for row in response.context["page"].rows}
    # On the principal and the deputy; the one who is out of the period is on leave.
    assert states["Bùi Thị Dung"] == "Còn 2 ý kiến"
    assert "Võ Minh Đức" not in states


def test_people_are_found_without_diacritics_and_by_code(cast, client, period):
    act(client, cast, "principal")
    url = reverse(PEOPLE, args=[period.pk, cast.school_2.pk])

    found = [names(client.get(f"{url}?q={q}")) for q in ("huynh thi an", "93007", "huynh thi b")]

    assert found == [["Huỳnh Thị Ân"], ["Huỳnh Thị Ân"], []]


def test_reason_of_an_exclusion_is_for_those_who_may_see_the_appraisal(cast, client, period):
    url = reverse(PEOPLE, args=[period.pk, cast.school_2.pk]) + "?waiting=OUT"
    states = []
    for name, role in (("principal", None), ("deputy", Role.DEPUTY_PRINCIPAL)):
        act(client, cast, name, role)
        states += [row.state for row in client.get(url).context["page"].rows]

    assert states == ["Nghỉ thai sản", "Ngoài đợt"]


def test_names_of_the_whole_country_are_not_listed(cast, client, period):
    act(client, cast, "ministry_officer")

    assert client.get(reverse(PEOPLE, args=[period.pk, cast.ministry.pk])).status_code == 422


def questions(client, url: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


@pytest.mark.parametrize("name", ["province_officer", "principal"])
def test_page_asks_the_database_as_often_for_few_as_for_many(cast, client, period, name):
    act(client, cast, name)
    url = reverse("following:progress")
    client.get(url)

    few = questions(client, url)
    for number in range(3):
        school = create_organization(
            code=f"93-1-3{number}", name="Trường", kind="SCHOOL", parent=cast.local, scope=None, province_id="93"
        )
        SubjectGroup.objects.create(organization=cast.school_2, name=f"Tổ {number}")
        Appraisal.objects.filter(person=cast.people[f"teacher_{number + 2}"]).update(organization=school)

    assert questions(client, url) == few


def test_without_any_period_the_page_says_so(cast, client):
    act(client, cast, "principal")

    assert client.get(reverse("following:progress")).templates[0].name == "following/no_period.html"
