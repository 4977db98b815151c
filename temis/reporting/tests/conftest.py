"""Fonts for the printed report: of TEMIS_FONT_DIR or the installed front end, else PDF tests are skipped."""

import pytest

from temis.reporting.render.fonts import FontsMissing, font_dir


@pytest.fixture(scope="session")
def fonts():
    try:
        return font_dir()
    except FontsMissing:
        pytest.skip("fonts of the front end are not installed")
