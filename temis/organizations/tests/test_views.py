"""The tree of bodies as each role sees it."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from temis.organizations.actions import create_organization
from temis.organizations.models import Organization


def test_without_a_search_an_officer_starts_at_the_own_body_with_what_hangs_under_it(cast, client):
    client.force_login(cast.province_officer.user)

    response = client.get(reverse("organizations:list"))

    assert response.context["body"] == cast.province
    assert [b.code for b in response.context["page"].rows] == ["93-1", "93-9"]


@pytest.mark.parametrize("text", ["le quy don", "LÊ QUÝ", "93-1-2"])
def test_search_finds_a_body_by_name_without_diacritics_or_by_code(cast, client, text):
    client.force_login(cast.province_officer.user)

    response = client.get(reverse("organizations:list"), {"q": text})

    assert [b.code for b in response.context["page"].rows] == ["93-1-2"]


def test_search_never_reaches_into_another_province(cast, client):
    client.force_login(cast.province_officer.user)

    response = client.get(reverse("organizations:list"), {"q": "Trần Huỳnh"})

    assert response.context["page"].rows == []


@pytest.mark.parametrize(
    ("who", "body", "status"),
    [
        ("province_officer", "school_2", 200),
        ("province_officer", "neighbour", 404),
        ("local_officer", "high_school", 404),
        ("principal", "school_2", 200),
        ("principal", "school_20", 404),
        ("teacher", "school_2", 404),
        ("ministry_officer", "neighbour", 200),
    ],
)
def test_body_page_opens_only_within_reach(cast, client, who, body, status):
    client.force_login(getattr(cast, who).user)

    assert client.get(reverse("organizations:detail", args=[getattr(cast, body).pk])).status_code == status


def test_bodies_above_the_own_one_are_named_without_a_link(cast, client):
    client.force_login(cast.local_officer.user)

    response = client.get(reverse("organizations:detail", args=[cast.school_2.pk]))

    assert [(c.label, c.pk) for c in response.context["crumbs"]] == [
        ("Bộ Giáo dục và Đào tạo", None),
        ("Sở Giáo dục và Đào tạo Hậu Giang", None),
        ("Phòng Giáo dục và Đào tạo thành phố Vị Thanh", cast.local.pk),
    ]


def test_new_school_hangs_under_its_parent_in_the_parents_province(cast, client):
    client.force_login(cast.province_officer.user)
    data = {
        "code": "93-1-3",
        "name": "Trường THCS Mới",
        "kind": "SCHOOL",
        "levels": ["THCS"],
        "valid_from": "01/09/2026",
    }

    client.post(reverse("organizations:new", args=[cast.local.pk]), data)

    school = Organization.objects.get(code="93-1-3")
    assert (school.parent, school.province_id, school.levels) == (cast.local, "93", ["THCS"])
    assert str(school.path) == f"{cast.local.path}.{school.pk}"


def test_new_school_without_a_level_is_refused_and_says_what_to_do(cast, client):
    client.force_login(cast.province_officer.user)
    data = {"code": "x", "name": "Trường X", "kind": "SCHOOL", "valid_from": "01/09/2026"}

    response = client.post(reverse("organizations:new", args=[cast.local.pk]), data)

    assert response.status_code == 422
    assert response.context["form"].errors == {"levels": ["Chọn ít nhất một cấp học của trường."]}
    assert not Organization.objects.filter(code="x").exists()


def test_disadvantaged_area_holds_from_its_day_on(cast, client):
    client.force_login(cast.province_officer.user)
    data = {"on": "01/01/2021", "levels": ["THCS"], "disadvantaged": "on"}

    client.post(reverse("organizations:describe", args=[cast.school_2.pk]), data)

    by_year = {
        year: cast.school_2.versions.get(validity__contains=date(year, 12, 31)).disadvantaged for year in (2020, 2021)
    }
    assert by_year == {2020: False, 2021: True}


def test_body_page_takes_the_same_queries_for_two_bodies_and_for_five(cast, client):
    client.force_login(cast.province_officer.user)
    url = reverse("organizations:detail", args=[cast.local.pk])
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for number in range(3):
        create_organization(
            code=f"n{number}", name=f"Trường {number}", kind="SCHOOL", parent=cast.local, scope=None, levels=["TH"]
        )

    with CaptureQueriesContext(connection) as many:
        client.get(url)

    assert len(many) == len(few)
