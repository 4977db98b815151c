"""The session, its user and his roles are read in one statement; what ends them ends them at the next request."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.contrib import auth
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from temis.access import Role
from temis.accounts.models import Session, User
from temis.core import clock
from temis.people.models import Employment
from tests.cast import Cast, give

pytestmark = pytest.mark.django_db
PAGE = "/profile/"


@pytest.fixture
def inside(client, cast: Cast):
    """A browser of the teacher, who is logged in."""
    client.force_login(cast.user("teacher"))
    assert client.get(PAGE).status_code == 200
    return client


def is_refused(client) -> bool:
    answer = client.get(PAGE)
    return answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")


def test_who_it_is_and_as_what_he_acts_takes_one_statement(inside):
    with CaptureQueriesContext(
        connection,
    ) as seen:
        inside.get("/robots.txt")

    assert len(seen.captured_queries) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"is_active": False},
        {"password": "another"},
        {"sessions_ended_at": timezone.now()},
    ],
    ids=["locked", "password", "ended"],
)
def test_what_ends_a_session_ends_it_at_the_next_request(inside, cast: Cast, change):
    User.objects.filter(pk=cast.user("teacher").pk).update(**change)

    assert is_refused(inside)


def test_session_that_was_deleted_or_has_expired_is_refused(inside):
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert is_refused(inside)


def test_session_is_his_whom_its_signed_content_names(inside, cast: Cast):
    """The column of the table only says what to read along."""
    Session.objects.update(user=cast.user("principal"))

    page = inside.get(PAGE)

    assert page.wsgi_request.user.pk == cast.user("teacher").pk
    assert {one.role for one in page.wsgi_request.assignments} == {Role.TEACHER}


def test_session_from_before_the_column_works(inside):
    Session.objects.update(user=None)

    assert inside.get(PAGE).status_code == 200


def test_role_that_ended_or_was_given_counts_at_the_next_request(inside, cast: Cast):
    user = cast.user("teacher")
    give(user, Role.ADMINISTRATOR, cast.ministry)
    assert {one.role for one in inside.get("/robots.txt").wsgi_request.assignments} == {
        Role.TEACHER,
        Role.ADMINISTRATOR,
    }

    today = clock.today()
    Employment.objects.filter(person__user=user).update(validity=DateRange(today - timedelta(days=9), today))
    assert {one.role for one in inside.get("/robots.txt").wsgi_request.assignments} == {Role.ADMINISTRATOR}


def test_user_without_a_role_has_none(client, cast: Cast):
    bare = User.objects.create(username="bare", display_name="Không vai trò")
    client.force_login(bare)

    request = client.get("/robots.txt").wsgi_request

    assert (request.user.pk, request.assignments, request.scope) == (bare.pk, [], None)


def test_session_names_its_user_from_the_login_to_the_logout(client, cast: Cast):
    client.get("/accounts/login/")
    client.force_login(cast.user("teacher"))
    assert Session.objects.get(pk=client.session.session_key).user_id == cast.user("teacher").pk

    client.logout()
    assert not Session.objects.filter(user=cast.user("teacher")).exists()


def test_backend_that_is_not_ours_is_refused(inside, settings):
    kept = inside.session
    kept[auth.BACKEND_SESSION_KEY] = "django.contrib.auth.backends.RemoteUserBackend"
    kept.save()

    assert is_refused(inside)


def test_sessions_from_before_stay_open(cast: Cast):
    """As the migration takes them over."""
    migration = import_module("temis.accounts.migrations.0013_sessions")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_session VALUES ('old', 'data', now() + interval '1 hour'), ('gone', 'x', now())"
        )
        cursor.execute(migration.KEEP)
        cursor.execute("SELECT count(*) FROM django_session")
        left = cursor.fetchone()[0]

    assert list(Session.objects.values_list("session_key", "session_data", "user_id")) == [("old", "data", None)]
    assert left == 0
