"""Forms of people and their posts: what they change, and what they say when they do not."""

import pytest

from temis.core import clock
from temis.people.models import CoreAppointment, Employment, Person
from tests.cast import Cast, act

pytestmark = pytest.mark.django_db


def _new(**changes):
    return {
        "code": "93010",
        "full_name": "Trần Thị Mỹ Lan",
        "gender": "F",
        "ethnic_group": "kinh",
        "birth_date": "1990-02-03",
        "position": "TEACHER",
        "level": "THCS",
        "subject": "Toán",
        "since": clock.today().isoformat(),
    } | changes


def test_new_person_from_the_form(client, cast: Cast):
    act(client, cast, "principal")

    response = client.post("/people/new/", _new())

    person = Person.objects.get(code="93010")
    assert response["Location"] == f"/people/{person.pk}/"
    assert (person.organization_id, person.ethnic_group, person.is_minority) == (cast.school_2.pk, "Kinh", False)


def test_new_person_with_a_known_code_says_what_to_do_and_keeps_what_was_typed(client, cast: Cast):
    act(client, cast, "principal")

    response = client.post("/people/new/", _new(code="95002"))

    assert response.status_code == 422
    assert "Nếu là người chuyển đến" in response.context["form"].errors["code"][0]
    assert "Trần Thị Mỹ Lan" in response.content.decode()


def test_new_person_double_click_makes_one(client, cast: Cast):
    act(client, cast, "principal")

    codes = [client.post("/people/new/", _new()).status_code for _ in range(2)]

    assert codes == [302, 422]
    assert Person.objects.filter(code="93010").count() == Employment.objects.filter(person__code="93010").count() == 1


def test_transfer_group_end_and_core_from_the_forms(client, cast: Cast):
    act(client, cast, "province_officer")
    today = clock.today().isoformat()
    post = cast.teacher.employments.get()

    answers = [
        client.post(f"/people/{cast.teacher.pk}/core/", {"since": today, "document": "QĐ 7"}),
        client.post(f"/people/employments/{post.pk}/group/", {"subject": "Lý", "group": post.group_id}),
        client.post(
            f"/people/employments/{post.pk}/transfer/?to=93-9",
            {"position": "TEACHER", "level": "THPT", "since": today, "document": "QĐ 8"},
        ),
        client.post(
            f"/people/employments/{cast.teacher_2.employments.get().pk}/end/",
            {"on": "2020-06-30", "reason": "nghỉ hưu"},
        ),
    ]

    assert [answer.status_code for answer in answers] == [302] * 4
    assert CoreAppointment.objects.get().person_id == cast.teacher.pk
    assert [(e.organization.code, e.subject) for e in cast.teacher.employments.order_by("validity")] == [
        ("93-1-2", "Lý"),
        ("93-9", ""),
    ]
    assert not Person.objects.get(pk=cast.teacher_2.pk).organization_id


@pytest.mark.parametrize("code", ["95-1", "khong-co"])
def test_transfer_to_a_body_beyond_reach_says_so_and_moves_nobody(client, cast: Cast, code):
    act(client, cast, "province_officer")
    address = f"/people/employments/{cast.teacher.employments.get().pk}/transfer/?to={code}"

    shown, sent = (
        client.get(address),
        client.post(address, {"position": "TEACHER", "level": "THCS", "since": "2026-01-01"}),
    )

    assert [shown.status_code, sent.status_code] == [422, 422]
    assert "trong phạm vi của thầy/cô" in shown.content.decode()
    assert "Trần Huỳnh" not in shown.content.decode()
    assert cast.teacher.employments.count() == 1


def test_violation_in_a_form_is_shown_at_its_field(client, cast: Cast):
    act(client, cast, "principal")
    post = cast.teacher.employments.get()

    response = client.post(f"/people/employments/{post.pk}/end/", {"on": "2010-01-01"})

    assert response.status_code == 422
    assert response.context["form"].errors["on"] == ["Ngày kết thúc phải từ ngày bắt đầu (01/09/2015) trở đi."]


@pytest.mark.parametrize(("wanted", "reason"), [("  ", "Nhập tên tổ"), ("Tổ Nghệ thuật", "Trường đã có tổ này")])
def test_bad_name_of_a_group_stands_in_its_field_with_the_reason(client, cast: Cast, wanted, reason):
    group = cast.teacher.group
    act(client, cast, "principal")

    response = client.post(f"/people/groups/{group.pk}/rename/", {"name": wanted})

    page = response.content.decode()
    assert response.status_code == 422
    assert reason in page
    assert f'name="name" value="{wanted}" maxlength="120" aria-invalid="true"' in page
    group.refresh_from_db()
    assert group.name == "Tổ Khoa học tự nhiên"
