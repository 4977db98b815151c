"""The counts are those of the appraisals, whatever happens to these, and whoever else works at the time."""

import random
import threading

import pytest
from django.db import connection, transaction

from temis.appraisals.enums import State
from temis.appraisals.models import Appraisal, Period
from temis.appraisals.tests.factories import make_open_period, make_period, put_in_state
from temis.following.actions.counting import FULL_COUNT, recount
from temis.following.actions.folding import fold
from temis.following.models import COUNTS, KEYS, Progress
from tests.cast import Cast, build

STATES = (State.OPEN, State.SUBMITTED, State.DECIDED, State.ANNOUNCED, State.ACKNOWLEDGED, State.EXCLUDED)


def counted() -> set[tuple]:
    """What the counts say, without keys that come to nothing."""
    sums = ", ".join(f"sum({name})" for name in COUNTS)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(KEYS)}, {sums} FROM following_progress GROUP BY {', '.join(KEYS)}")
        return {row for row in cursor.fetchall() if any(row[len(KEYS) :])}


def full_count() -> set[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(FULL_COUNT)
        return set(cursor.fetchall())


def change(period: Period, pick: random.Random) -> None:
    """One statement or two of those that happen to appraisals."""
    rows = list(Appraisal.objects.filter(period=period))
    some = pick.sample(rows, pick.randint(1, len(rows)))
    match pick.randrange(6):
        case 0:
            for one in some[:3]:
                reset(one)
                put_in_state(one, pick.choice(STATES))
        case 1:
            Appraisal.objects.filter(pk__in=[one.pk for one in some]).update(decision_due=pick.random() < 0.5)
        case 2:
            Appraisal.objects.filter(pk__in=[one.pk for one in some]).update(
                organization=pick.choice(rows).organization_id, level=pick.choice(["TH", "THCS", ""])
            )
        case 3:
            Appraisal.objects.filter(pk=some[0].pk).delete()
        case 4:
            Appraisal.objects.filter(period=period).update(revision=pick.randrange(100))
        case 5:
            fold()


def reset(appraisal: Appraisal) -> None:
    nothing = {"submitted_at": None, "self_levels": None, "self_overall": None}
    nothing |= {"decided_levels": None, "decided_overall": None, "decided_at": None, "announced_at": None}
    Appraisal.objects.filter(pk=appraisal.pk).update(state=State.OPEN, exclusion="", **nothing)


@pytest.mark.parametrize("seed", range(8))
def test_counts_equal_a_full_count_after_any_changes(cast, seed):
    period = make_open_period(cast)
    pick = random.Random(seed)

    for _step in range(25):
        change(period, pick)
        assert counted() == full_count()


def test_change_that_does_not_count_adds_no_row(cast):
    period = make_open_period(cast)
    fold()
    before = Progress.objects.count()

    Appraisal.objects.filter(period=period).update(revision=7, decision_note="…")

    assert Progress.objects.count() == before


def test_fold_leaves_one_row_for_each_key_and_none_for_nothing(cast):
    period = make_open_period(cast)
    Appraisal.objects.filter(period=period, organization=cast.school_2).update(organization=cast.school_20)

    fold()

    keys = list(Progress.objects.values_list(*KEYS))
    assert len(keys) == len(set(keys))
    assert not Progress.objects.filter(organization=cast.school_2).exists()
    assert counted() == full_count()


def test_rolled_back_change_leaves_the_counts(cast):
    make_open_period(cast)
    before = counted()

    with transaction.atomic():
        Appraisal.objects.update(decision_due=False)
        transaction.set_rollback(True)

    assert counted() == before


def test_recount_mends_what_was_changed_by_hand(cast):
    make_open_period(cast)
    Progress.objects.update(unsent=99)

    recount()

    assert counted() == full_count()


@pytest.fixture
def committed_cast(transactional_db: None) -> Cast:
    return build()


def test_many_at_once_while_folding_lose_nothing(committed_cast):
    period = make_open_period(committed_cast)
    rows = list(Appraisal.objects.filter(period=period).values_list("pk", flat=True))
    failures: list[Exception] = []

    def work(mine: list[int]) -> None:
        try:
            for turn in range(15):
                Appraisal.objects.filter(pk__in=mine).update(decision_due=turn % 2 == 0)
                fold()
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(rows[n::4],)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert counted() == full_count()


def test_period_that_is_not_open_counts_nobody(cast):
    make_period(cast)

    assert counted() == set()
