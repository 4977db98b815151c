"""What a list needs of the sums says what the sums say, to the same people."""

from itertools import product

import pytest

from temis.access import Role
from temis.appraisals.enums import State
from temis.appraisals.models import Appraisal
from temis.appraisals.tests.factories import make_open_period, put_in_state
from temis.core import clock
from temis.opinions.models import OpinionTally
from temis.opinions.queries import aggregates_for, gists_for
from temis.opinions.tests import AFTER_OPINIONS, DURING_OPINIONS
from temis.opinions.tests.factories import put_sums

KINDS = list(product((0, 2, 3, 5), (True, False), (State.SUBMITTED, State.DECIDED, State.ANNOUNCED)))


@pytest.fixture
def tallied(cast) -> list[int]:
    """Everybody of the cast has been given opinions, of every kind between them."""
    period = make_open_period(cast)
    found = []
    for place, one in enumerate(period.appraisals.order_by("pk")):
        given, closed, state = KINDS[place * 5 % len(KINDS)]  # both kinds of people meet all of them
        put_in_state(one, state)
        total = 15 if one.subject == "GVPT" else 18
        put_sums(cast, one, given, [(place + criterion) % 4 for criterion in range(total)], closed=closed)
        found.append(one.pk)
    return found


@pytest.mark.parametrize("day", [DURING_OPINIONS, AFTER_OPINIONS])
def test_gists_are_the_sums_in_short_for_each_role(cast, tallied, day):
    seen = 0
    with clock.hold(day):
        for name, person in cast.people.items():
            for held in person.user.assignments.all():
                scope = cast.scope(name, Role(held.role))
                sums = aggregates_for(scope, tallied)
                gists = gists_for(scope, Appraisal.objects.filter(pk__in=tallied))
                assert {pk: (list(one.medians), one.is_closing) for pk, one in gists.items()} == {
                    pk: (one.medians, one.hidden_code == "CLOSING") for pk, one in sums.items()
                }
                seen += len(gists)
    assert seen > len(tallied)


def test_who_has_no_opinion_has_no_gist(cast, tallied):
    OpinionTally.objects.all().delete()

    assert gists_for(cast.scope("principal"), Appraisal.objects.all()) == {}


@pytest.mark.parametrize("some", [1, None])
def test_gists_take_two_queries_at_most(cast, tallied, some, django_assert_max_num_queries):
    scope = cast.scope("province_leader")

    with clock.hold(AFTER_OPINIONS), django_assert_max_num_queries(2):
        gists_for(scope, Appraisal.objects.filter(pk__in=tallied[:some]))
