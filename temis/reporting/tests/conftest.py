"""What reports are published with: a place for files, a key, and fonts of TEMIS_FONT_DIR or of the installed front end;
without fonts the tests of PDF files are skipped."""

from collections.abc import Iterator, Sequence

import pytest
from django.conf import settings as of_the_project
from django.test import override_settings

from temis.reporting import public, suppression
from temis.reporting.demo_key import make_demo_key
from temis.reporting.render.fonts import FontsMissing, font_dir
from temis.reporting.tables import TableResult
from temis.reporting.template import Template


@pytest.fixture(scope="session")
def fonts():
    try:
        return font_dir()
    except FontsMissing:
        pytest.skip("fonts of the front end are not installed")


@pytest.fixture(scope="session", autouse=True)
def hidden_once() -> Iterator[None]:
    """To hide small cells takes a second, and most tests count the same few people: what is hidden of tables that
    stand alone is kept. The tests of hiding itself call it by its own name."""
    kept: dict[str, list[TableResult]] = {}

    def suppress(template: Template, tables: Sequence[TableResult], threshold: int, around: object) -> object:
        key = repr((template.code, template.edition, threshold, tables))
        if around is not None or key not in kept:
            found = suppression.suppress(template, tables, threshold, around)
            if around is not None:
                return found
            kept[key] = found
        return kept[key]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(public, "suppress", suppress)
        yield


@pytest.fixture(scope="module")
def storage(tmp_path_factory) -> Iterator[None]:
    """Files of a module in a folder of its own; no key unless a test gives one."""
    local = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": tmp_path_factory.mktemp("storage")},
    }
    with override_settings(STORAGES=of_the_project.STORAGES | {"default": local}, SIGNING_KEY=None):
        yield


@pytest.fixture(scope="session")
def demo_key(tmp_path_factory):
    return make_demo_key(tmp_path_factory.mktemp("key"), password="thử", holder="Sở GDĐT Hậu Giang")


@pytest.fixture
def signing(settings, storage, demo_key):
    settings.SIGNING_KEY, settings.SIGNING_PASSWORD = demo_key.pkcs12, demo_key.password
