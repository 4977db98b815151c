"""Who works elsewhere by now is known at once, whatever happens to people and appraisals."""

import random

import pytest
from django.db.models import F, Q

from temis.appraisals.actions.elsewhere import find_elsewhere
from temis.appraisals.actions.participation import enrol
from temis.appraisals.models import Appraisal, Period, WorkElsewhere
from temis.appraisals.tests.factories import appraisal_of, make_open_period
from temis.people.models import Person

ELSEWHERE = Q(person__organization=None) | ~Q(person__organization=F("organization"))


def kept() -> set[tuple[int, int, int]]:
    return set(WorkElsewhere.objects.values_list("appraisal_id", "period_id", "organization_id"))


def true_now() -> set[tuple[int, int, int]]:
    return set(Appraisal.objects.filter(ELSEWHERE).values_list("pk", "period_id", "organization_id"))


def change(period: Period, pick: random.Random) -> None:
    rows = list(Appraisal.objects.filter(period=period))
    some = pick.sample(rows, pick.randint(1, len(rows)))
    bodies = [one.organization_id for one in rows]
    people = Person.objects.filter(pk__in=[one.person_id for one in some])
    match pick.randrange(6):
        case 0:
            people.update(organization=pick.choice([*bodies, None]))
        case 1:
            people.update(organization=F("organization"), phone="0900")
        case 2:
            Appraisal.objects.filter(pk__in=[one.pk for one in some]).update(organization=pick.choice(bodies))
        case 3:
            Appraisal.objects.filter(pk=some[0].pk).delete()
        case 4:
            enrol(period, path=str(period.organization.path))
        case 5:
            for one in some:  # back to where they were
                Person.objects.filter(pk=one.person_id).update(organization=one.organization_id)


@pytest.mark.parametrize("seed", range(8))
def test_kept_are_those_who_work_elsewhere_after_any_changes(cast, seed):
    period = make_open_period(cast)
    pick = random.Random(seed)

    for _step in range(25):
        change(period, pick)
        assert kept() == true_now()
    assert find_elsewhere() == 0


def test_what_is_wrong_is_put_right_at_night(cast):
    period = make_open_period(cast)
    one, other = appraisal_of(cast, "teacher", period), appraisal_of(cast, "deputy", period)
    Person.objects.filter(pk=one.person_id).update(organization=None)
    WorkElsewhere.objects.all().delete()
    WorkElsewhere.objects.create(appraisal=other, period=period, organization_id=other.organization_id)

    assert find_elsewhere() == 2
    assert kept() == true_now() == {(one.pk, period.pk, one.organization_id)}
