"""Fixtures that every test may use."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from django.utils import translation

from tests import database
from tests.cast import Cast, build, log_in_completely


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_keepdb: bool, testrun_uid: str
) -> Iterator[None]:
    """The tests' database begins as a copy (`tests.database`)."""
    if not django_db_keepdb:
        connection.settings_dict["TEST"]["TEMPLATE"] = database.template(testrun_uid)
    yield
    database.drop_template(testrun_uid)


@pytest.fixture
def cast(db: None) -> Cast:
    """The fixed cast, see tests/cast.py."""
    return build()


@pytest.fixture(scope="session", autouse=True)
def static_files(django_test_environment: None) -> Iterator[None]:
    """Files by their own names, from where they are: nothing needs to be collected before a test; and passwords that
    do not cost a second each."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # where nothing was collected yet, whitenoise warns
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(
        STORAGES=settings.STORAGES | {"staticfiles": plain},
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        ARRIVALS_PER_SECOND=0,  # nobody waits in line
        WHITENOISE_AUTOREFRESH=True,  # each client of a test would look through all files anew
    ):
        yield


@pytest.fixture(autouse=True)
def force_login_is_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    """`client.force_login` logs in as far as the real pages do: with the second factor that some roles need."""
    monkeypatch.setattr(Client, "force_login", log_in_completely)


@pytest.fixture(autouse=True)
def vietnamese() -> None:
    """A page read in English leaves its language to the thread; every test begins in the language of the house."""
    translation.activate(settings.LANGUAGE_CODE)
