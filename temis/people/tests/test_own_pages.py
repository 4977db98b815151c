"""One's own pages: profile, tasks, the language."""

from datetime import date

import pytest

from temis.access import P, Role
from temis.accounts.models import User
from temis.core import clock
from temis.people import actions
from temis.people.actions.projection import project_people
from temis.people.models import Employment, Person
from temis.people.tasks import tasks
from tests.cast import Cast, act, give

pytestmark = pytest.mark.django_db


def test_profile_names_the_delegations_held_while_they_last(client, cast: Cast):
    today = clock.today()
    given = actions.give_delegation(
        cast.deputy.pk, {P.APPRAISAL_VIEW}, today, today, "Họp", scope=cast.scope("principal")
    )
    act(client, cast, "deputy")
    with_it = client.get("/profile/").context["held"]
    actions.revoke_delegation(given.pk, scope=cast.scope("principal"))

    assert [(one.head.display_name, str(rights[0])) for one, _period, rights in with_it] == [
        ("Trần Văn Hòa", "Xem đánh giá")
    ]
    assert client.get("/profile/").context["held"] == []


def test_profile_completes_what_is_missing_once(client, cast: Cast):
    Person.objects.filter(pk=cast.teacher.pk).update(birth_date=None)
    act(client, cast, "teacher")

    client.post("/profile/", {"email": "Binh@Example.vn", "phone": "0912", "birth_date": "1990-01-02"})
    client.post("/profile/", {"email": "binh@example.vn", "phone": "0912", "birth_date": "2001-01-01"})

    person = Person.objects.get(pk=cast.teacher.pk)
    assert (person.email, person.phone, person.birth_date) == ("binh@example.vn", "0912", date(1990, 1, 2))


def test_profile_of_an_account_without_a_record_opens(client, cast: Cast):
    user = User.objects.create_user("quan-tri", display_name="Quản trị")
    give(user, Role.ADMINISTRATOR, cast.ministry)
    client.force_login(user)

    assert client.get("/profile/").status_code == 200
    assert client.get("/").status_code == 200


def test_missing_pieces_are_the_first_tasks_and_shut_nobody_out(client, cast: Cast):
    Employment.objects.filter(person=cast.teacher).update(group=None)
    Person.objects.filter(pk=cast.teacher.pk).update(birth_date=None)
    project_people()
    act(client, cast, "teacher")

    (own,) = tasks(cast.scope("teacher"))

    assert (own.title, own.state, own.first) == (
        "Bổ sung hồ sơ của thầy/cô",
        "Còn thiếu: ngày sinh, thư điện tử, tổ chuyên môn",
        True,
    )
    assert client.get("/").status_code == 200


def test_tasks_of_a_principal_name_what_the_school_lacks(cast: Cast):
    Employment.objects.filter(person=cast.teacher).update(group=None)
    project_people()

    found = {task.title: task.state for task in tasks(cast.scope("principal"))}

    assert found == {
        "Bổ sung hồ sơ của thầy/cô": "Còn thiếu: thư điện tử",
        "Xếp giáo viên vào tổ chuyên môn": "1 giáo viên chưa thuộc tổ nào, nên chưa lấy được ý kiến đồng nghiệp",
        "Chọn tổ trưởng chuyên môn": "Chưa có tổ trưởng: Tổ Nghệ thuật",
        "Cấp mã đăng nhập lần đầu": "8 người chưa có mã và chưa đăng nhập lần nào",
    }


def test_every_page_speaks_english_too(client, cast: Cast, settings):
    act(client, cast, "principal")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    for address in ("/people/", "/profile/", "/rights/delegations/", "/audit/", "/people/codes/", "/people/groups/"):
        page = client.get(address)
        assert page.status_code == 200
        assert page["Content-Language"] == "en"
