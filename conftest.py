"""Fixtures that every test may use."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import override_settings

from tests.cast import Cast, build


@pytest.fixture
def cast(db: None) -> Cast:
    """The fixed cast, see tests/cast.py."""
    return build()


@pytest.fixture(scope="session", autouse=True)
def static_files(django_test_environment: None) -> Iterator[None]:
    """Files by their own names, from where they are: nothing needs to be collected before a test."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES=settings.STORAGES | {"staticfiles": plain}):
        yield
