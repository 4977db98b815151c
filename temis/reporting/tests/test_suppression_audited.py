"""RPT-10: nothing of a few people can be computed from what is public, whether one report is read or several."""

from dataclasses import replace

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from temis.reporting.cube import Cube, Fact, Person
from temis.reporting.suppression import Change, Published, Surroundings, suppress
from temis.reporting.tables import compute
from temis.reporting.tests.auditing import SMALL, Auditor, JointAuditor, crowds, public_counts


def tried(examples):
    """The same crowds every time, however long one of them takes."""
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@tried(25)
@given(crowds)
def test_auditor_computes_nothing_of_a_few_people(crowd):
    population = [fact for fact, times in crowd for _ in range(times)]
    tables = compute(SMALL, Cube.from_facts(population, SMALL.standards))

    auditor = Auditor(suppress(SMALL, tables))

    assert {auditor.value(target) for target in auditor.targets()} & {1, 2, 3, 4} == set()
    for group, rank in auditor.told_alike():
        alike = [f for f in population if f.status == "completed" and group(("overall", *f.person[2:5], f.overall))]
        assert alike == [], rank


@tried(5)
@given(crowds, crowds)
def test_country_tells_nothing_of_a_few_people_of_a_province(one, two):
    populations = [[fact for fact, times in crowd for _ in range(times)] for crowd in (one, two)]
    first, second, both = (tables_of(people) for people in (*populations, populations[0] + populations[1]))
    public = [suppress(SMALL, tables) for tables in (first, second)]
    around = Surroundings(
        own=("1", "2"),
        full={"1": first, "2": second},
        published=(Published(("1",), public[0]), Published(("2",), public[1])),
    )

    auditor = JointAuditor(*public, suppress(SMALL, both, around=around))

    assert {auditor.value(target) for target in auditor.targets()} & {1, 2, 3, 4} == set()


@tried(5)
@given(crowds, st.integers(0, 40), st.integers(1, 9))
def test_province_after_the_country_tells_nothing_of_a_few_people(crowd, start, step):
    """Published the other way round: the country first, then one province, then the other."""
    everybody = [fact for fact, times in crowd for _ in range(times)] * 2
    one = everybody[start::step]
    two = [fact for number, fact in enumerate(everybody) if number < start or (number - start) % step]
    first, second, both = tables_of(one), tables_of(two), tables_of(one + two)
    country = suppress(SMALL, both)
    full = {"1": first, "2": second}
    national = Published(("1", "2"), country)

    public_1 = suppress(SMALL, first, around=Surroundings(("1",), full, (national,)))
    public_2 = suppress(SMALL, second, around=Surroundings(("2",), full, (national, Published(("1",), public_1))))

    auditor = JointAuditor(public_1, public_2, country)
    assert {auditor.value(target) for target in auditor.targets()} & {1, 2, 3, 4} == set()


def tables_of(facts):
    return compute(SMALL, Cube.from_facts(facts, SMALL.standards))


def next_version(old, new, public):
    """The public tables of a version that follows another."""
    around = Surroundings(("2",), {"1": old, "2": new}, (Published(("1",), public),), (Change(("1",), ("2",)),))
    return suppress(SMALL, new, around=around)


@tried(5)
@given(crowds, st.sets(st.integers(0, 60), max_size=9))
def test_two_versions_tell_nothing_of_the_few_who_changed(crowd, late):
    before = [fact for fact, times in crowd for _ in range(times)]
    after = [
        replace(fact, status="completed", overall=3) if number in late and fact.overall is None else fact
        for number, fact in enumerate(before)
    ]
    old, new = tables_of(before), tables_of(after)
    public = suppress(SMALL, old)

    then = {(tuple(row.codes.items()), key): value for row, key, value in public_counts(public)}
    now = {(tuple(row.codes.items()), key): value for row, key, value in public_counts(next_version(old, new, public))}

    assert {abs(now[cell] - then[cell]) for cell in now.keys() & then.keys()} & {1, 2, 3, 4} == set()


def test_auditor_does_compute_from_unsuppressed_tables():
    facts = [Fact(Person("GVPT", "GV", "TH", True, False, False), "completed", 3)] * 9
    facts += [Fact(Person("GVPT", "GV", "TH", False, False, False), "completed", 0)] * 2

    auditor = Auditor(compute(SMALL, Cube.from_facts(facts, SMALL.standards)))

    assert 2 in {auditor.value(target) for target in auditor.targets()}
