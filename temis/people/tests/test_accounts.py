"""Accounts of others: who may touch whose, what a lock ends, and that its owner reads why."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.db import connection
from django.test import Client

from temis.access import GRANTS, NotPermitted, P, Role
from temis.accounts import codes
from temis.accounts.models import User
from temis.core import clock
from temis.core.errors import RuleViolation
from temis.core.models import AuditEntry
from temis.messaging import actions as messaging
from temis.messaging.delivery import deliver_waiting
from temis.messaging.models import Mail, Notice
from temis.people import actions
from temis.people.assignments import assignments_of, scope_of
from temis.people.tests.test_rights import EVERYBODY, LOCAL, PROVINCE, SCHOOL_2
from tests.cast import PASSWORD, Cast, act, give

pytestmark = pytest.mark.django_db
WHY = "Nghi lộ mật khẩu"


@pytest.fixture(autouse=True)
def _fresh_counts(db):
    cache.clear()


def _browser(username: str) -> Client:
    """Somebody who has logged in with his password."""
    browser = Client()
    answer = browser.post("/accounts/login/", {"login": username, "password": PASSWORD})
    assert answer.status_code == 302
    return browser


def _is_in(browser: Client) -> bool:
    return browser.get("/profile/").status_code == 200


def _lent(cast: Cast, rights: set[P]):
    """The deputy under the principal's delegation."""
    today = clock.today()
    actions.give_delegation(
        cast.deputy.pk, rights, today, today + timedelta(days=9), "Đi công tác", scope=cast.scope("principal")
    )
    return scope_of(next(a for a in assignments_of(cast.deputy.user) if a.delegation_id), cast.deputy.user)


# who may touch whose


@pytest.mark.parametrize(
    ("actor", "role", "expected"),
    [
        ("teacher", None, set()),
        ("leader", None, set()),
        ("deputy", None, set()),
        ("lecturer", None, set()),
        ("ministry_officer", None, set()),
        ("principal", None, SCHOOL_2),
        ("principal_20", None, {"teacher_20"}),
        ("local_officer", None, LOCAL),
        ("local_leader", Role.LOCAL_LEADER, LOCAL | {"local_officer"}),
        ("province_officer", None, PROVINCE),
        ("province_leader", Role.PROVINCE_LEADER, PROVINCE | {"province_officer"}),
        ("administrator", Role.ADMINISTRATOR, EVERYBODY - {"administrator"}),
    ],
)
def test_accounts_are_in_the_hands_of_exactly_these(cast: Cast, actor, role, expected):
    found = actions.may_manage_account(cast.scope(actor, role))

    names = {person.pk: name for name, person in cast.people.items()}
    assert {names[person.pk] for person in found} == expected


def test_right_is_held_by_exactly_these_roles():
    assert {role.value for role, rights in GRANTS.items() if P.ACCOUNT_MANAGE in rights} == {
        "PRINCIPAL",
        "LOCAL_OFFICER",
        "LOCAL_LEADER",
        "PROVINCE_OFFICER",
        "PROVINCE_LEADER",
        "ADMINISTRATOR",
    }


def test_role_given_by_name_elsewhere_takes_an_account_out_of_lower_hands(cast: Cast):
    give(cast.teacher.user, Role.PROVINCE_OFFICER, cast.province_b)

    with pytest.raises(NotPermitted):
        actions.lock_account(cast.teacher.pk, WHY, scope=cast.scope("principal"))

    assert User.objects.get(pk=cast.teacher.user_id).is_active


def test_delegated_right_reaches_neither_the_head_nor_oneself(cast: Cast):
    scope = _lent(cast, {P.ACCOUNT_MANAGE})

    found = actions.may_manage_account(scope)

    names = {person.pk: name for name, person in cast.people.items()}
    assert {names[person.pk] for person in found} == SCHOOL_2 - {"deputy"}


@pytest.mark.parametrize("action", ["lock_account", "unlock_account", "reset_second_factor"])
@pytest.mark.parametrize("victim", ["principal", "teacher_20", "teacher_b", "local_officer", "administrator"])
def test_account_beyond_the_right_is_absent(cast: Cast, action, victim):
    with pytest.raises(NotPermitted):
        getattr(actions, action)(cast.people[victim].pk, WHY, scope=cast.scope("principal"))


# what a lock ends


def test_lock_ends_every_session_and_the_code_at_once(cast: Cast):
    phone, pc = _browser("93004"), _browser("93004")
    code = actions.issue_codes(type(cast.teacher).objects.filter(pk=cast.teacher_2.pk), scope=cast.scope("principal"))
    before = [_is_in(phone), _is_in(pc)]

    for person in (cast.teacher, cast.teacher_2):
        actions.lock_account(person.pk, WHY, scope=cast.scope("principal"))

    assert before == [True, True]
    assert [_is_in(phone), _is_in(pc)] == [False, False]
    refused = Client().post("/accounts/first/", {"login": "93005", "code": code[cast.teacher_2.pk]})
    assert refused.status_code == 422


def test_locked_account_is_told_so_politely_and_only_to_who_knows_the_password(cast: Cast):
    actions.lock_account(cast.teacher.pk, WHY, scope=cast.scope("principal"))

    owner = Client().post("/accounts/login/", {"login": "93004", "password": PASSWORD}, follow=True)
    other = Client().post("/accounts/login/", {"login": "93004", "password": "doan-mo-1"})

    assert owner.redirect_chain == [("/accounts/inactive/", 302)]
    assert "<h1>Tài khoản đang bị khóa</h1>" in owner.content.decode()
    assert "liên hệ hiệu trưởng hoặc đơn vị quản lý trực tiếp" in owner.content.decode()
    assert other.context["form"].non_field_errors() == ["Tên đăng nhập hoặc mật khẩu chưa đúng."]


def test_unlocked_account_opens_with_its_password_but_no_session_comes_back(cast: Cast):
    before = _browser("93004")
    kept = before.cookies["sessionid"].value
    actions.lock_account(cast.teacher.pk, WHY, scope=cast.scope("principal"))

    actions.unlock_account(cast.teacher.pk, "Đã xác minh", scope=cast.scope("principal"))

    stolen = Client()
    stolen.cookies["sessionid"] = kept
    assert [_is_in(before), _is_in(stolen)] == [False, False]
    assert _is_in(_browser("93004"))


@pytest.mark.parametrize(("first", "again"), [("lock_account", "ACC-13"), ("reset_second_factor", "ACC-12")])
def test_doing_it_twice_is_refused_and_recorded_once(cast: Cast, first, again):
    totp.TOTP.activate(cast.teacher.user, totp.generate_totp_secret())
    scope = cast.scope("principal")
    getattr(actions, first)(cast.teacher.pk, WHY, scope=scope)

    with pytest.raises(RuleViolation) as error:
        getattr(actions, first)(cast.teacher.pk, WHY, scope=scope)

    assert error.value.rule_id == again
    assert AuditEntry.objects.filter(object_type="accounts.user", person_id=cast.teacher.pk).count() == 1


def test_account_that_is_open_is_not_unlocked(cast: Cast):
    with pytest.raises(RuleViolation, match="đã được mở"):
        actions.unlock_account(cast.teacher.pk, WHY, scope=cast.scope("principal"))


@pytest.mark.parametrize("action", ["lock_account", "reset_second_factor"])
def test_without_a_reason_nothing_happens(cast: Cast, action):
    totp.TOTP.activate(cast.teacher.user, totp.generate_totp_secret())

    with pytest.raises(RuleViolation) as error:
        getattr(actions, action)(cast.teacher.pk, "  ", scope=cast.scope("principal"))

    assert (error.value.rule_id, error.value.field) == ("ACC-12", "reason")
    assert User.objects.get(pk=cast.teacher.user_id).is_active
    assert Authenticator.objects.filter(user=cast.teacher.user).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_lock_each_other_leave_one(cast: Cast):
    give(cast.ministry_officer.user, Role.ADMINISTRATOR, cast.ministry)
    scopes = {name: cast.scope(name, Role.ADMINISTRATOR) for name in ("administrator", "ministry_officer")}
    together, outcomes = Barrier(2), []

    def lock(actor: str, victim: str) -> None:
        together.wait()
        try:
            actions.lock_account(cast.people[victim].pk, WHY, scope=scopes[actor])
            outcomes.append("locked")
        except RuleViolation as error:
            outcomes.append(error.rule_id)
        finally:
            connection.close()

    pairs = [("administrator", "ministry_officer"), ("ministry_officer", "administrator")]
    threads = [Thread(target=lock, args=pair) for pair in pairs]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert sorted(outcomes) == ["ACC-13", "locked"]
    assert User.objects.filter(username__in=["00001", "00009"], is_active=True).count() == 1


# the second factor


def test_second_factor_taken_off_ends_sessions_and_is_set_up_anew_at_the_next_login(cast: Cast):
    totp.TOTP.activate(cast.local_officer.user, totp.generate_totp_secret())
    inside = Client()
    inside.force_login(cast.local_officer.user)
    before = _is_in(inside)

    actions.reset_second_factor(
        cast.local_officer.pk, "Mất điện thoại", scope=cast.scope("province_leader", Role.PROVINCE_LEADER)
    )

    assert (before, _is_in(inside)) == (True, False)
    assert not Authenticator.objects.filter(user=cast.local_officer.user).exists()
    assert _browser("93101").get("/")["Location"].startswith("/accounts/second-factor/activate/")


# who reads what


def test_entry_says_who_in_which_role_under_whose_delegation_and_why(cast: Cast):
    scope = _lent(cast, {P.ACCOUNT_MANAGE})

    actions.lock_account(cast.teacher.pk, f" {WHY} ", scope=scope)

    entry = AuditEntry.objects.get(action="account.lock")
    assert (entry.actor, entry.role, entry.delegation_id, entry.note, entry.rule_id) == (
        "Lê Thị Thu",
        "PRINCIPAL",
        scope.delegation_id,
        WHY,
        "ACC-13",
    )
    assert (entry.person_id, entry.organization_id) == (cast.teacher.pk, cast.school_2.pk)


def test_owner_is_told_at_once_by_one_mail_and_in_the_page(cast: Cast, mailoutbox):
    User.objects.filter(pk=cast.teacher.user_id).update(email="binh@example.vn")
    scope = _lent(cast, {P.ACCOUNT_MANAGE})
    actions.lock_account(cast.teacher.pk, WHY, scope=scope)
    actions.unlock_account(cast.teacher.pk, "Đã xác minh", scope=scope)

    deliver_waiting()
    messaging.queue_digests()
    deliver_waiting()

    subjects = ["TEMIS: Tài khoản đã bị khóa", "TEMIS: Tài khoản đã được mở lại"]
    assert [(letter.subject, letter.to) for letter in mailoutbox] == [(one, ["binh@example.vn"]) for one in subjects]
    assert "Lê Thị Thu, Hiệu trưởng, theo ủy quyền của Trần Văn Hòa" in str(mailoutbox[0].body)
    assert f"Lý do: {WHY}" in str(mailoutbox[0].body)
    assert list(Notice.objects.filter(user=cast.teacher.user).order_by("id").values_list("subject", flat=True)) == [
        "Tài khoản đã bị khóa",
        "Tài khoản đã được mở lại",
    ]


def test_owner_without_an_address_reads_it_in_the_page(cast: Cast):
    actions.lock_account(cast.teacher.pk, WHY, scope=cast.scope("principal"))

    assert Notice.objects.filter(user=cast.teacher.user).count() == 1
    assert not Mail.objects.exists()


# a new code


def test_new_code_ends_the_password_and_running_sessions(cast: Cast):
    """ACC-14"""
    here, other = _browser("93004"), _browser("93005")
    made = actions.issue_codes(type(cast.teacher).objects.filter(pk=cast.teacher.pk), scope=cast.scope("principal"))

    old = Client().post("/accounts/login/", {"login": "93004", "password": PASSWORD})

    assert [_is_in(here), _is_in(other)] == [False, True]
    assert old.context["form"].non_field_errors() == ["Tên đăng nhập hoặc mật khẩu chưa đúng."]
    teacher = User.objects.get(pk=cast.teacher.user_id)
    assert not teacher.has_usable_password()
    assert teacher.code_digest == codes.digest(teacher.pk, made[cast.teacher.pk])


def test_pages_say_what_a_new_code_ends_before_it_is_asked_for(client, cast: Cast):
    act(client, cast, "principal")

    many = " ".join(client.get("/people/codes/").content.decode().split())
    one = " ".join(client.get(f"/people/{cast.teacher.pk}/account/").content.decode().split())

    assert "mã cũ, mật khẩu cũ và mọi phiên đang mở của những người được cấp mã hết hiệu lực" in many
    assert "Mật khẩu cũ và mọi phiên đang mở của người này hết hiệu lực ngay khi bấm." in one
    assert one.index("hết hiệu lực ngay khi bấm") < one.index("In mã đăng nhập mới")


# the pages


def test_account_page_locks_shows_why_and_unlocks(client, cast: Cast):
    act(client, cast, "principal")
    page = f"/people/{cast.teacher.pk}/account/"

    refused = client.post(f"{page}lock/", {"reason": ""})
    locked = client.post(f"{page}lock/", {"reason": WHY}, follow=True)
    again = client.post(f"{page}lock/", {"reason": WHY})
    unlocked = client.post(f"{page}unlock/", {"reason": "Đã gặp"}, follow=True)

    assert refused.status_code == again.status_code == 422
    assert locked.redirect_chain == unlocked.redirect_chain == [(page, 302)]
    assert f"Lý do: {WHY}" in locked.content.decode()
    assert "Khóa tài khoản" not in locked.content.decode().replace("Đã khóa tài khoản", "")
    assert [line.entry.action for line in unlocked.context["history"]] == ["account.unlock", "account.lock"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [("", []), ("q=binh", ["teacher"]), ("q=93005", ["teacher_2"]), ("q=hoa", []), ("locked=on", ["teacher_3"])],
)
def test_accounts_are_found_by_name_or_code_and_not_listed_unasked(client, cast: Cast, query, expected):
    actions.lock_account(cast.teacher_3.pk, WHY, scope=cast.scope("principal"))
    act(client, cast, "principal")

    rows = client.get(f"/people/accounts/?{query}").context["page"].rows

    assert [person.pk for person in rows] == [cast.people[name].pk for name in expected]


def test_administrator_reaches_accounts_without_reading_records(client, cast: Cast):
    act(client, cast, "administrator", Role.ADMINISTRATOR)

    found = client.get("/people/accounts/?q=95002").context["page"].rows

    assert [person.pk for person in found] == [cast.teacher_b.pk]
    assert client.get(f"/people/{cast.teacher_b.pk}/account/").status_code == 200
    assert client.get(f"/people/{cast.teacher_b.pk}/").status_code == 404


def test_own_account_is_not_touched_here(client, cast: Cast):
    act(client, cast, "principal")
    page = f"/people/{cast.principal.pk}/account/"

    assert client.get(page).status_code == 404
    assert client.post(f"{page}lock/", {"reason": WHY}).status_code == 404
    assert "account/" not in client.get(f"/people/{cast.principal.pk}/").content.decode()


def test_owner_reads_who_looked_at_his_account(client, cast: Cast):
    act(client, cast, "principal")
    client.get(f"/people/{cast.teacher.pk}/account/")
    act(client, cast, "teacher")

    page = client.get("/profile/audit/?view=looks").content.decode()

    assert "tài khoản" in page
    assert "Trần Văn Hòa" in page
