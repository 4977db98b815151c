"""The list of reports, for those who look at more than one province."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from temis.access import Role
from temis.appraisals.enums import PeriodState
from temis.appraisals.models import Period
from temis.reporting.models import ReportDeadlines
from temis.reporting.tests import factories
from tests.cast import act

LIST = reverse("reporting:list")


def shown(response):
    return [(line.area, line.year) for line in response.context["lines"]]


@pytest.fixture
def country(cast):
    """2020 has two reports, 2021 has begun and has none."""
    factories.decided_period(cast, teacher=2)
    for province in ("93", "95"):
        factories.extracted(province)
    Period.objects.create(
        year=2021, name="Đợt 2021", school_year="2020-2021", reference_on=date(2021, 5, 31), state=PeriodState.OPEN,
        opened_at=timezone.now(), organization=cast.ministry,
    )  # fmt: skip
    return cast


def test_ministry_sees_one_year_at_a_time_first_the_last_that_has_reports(country, client):
    act(client, country, "ministry_officer", Role.MINISTRY_OFFICER)

    first, other, odd = (client.get(LIST, query) for query in ({}, {"year": "2021"}, {"year": "1999"}))

    two = [("Hậu Giang", 2020), ("Bạc Liêu", 2020)]
    assert (shown(first), shown(other), shown(odd)) == (two, [], two)
    assert "Chưa có báo cáo năm 2021 trong phạm vi" in other.content.decode()


def test_list_asks_as_often_for_many_reports_as_for_one(country, client):
    act(client, country, "ministry_officer", Role.MINISTRY_OFFICER)
    with CaptureQueriesContext(connection) as two:
        client.get(LIST)
    factories.extracted(None)
    with CaptureQueriesContext(connection) as three:
        response = client.get(LIST)

    assert len(shown(response)) == 3
    assert len(three) == len(two)


def test_days_of_a_line_are_those_of_its_year(country, client):
    ReportDeadlines.objects.create(
        year=2021, extract_by=date(2022, 1, 7), publish_by=date(2022, 1, 17), send_by=date(2022, 1, 27)
    )
    act(client, country, "province_officer", Role.PROVINCE_OFFICER)
    response = client.get(LIST)

    assert [(line.year, line.days.extract_by, line.area) for line in response.context["lines"]] == [
        (2021, date(2022, 1, 7), "Hậu Giang"),
        (2020, date(2020, 12, 25), "Hậu Giang"),
    ]
