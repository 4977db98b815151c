"""Pages of people, rights and profile: who gets in, what stands there, what a form changes."""

import re
from datetime import date

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from temis.access import P, Role
from temis.accounts.models import Delegation, Grant, User
from temis.core import clock, jobs
from temis.core.errors import RuleViolation
from temis.core.models import AuditEntry, Job
from temis.people import actions
from temis.people.actions.projection import project_employments
from temis.people.jobs import send_codes
from temis.people.models import CoreAppointment, Employment, Person
from temis.people.tasks import tasks
from tests.cast import Cast, act, give, make_person

pytestmark = pytest.mark.django_db


def _names(response) -> list[str]:
    return [person.full_name for person in response.context["page"].rows]


# who gets in

SCHOOL_2_BY_NAME = [
    "Phạm Thị Ánh",
    "Huỳnh Thị Ân",
    "Nguyễn Thị Bình",
    "Đỗ Thị Cúc",
    "Bùi Thị Dung",
    "Võ Minh Đức",
    "Trần Văn Hòa",
    "Danh Sơn",
    "Lê Thị Thu",
]


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


def test_people_list_pages_by_key_and_leaves_nobody_out(client, cast: Cast):
    for i in range(120):
        make_person(f"T{i:03}", f"Nguyễn Văn {'ABC'[i % 3]}", cast.school_20, "TEACHER", level="TH")
    project_employments()
    act(client, cast, "principal_20")

    seen, address = [], "/people/"
    while address:
        page = client.get(address).context["page"]
        seen += [person.pk for person in page.rows]
        address = page.next and f"/people/?after={page.next}"

    assert len(seen) == len(set(seen)) == 122


def test_people_list_costs_the_same_for_one_and_for_nine(client, cast: Cast):
    act(client, cast, "principal")
    with _counted() as one:
        found = client.get("/people/?q=bình")
    with _counted() as nine:
        client.get("/people/")

    assert _names(found) == ["Nguyễn Thị Bình"]
    assert len(one) == len(nine)


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


# forms


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


# codes


def test_sheet_shows_each_code_once_and_stays_in_no_cache(client, cast: Cast):
    act(client, cast, "principal")

    page = client.post("/people/codes/print/", {"whom": "first"})
    text = page.content.decode()

    shown = re.findall(r"code-slip__code tabular\">([0-9A-Z-]{14})<", text)
    assert len(shown) == len(set(shown)) == 8
    assert page["Cache-Control"] == "no-store"
    first = Client().post("/accounts/first/", {"login": page.context["schools"][0][1][0][0].code, "code": shown[0]})
    assert first["Location"] == "/accounts/first/password/"


def test_codes_for_those_who_never_came_leave_the_others_alone(client, cast: Cast):
    User.objects.filter(username="93004").update(last_login=clock.now())
    act(client, cast, "principal")

    page = client.post("/people/codes/print/", {"whom": "first"})

    assert page.context["count"] == 7
    assert User.objects.get(username="93004").code_digest == ""


def test_codes_by_mail_are_in_the_letter_and_nowhere_else(client, cast: Cast):
    User.objects.filter(username__in=["93004", "93005"]).update(email="a@example.vn")
    act(client, cast, "principal")

    response = client.post("/people/codes/mail/", {"whom": "first"})
    job = Job.objects.get()
    queued = ProcrastinateJob.objects.filter(task_name="people.send_codes").get().args
    outcome = send_codes(jobs.Progress(None), **{k: v for k, v in queued.items() if k != "job_id"})

    assert response["Location"] == f"/jobs/{job.pk}/"
    assert outcome is not None
    assert outcome.message == "Đã gửi 2 thư."
    codes = re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", "\n".join(str(letter.body) for letter in mail.outbox))
    assert len(set(codes)) == 2
    assert not any(code in str(queued) for code in codes)
    assert set(User.objects.exclude(code_digest="").values_list("username", flat=True)) == {"93004", "93005"}


def test_codes_by_mail_are_not_issued_when_the_role_is_gone(client, cast: Cast):
    User.objects.filter(username="93004").update(email="a@example.vn")
    scope = cast.scope("principal")
    actions.end_employment(cast.principal.employments.get().pk, date(2020, 1, 1), scope=cast.scope("local_officer"))

    with pytest.raises(RuleViolation):
        send_codes(jobs.Progress(None), ids=[cast.teacher.pk], assignment=scope.assignment_id, user_id=scope.user_id)

    assert mail.outbox == []


# rights


def test_delegation_page_gives_switches_acts_and_revokes(client, cast: Cast):
    act(client, cast, "principal")
    today = clock.today().isoformat()
    given = client.post(
        "/rights/delegations/",
        {
            "deputy": cast.deputy.pk,
            "permissions": ["APPRAISAL_VIEW", "PERSON_MANAGE"],
            "start": today,
            "end": today,
            "reason": "Họp",
        },
    )
    delegation = Delegation.objects.get()
    other = Client()
    other.force_login(cast.deputy.user)
    switched = other.post("/accounts/switch/", {"assignment": f"d{delegation.pk}"})
    before = other.get("/people/groups/").status_code
    client.post(f"/rights/delegations/{delegation.pk}/revoke/")
    after = other.get("/people/groups/").status_code

    assert (given.status_code, switched.status_code, before, after) == (302, 302, 200, 404)
    entry = AuditEntry.objects.get(action="role.switch")
    assert (entry.role, entry.delegation_id, entry.organization_id) == ("PRINCIPAL", delegation.pk, cast.school_2.pk)


@pytest.mark.parametrize("assignment", ["e1", "g999999", "", "d1"])
def test_switch_to_an_assignment_of_another_is_absent(client, cast: Cast, assignment):
    act(client, cast, "teacher")
    theirs = f"e{cast.principal.employments.get().pk}" if assignment == "e1" else assignment

    assert client.post("/accounts/switch/", {"assignment": theirs}).status_code == 404
    assert "assignment" in client.session  # its own choice stands
    assert client.get("/people/").status_code == 404


def test_delegation_form_offers_the_own_body_and_the_own_rights(client, cast: Cast):
    act(client, cast, "principal")

    form = client.get("/rights/delegations/").context["form"]

    assert {p.full_name for p in form.fields["deputy"].queryset} == set(SCHOOL_2_BY_NAME) - {"Trần Văn Hòa"}
    assert "GRANT_MANAGE" not in dict(form.fields["permissions"].choices)


def test_grants_page_gives_and_ends(client, cast: Cast):
    act(client, cast, "province_leader", Role.PROVINCE_LEADER)
    fields = {
        "code": "93101",
        "role": "LOCAL_LEADER",
        "organization": "93-1",
        "start": clock.today().isoformat(),
        "reason": "QĐ 5",
    }

    given = client.post("/rights/grants/", fields)
    again = client.post("/rights/grants/", fields)
    grant = Grant.objects.get(user=cast.local_officer.user)
    ended = client.post(f"/rights/grants/{grant.pk}/end/")

    assert (given.status_code, again.status_code, ended.status_code) == (302, 422, 302)
    shown = client.get("/rights/grants/?ended=1").context["rows"]
    assert [row[0].pk for row in shown] == [grant.pk]


def test_grants_page_shows_exactly_those_within_reach(client, cast: Cast):
    act(client, cast, "local_leader", Role.LOCAL_LEADER)
    own = [row[0].user.display_name for row in client.get("/rights/grants/").context["rows"]]
    act(client, cast, "administrator", Role.ADMINISTRATOR)
    every = {row[0].user.display_name for row in client.get("/rights/grants/").context["rows"]}

    assert own == ["Cao Văn Sang"]
    assert every == {"Cao Văn Sang", "Vũ Văn Uy", "Lâm Văn Giang"}


# oneself


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
    project_employments()
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
    project_employments()

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
