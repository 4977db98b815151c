"""Facts and roll-up follow every change; what a version counted stays."""

import random
from datetime import date

import pytest
from django.db import DatabaseError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from temis.appraisals.enums import Exclusion, State
from temis.appraisals.models import Appraisal
from temis.appraisals.tests.factories import appraisal_of, make_open_period, put_in_state
from temis.organizations.models import OrganizationVersion
from temis.people.models import Employment, Person
from temis.reporting import counting, proof, refresh
from temis.reporting.actions import life
from temis.reporting.models import PersonFact, ReportVersion, RollupCount, Snapshot, StaleMark
from temis.reporting.tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def period(cast):
    made = make_open_period(cast)
    factories.decide_all_at_random(made)
    refresh.refresh(made)
    return made


def reset(appraisal: Appraisal) -> Appraisal:
    """Back to the beginning, past the actions."""
    Appraisal.objects.filter(pk=appraisal.pk).update(
        state=State.OPEN, exclusion="", self_levels=None, self_overall=None, submitted_at=None, decided_levels=None,
        decided_overall=None, decided_at=None, decided_by=None, announced_at=None, acknowledged_at=None,
    )  # fmt: skip
    return appraisal


def marks() -> set[tuple[int | None, int | None, int | None]]:
    return set(StaleMark.objects.values_list("period_id", "person_id", "organization_id"))


def test_rollup_of_a_period_equals_the_full_count(period):
    assert proof.check_rollup(period) == []
    assert RollupCount.objects.filter(period=period).exists()


def test_full_count_finds_a_wrong_rollup(period):
    RollupCount.objects.filter(period=period, item=0).first().delete()

    assert [each.what for each in proof.check_rollup(period)] == ["roll-up"]


def test_change_that_counts_leaves_a_mark_and_others_none(cast, period):
    appraisal = appraisal_of(cast, "teacher", period)
    Appraisal.objects.filter(pk=appraisal.pk).update(decision_note="Ghi chú")
    Person.objects.filter(pk=cast.teacher.pk).update(phone="0912")
    none = marks()

    put_in_state(reset(appraisal), State.EXCLUDED, exclusion=Exclusion.STUDY)
    Person.objects.filter(pk=cast.teacher_2.pk).update(gender="F")
    OrganizationVersion.objects.filter(organization=cast.school_20).update(disadvantaged=True)

    assert none == set()
    assert marks() == {
        (period.pk, cast.teacher.pk, None),
        (None, cast.teacher_2.pk, None),
        (None, None, cast.school_20.pk),
    }


def test_rolled_back_change_leaves_no_mark(cast, period):
    def change_and_fail():
        with transaction.atomic():
            Person.objects.filter(pk=cast.teacher_2.pk).update(gender="F")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_and_fail()

    assert marks() == set()


def test_refresh_looks_only_at_who_is_marked(cast, period):
    before = Snapshot.objects.get(period=period).number
    untouched = refresh.refresh(period)
    factories.decide(cast, "teacher", period, 1)

    after = refresh.refresh(period)

    assert (untouched, after) == (before, before + 1)
    assert PersonFact.objects.filter(period=period, since=after).count() == 1
    assert marks() == set()


def test_mark_of_many_periods_reaches_each(cast, period):
    """A woman is one in the reports of every year that goes on being counted."""
    Person.objects.filter(pk=cast.teacher_2.pk).update(gender="F")
    refresh.refresh(period)

    row = PersonFact.objects.select_related("kind").get(period=period, person=cast.teacher_2, until=2**31 - 1)
    assert row.kind.female


def change(cast, period, chance: random.Random) -> None:
    """Something that may move figures, whatever it is."""
    appraisal = chance.choice(list(Appraisal.objects.filter(period=period)))
    person = chance.choice(list(Person.objects.filter(pk__in=Appraisal.objects.values("person_id")).order_by("pk")))
    school = chance.choice([cast.school_2, cast.school_20, cast.high_school, cast.neighbour])
    what = chance.randrange(9)
    if what == 0:
        levels = [chance.randrange(4) for _ in range(15 if appraisal.subject == "GVPT" else 18)]
        overall = factories.classified(appraisal, levels)
        put_in_state(reset(appraisal), State.ANNOUNCED, decided_levels=levels, decided_overall=overall)
    elif what == 1:
        put_in_state(reset(appraisal), State.EXCLUDED, exclusion=chance.choice(Exclusion.values))
    elif what == 2:
        reset(appraisal)
    elif what == 3:
        Appraisal.objects.filter(pk=appraisal.pk).update(organization=school, level=chance.choice(["TH", "THCS", ""]))
    elif what == 4:
        Person.objects.filter(pk=person.pk).update(gender=chance.choice("FM"))
    elif what == 5:
        Person.objects.filter(pk=person.pk).update(ethnic_group=chance.choice(["Kinh", "Khmer", "Hoa"]))
    elif what == 6:
        OrganizationVersion.objects.filter(organization=school).update(
            disadvantaged=chance.random() < 0.5, province_id=chance.choice(["93", "95"])
        )
    elif what == 7:
        Employment.objects.filter(person=person).update(
            position=chance.choice(["TEACHER", "DEPUTY", "STAFF"]), leads_group=False,
            validity=DateRange(date(2018, 9, 1), chance.choice([None, date(2020, 1, 1)])),
        )  # fmt: skip
    else:
        Appraisal.objects.filter(pk=appraisal.pk).delete()


@pytest.mark.parametrize("seed", range(4))
def test_after_any_changes_the_rollup_equals_the_full_count_and_frozen_versions_their_people(cast, period, seed):
    chance = random.Random(seed)
    frozen = []
    for number in range(40):
        change(cast, period, chance)
        if chance.random() < 0.3:
            refresh.refresh(period)
        if number in (12, 30):
            version = factories.extracted(None)
            ReportVersion.objects.filter(pk=version.pk).update(without_level=0)
            frozen.append(life.freeze_version(version.pk, scope=cast.scope("ministry_officer")))

    assert proof.check_rollup(period) == []
    assert [proof.check_version(_full(version)) for version in frozen] == [[], []]
    assert counting.rollup_cubes(period.pk)[None] == counting.rollup_cube(period.pk, None)


def _full(version: ReportVersion) -> ReportVersion:
    return ReportVersion.objects.select_related("report__province", "report__period", "template").get(pk=version.pk)


def test_people_of_a_frozen_version_stay_in_the_database(cast, period):
    version = factories.frozen(cast)
    rows = PersonFact.objects.of(version)

    for refused in (
        lambda: rows.delete(),
        lambda: rows.update(outcome=3),
        lambda: rows.update(until=version.snapshot),
        lambda: PersonFact.objects.create(
            person=cast.staff, period=period, organization=cast.school_2, since=version.snapshot, subject="GVPT",
            kind=rows.first().kind, outcome=3,
        ),
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            refused()


def test_rows_that_only_a_replaced_extraction_counted_are_pruned(cast, period):
    factories.extracted()
    factories.decide(cast, "teacher", period, 1)
    kept = factories.extracted()
    factories.decide(cast, "teacher", period, 2)
    refresh.refresh(period)
    before = PersonFact.objects.filter(period=period).count()

    removed = refresh.prune()

    assert removed == before - PersonFact.objects.filter(period=period).count() > 0
    assert proof.check_version(_full(kept)) == []
