"""What a list needs of the sums says what the sums say, to the same people."""

from itertools import product

import pytest

from temis.access import P, Role
from temis.appraisals.enums import State
from temis.appraisals.models import Appraisal
from temis.appraisals.tests.factories import make_open_period, put_in_state
from temis.core import clock
from temis.opinions.models import OpinionTally
from temis.opinions.queries.sums import aggregates_for, are_closing, medians_for
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
def test_a_list_is_told_what_the_sums_say_for_each_role(cast, tallied, day):
    everybody, seen, hidden, heads, waiting = Appraisal.objects.filter(pk__in=tallied), 0, 0, 0, set()
    period = Appraisal.objects.get(pk=tallied[0]).period_id
    with clock.hold(day):
        for name, person in cast.people.items():
            for held in person.user.assignments.all():
                scope = cast.scope(name, Role(held.role))
                sums = aggregates_for(scope, tallied)
                shown = {pk: tuple(one.medians) for pk, one in sums.items() if one.is_shown}
                closing = [pk for pk, one in sums.items() if one.hidden_code == "CLOSING"]
                decided = set(everybody.permitted(scope, P.APPRAISAL_DECIDE).values_list("pk", flat=True))
                assert medians_for(scope, everybody) == {pk: middle for pk, middle in shown.items() if pk in decided}
                heads += bool(decided & shown.keys())
                assert are_closing(scope, period, everybody) == bool(closing)
                # One alone, whose head has decided or not.
                for pk in sums:
                    assert are_closing(scope, period, everybody.filter(pk=pk)) == (pk in closing)
                seen, hidden = seen + len(shown), hidden + len(sums) - len(shown)
                waiting.add(bool(closing))
    assert min(seen, hidden) > 5
    assert heads
    assert waiting == {True, False}


def test_who_has_no_opinion_has_no_middle(cast, tallied):
    OpinionTally.objects.all().delete()

    assert medians_for(cast.scope("principal"), Appraisal.objects.all()) == {}


@pytest.mark.parametrize("some", [1, None])
def test_a_list_takes_one_query_and_four_at_most(cast, tallied, some, django_assert_max_num_queries):
    scope, listed = cast.scope("province_leader"), Appraisal.objects.filter(pk__in=tallied[:some])
    period = listed.first().period_id

    with clock.hold(AFTER_OPINIONS):
        with django_assert_max_num_queries(1):
            medians_for(scope, listed)
        with django_assert_max_num_queries(4):
            are_closing(scope, period, listed)
