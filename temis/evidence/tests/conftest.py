import pytest

from temis.access import Role


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    """Files of a test lie in its own folder."""
    default = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = settings.STORAGES | {"default": default}
    return tmp_path


@pytest.fixture
def scope(cast):
    return cast.scope("teacher", Role.TEACHER)
