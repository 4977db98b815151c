"""What tests of appraisals share: a period in the days of self-assessment, and somebody who is logged in."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from temis.appraisals.models import Appraisal, Period
from temis.appraisals.tests.factories import DURING_SELF, appraisal_of, make_open_period
from temis.core import clock
from tests.cast import Cast


@pytest.fixture
def in_may() -> Iterator[None]:
    with clock.hold(DURING_SELF):
        yield


@pytest.fixture
def period(cast: Cast) -> Period:
    return make_open_period(cast)


@pytest.fixture
def appraisal(cast: Cast, period: Period) -> Appraisal:
    return appraisal_of(cast, "teacher", period)


@pytest.fixture
def login(client: Client, cast: Cast) -> Callable[[str], Client]:
    def log_in(name: str) -> Client:
        client.force_login(cast.people[name].user)
        return client

    return log_in
