"""The short way to the own appraisal gives the same answers as the long one."""

import pytest

from temis.access import NotPermitted, P
from temis.appraisals.enums import Stage
from temis.appraisals.models import Appraisal
from temis.appraisals.queries.own import own_appraisal, own_appraisal_in_time
from temis.appraisals.queries.windows import window_of
from temis.appraisals.tests.factories import make_open_period
from temis.people.assignments import assignments_of, scope_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def period(cast):
    return make_open_period(cast)


def found(look_up) -> int | None:
    try:
        return look_up().pk
    except NotPermitted:
        return None


def test_it_reaches_what_the_table_of_rights_says_for_everybody_in_every_role(cast, period):
    every = Appraisal.objects.values_list("pk", flat=True)
    assert every
    for person in cast.people.values():
        for scope in [scope_of(one, person.user) for one in assignments_of(person.user)]:
            long = [found(lambda pk=pk: Appraisal.objects.fetch(scope, P.OWN_APPRAISAL, pk=pk)) for pk in every]  # noqa: B023
            short = [found(lambda pk=pk: own_appraisal(scope, pk)) for pk in every]  # noqa: B023
            assert short == long


def test_what_it_reads_is_what_is_kept(cast, period):
    scope = cast.scope("teacher")
    kept = Appraisal.objects.select_related("period", "edition").get(person=cast.teacher)

    read = own_appraisal(scope, kept.pk)

    def told(one: Appraisal) -> tuple:
        own = (one.pk, one.state, one.subject, one.organization_id, one.person_id, one.group_id)
        return (*own, one.period, one.period.state, one.period.late_hours, one.edition, one.edition.updated_at)

    assert told(read) == told(kept)
    assert read.period.name == kept.period.name  # read when it is asked for


def test_the_days_that_come_with_it_are_those_of_the_nearest_body(cast, period):
    kept = Appraisal.objects.get(person=cast.teacher)

    read, window = own_appraisal_in_time(cast.scope("teacher"), kept.pk)

    assert read == kept
    assert window is not None
    assert window == window_of(kept.period_id, kept.organization_id, Stage.SELF)


def test_there_are_no_days_where_nobody_set_them(cast, period):
    period.windows.filter(stage=Stage.SELF).delete()
    kept = Appraisal.objects.get(person=cast.teacher)

    assert own_appraisal_in_time(cast.scope("teacher"), kept.pk) == (kept, None)
