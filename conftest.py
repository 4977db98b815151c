"""Fixtures that every test may use."""

import pytest

from tests.cast import Cast, build


@pytest.fixture
def cast(db: None) -> Cast:
    """The fixed cast, see tests/cast.py."""
    return build()
