"""Logging in: by password, throttled; by one-time code; with a second factor above the school."""

import time
from datetime import timedelta

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import NoReverseMatch, reverse

from temis.access import Role
from temis.accounts import actions, codes, jobs
from temis.accounts.models import User
from temis.config.settings import PASSWORD_HASHERS
from temis.core import clock
from temis.core.jobs import Progress
from temis.core.models import AuditEntry
from tests.cast import PASSWORD, Cast, give

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
WRONG = "Tên đăng nhập hoặc mật khẩu chưa đúng."
TOO_MANY = "Thầy/cô đã thử quá nhiều lần. Chờ năm phút rồi thử lại."


@pytest.fixture(autouse=True)
def _fresh_counts(db):
    cache.clear()


def _errors(response) -> list[str]:
    return list(response.context["form"].non_field_errors())


def _log_in(client: Client, username: str, password: str = PASSWORD, **extra):
    return client.post(LOGIN, {"login": username, "password": password}, **extra)


def _is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


# refusals first


def test_login_wrong_password_says_neither_which_nor_why(client, cast: Cast):
    known, unknown = _log_in(client, "93004", "sai-mat-khau-1"), _log_in(client, "khong-co", "sai-mat-khau-1")

    assert _errors(known) == _errors(unknown) == [WRONG]
    assert not _is_in(client)


def test_login_sixth_attempt_on_one_account_is_refused_from_any_address(client, cast: Cast):
    for i in range(5):
        _log_in(client, "93004", "sai-mat-khau-1", REMOTE_ADDR=f"10.0.0.{i}")

    response = _log_in(client, "93004", PASSWORD, REMOTE_ADDR="10.0.0.99")

    assert _errors(response) == [TOO_MANY]
    assert not _is_in(client)


def test_login_thirty_accounts_from_one_address_then_refused(client, cast: Cast):
    for i in range(30):
        _log_in(client, f"khong-co-{i}", "sai-mat-khau-1")

    refused = _log_in(client, "93004")
    elsewhere = _log_in(Client(), "93004", REMOTE_ADDR="10.0.0.99")

    assert _errors(refused) == [TOO_MANY]
    assert elsewhere.status_code == 302


def test_login_a_header_of_the_client_does_not_change_the_address_that_is_counted(client, cast: Cast):
    for i in range(30):
        _log_in(
            client, f"khong-co-{i}", "sai-mat-khau-1", HTTP_X_REAL_IP=f"10.1.0.{i}", HTTP_X_FORWARDED_FOR=f"10.2.0.{i}"
        )

    assert _errors(_log_in(client, "93004", HTTP_X_REAL_IP="10.9.9.9")) == [TOO_MANY]


def test_login_of_a_locked_account_is_refused(client, cast: Cast):
    User.objects.filter(username="93004").update(is_active=False)

    _log_in(client, "93004")

    assert not _is_in(client)


@pytest.mark.parametrize("name", ["account_signup", "account_email", "account_set_password", "mfa_add_webauthn"])
def test_pages_of_allauth_that_are_not_used_are_absent(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


# password


def test_login_finds_the_name_in_any_case_and_records_it(client, cast: Cast):
    User.objects.filter(username="93004").update(username="HG-Bình")

    response = _log_in(client, " hg-bình ")

    assert (response.status_code, response["Location"]) == (302, "/")
    entry = AuditEntry.objects.get(action="account.login")
    assert (entry.user_id, entry.actor, entry.address, entry.role) == (
        cast.teacher.user_id,
        "Nguyễn Thị Bình",
        "127.0.0.1",
        "",
    )


def test_login_returns_to_the_page_one_came_from_and_says_why(client, cast: Cast):
    page = client.get(LOGIN + "?next=/people/")

    response = client.post(LOGIN, {"login": "93001", "password": PASSWORD, "next": "/people/"})

    assert "phiên làm việc đã hết" in page.content.decode()
    assert response["Location"] == "/people/"


def test_login_never_returns_to_another_site(client, cast: Cast):
    response = client.post(LOGIN, {"login": "93004", "password": PASSWORD, "next": "https://example.org/"})

    assert response["Location"] == "/"


def test_session_ends_with_the_browser_and_after_twelve_hours(client, cast: Cast, settings):
    _log_in(client, "93004")

    assert client.session.get_expire_at_browser_close()
    assert settings.SESSION_COOKIE_AGE == 12 * 3600


def test_change_password_is_recorded_and_ends_other_sessions(cast: Cast):
    here, elsewhere = Client(), Client()
    for browser in (here, elsewhere):
        _log_in(browser, "93004")

    here.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": "mùa thu lá bay 7", "password2": "mùa thu lá bay 7"},
    )

    assert here.get("/accounts/second-factor/").status_code == 200
    assert elsewhere.get("/accounts/second-factor/").status_code == 302
    assert AuditEntry.objects.filter(action="account.password_change", user_id=cast.teacher.user_id).count() == 1


# one-time code


def _code(person) -> str:
    return actions.store_codes([person.user_id])[person.user_id]


def test_code_has_sixty_bits_in_groups_of_four_and_reads_back_from_paper():
    code = codes.generate()

    assert [len(group) for group in code.split("-")] == [4, 4, 4]
    assert not set(code) - set("0123456789ABCDEFGHJKMNPQRSTVWXYZ-")
    assert codes.normalise("o1l-abcd efgh") == "011ABCDEFGH"
    assert codes.digest(1, code) == codes.digest(1, f" {code.lower().replace('-', ' ')}")
    assert codes.digest(1, code) != codes.digest(2, code)


def test_code_is_kept_as_a_digest_only(cast: Cast):
    code = _code(cast.teacher)
    user = User.objects.get(pk=cast.teacher.user_id)

    assert user.code_digest == codes.digest(user.pk, code)
    assert codes.normalise(code) not in str(user.__dict__)


@pytest.mark.parametrize("case", ["wrong", "of another", "expired", "replaced", "locked"])
def test_first_login_with_a_code_that_is_not_valid_stays_outside(client, cast: Cast, case):
    code = _code(cast.teacher)
    if case == "wrong":
        code = codes.generate()
    if case == "of another":
        code = _code(cast.teacher_2)
    if case == "expired":
        User.objects.filter(pk=cast.teacher.user_id).update(code_expires_at=clock.now() - timedelta(seconds=1))
    if case == "replaced":
        _code(cast.teacher)
    if case == "locked":
        User.objects.filter(pk=cast.teacher.user_id).update(is_active=False)

    response = client.post("/accounts/first/", {"login": "93004", "code": code})

    assert response.status_code == 422
    assert client.get("/accounts/first/password/")["Location"] == "/accounts/first/"


def test_first_login_attempts_are_limited(client, cast: Cast):
    code = _code(cast.teacher)
    for _ in range(5):
        client.post("/accounts/first/", {"login": "93004", "code": codes.generate()})

    response = client.post("/accounts/first/", {"login": "93004", "code": code})

    assert _errors(response) == [TOO_MANY]


def test_first_login_code_then_own_password_then_inside(client, cast: Cast):
    code = _code(cast.teacher)

    client.post("/accounts/first/", {"login": "93004", "code": code.lower()})
    weak = client.post("/accounts/first/password/", {"password1": "12345678", "password2": "12345678"})
    different = client.post("/accounts/first/password/", {"password1": "mùa thu lá bay 7", "password2": "khác"})
    done = client.post("/accounts/first/password/", {"password1": "mùa thu lá bay 7", "password2": "mùa thu lá bay 7"})

    assert weak.context["form"].errors["password1"] == [
        "Mật khẩu quá ngắn, cần ít nhất 10 ký tự.",
        "Mật khẩu này nhiều người dùng, dễ bị đoán. Chọn mật khẩu khác.",
        "Mật khẩu không được chỉ gồm chữ số. Thêm chữ cái.",
    ]
    assert different.context["form"].errors["password2"] == ["Hai lần nhập chưa giống nhau."]
    assert (done.status_code, done["Location"]) == (302, "/")
    assert _is_in(client)
    user = User.objects.get(pk=cast.teacher.user_id)
    assert (user.code_digest, user.code_expires_at, user.check_password("mùa thu lá bay 7")) == ("", None, True)
    assert list(AuditEntry.objects.order_by("id").values_list("action", flat=True))[-2:] == [
        "account.first_login",
        "account.login",
    ]


def test_first_login_same_code_in_two_browsers_counts_once(cast: Cast):
    code = _code(cast.teacher)
    browsers = Client(), Client()
    for browser in browsers:
        browser.post("/accounts/first/", {"login": "93004", "code": code})

    answers = [
        browser.post("/accounts/first/password/", {"password1": text, "password2": text})
        for browser, text in zip(browsers, ["mùa thu lá bay 7", "mùa xuân hoa nở 9"], strict=True)
    ]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[1]["Location"] == "/accounts/first/"
    assert User.objects.get(pk=cast.teacher.user_id).check_password("mùa thu lá bay 7")


# how passwords are kept


@override_settings(PASSWORD_HASHERS=PASSWORD_HASHERS)
def test_a_password_kept_the_old_way_still_opens_and_is_kept_the_new_way_from_then_on(client, cast: Cast):
    old = make_password(PASSWORD, hasher="pbkdf2_sha256")
    User.objects.filter(pk=cast.teacher.user_id).update(password=old)

    assert _log_in(client, "93004").status_code == 302

    kept = User.objects.get(pk=cast.teacher.user_id).password
    assert kept.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert _is_in(client)
    assert _log_in(Client(), "93004").status_code == 302
    assert User.objects.get(pk=cast.teacher.user_id).password == kept


# forgotten password


def test_reset_answers_alike_for_known_and_unknown_addresses(client, cast: Cast):
    User.objects.filter(username="93004").update(email="binh@example.vn")

    known = client.post("/accounts/password/reset/", {"email": "Binh@example.vn"})
    unknown = client.post("/accounts/password/reset/", {"email": "ai-do@example.vn"})

    assert known["Location"] == unknown["Location"] == "/accounts/password/reset/done/"


@override_settings(BASE_URL="https://temis.example.vn")
def test_reset_by_link_works_once_and_is_recorded(client, cast: Cast):
    User.objects.filter(username="93004").update(email="binh@example.vn")
    jobs.send_reset_links(Progress(None), user_ids=[cast.teacher.user_id])
    (letter,) = mail.outbox
    link = next(line for line in letter.body.splitlines() if line.startswith("https://"))

    form = client.get(link.removeprefix("https://temis.example.vn"))
    done = client.post(form["Location"], {"password1": "mùa thu lá bay 7", "password2": "mùa thu lá bay 7"})
    again = Client().get(link.removeprefix("https://temis.example.vn"))

    assert letter.subject == "TEMIS: đặt lại mật khẩu"
    assert done["Location"] == "/accounts/password/reset/key/done/"
    assert "không còn hiệu lực" in again.content.decode()
    assert User.objects.get(pk=cast.teacher.user_id).check_password("mùa thu lá bay 7")
    assert AuditEntry.objects.filter(action="account.password_reset", user_id=cast.teacher.user_id).count() == 1


# second factor


def _now(secret: str) -> str:
    """What the app on the phone shows."""
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time() // 30)))


def test_second_factor_is_asked_of_those_above_the_school_before_anything_else(client, cast: Cast):
    _log_in(client, "93201")

    for address in ("/", "/people/", "/audit/"):
        assert client.get(address)["Location"].startswith("/accounts/second-factor/activate/")


@pytest.mark.parametrize("username", ["93001", "93004", "93009"])
def test_second_factor_is_not_asked_within_the_school(client, cast: Cast, username):
    _log_in(client, username)

    assert client.get("/accounts/second-factor/").status_code == 200
    assert client.get("/").status_code == 200


def test_second_factor_set_up_then_inside_then_asked_at_each_login(client, cast: Cast):
    _log_in(client, "93201")
    page = client.get("/accounts/second-factor/activate/")
    secret = page.context["form"].secret

    client.post("/accounts/second-factor/activate/", {"code": _now(secret)})
    inside = client.get("/")
    kept = Authenticator.objects.get(user=cast.province_officer.user, type=Authenticator.Type.TOTP)
    other = Client()
    _log_in(other, "93201")

    assert inside.status_code == 200
    assert secret not in str(kept.data)
    assert get_adapter().decrypt(kept.data["secret"]) == secret
    assert not _is_in(other)
    assert other.get("/accounts/password/change/")["Location"].startswith("/accounts/login/")
    assert AuditEntry.objects.filter(action="account.second_factor_on").count() == 1


def test_second_factor_is_asked_of_a_session_that_has_not_shown_it(client, cast: Cast):
    """A role is given while somebody works: the session does not rise with it."""
    totp.TOTP.activate(cast.teacher.user, totp.generate_totp_secret())
    Client.force_login(client, cast.teacher.user)
    kept = client.session
    del kept["second_factor"]
    kept.save()
    give(cast.teacher.user, Role.LOCAL_OFFICER, cast.local)

    assert client.get("/")["Location"].startswith("/accounts/second-factor/reauthenticate/")
