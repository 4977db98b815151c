"""Fixtures that every test may use."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.utils import translation

from tests.cast import Cast, build, log_in_completely


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
