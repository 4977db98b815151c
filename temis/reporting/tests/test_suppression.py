"""RPT-10: nothing of a few people can be computed from what is public. The auditor shares no code with the rule."""

from dataclasses import replace
from fractions import Fraction
from itertools import chain, combinations, product

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from temis.reporting.cube import Cube, Fact, Person
from temis.reporting.formats import HIDDEN
from temis.reporting.suppression import Change, Published, Surroundings, TablesDisagree, suppress
from temis.reporting.tables import compute
from temis.reporting.template import REASONS, Template, builtin_template
from temis.reporting.tests import haugiang

FULL = builtin_template("temis-2020")
LEVELS = ("TH", "THPT")
OUTCOMES = ("not_done", "excluded", 0, 1, 2, 3)


def small_template() -> Template:
    """Two levels of schooling, no disadvantaged areas, one standard of two criteria: small enough to audit by force."""
    data = FULL.model_dump(mode="json")
    rows = data["row_sets"]
    for name in ("level_group", "level_standard", "level_criterion", "level_only"):
        blocks = rows[name]["blocks"]
        rows[name]["blocks"] = [block for block in blocks if block["codes"]["level"] in ("ALL", *LEVELS)]
    rows["level_group"]["lines"] = rows["level_group"]["lines"][:4]
    rows["level_standard"]["lines"] = rows["level_standard"]["lines"][:1]
    rows["level_criterion"]["lines"] = rows["level_criterion"]["lines"][:2]
    data["parts"][0]["sections"] = data["parts"][0]["sections"][:1]
    data["standards"] = {"GVPT": {1: (1, 2)}}
    return Template.model_validate(data)


SMALL = small_template()


class Auditor:
    """Tries to compute sums of people from the public cells, with fractions and by brute force."""

    def __init__(self, tables):
        people = list(product(LEVELS, (True, False), (True, False)))
        self.columns: list[tuple] = [("overall", *person, outcome) for person, outcome in product(people, OUTCOMES)]
        self.columns += [(item, level, rank) for item, level, rank in product(("s1", "c1", "c2"), LEVELS, range(4))]
        self.columns += [("paper", level) for level in LEVELS]
        self.columns += [("reason", level, reason) for level, reason in product(LEVELS, REASONS)]
        self.rows = [self.relation(item, level) for item in ("s1", "c1", "c2") for level in LEVELS]
        self.rows += [self.reasons_of(level) for level in LEVELS]
        self.rows += [self.cell(row, key, value) for row, key, value in public_counts(tables)]
        self.learn_zeros()

    def vector(self, belongs, value=0):
        """Column → coefficient, and the value under None."""
        found: dict = {number: Fraction(belongs(column)) for number, column in enumerate(self.columns)}
        found[None] = Fraction(value)
        return {number: share for number, share in found.items() if share}

    def relation(self, item, level):
        def belongs(column):
            completed = column[0] == "overall" and column[1] == level and column[4] in range(4)
            return (column[0] == item and column[1] == level) + (column == ("paper", level)) - completed

        return self.vector(belongs)

    def reasons_of(self, level):
        """The reasons add up to the excluded."""

        def belongs(column):
            is_excluded = column[0] == "overall" and column[1] == level and column[4] == "excluded"
            return (column[:2] == ("reason", level)) - is_excluded

        return self.vector(belongs)

    def cell(self, row, key, value):
        if key.upper() in REASONS:
            return self.vector(lambda c: c[0] == "reason" and in_level(row, c[1]) and c[2] == key.upper(), value)
        number = row.codes.get("criterion") or row.codes.get("standard")
        if number:
            name = ("c" if "criterion" in row.codes else "s") + number
            ranks = range(4) if key == "rated" else [("cd", "d", "k", "t").index(key)]
            return self.vector(lambda c: c[0] == name and in_level(row, c[1]) and c[2] in ranks, value)
        outcomes = {
            "total": ("not_done", 0, 1, 2, 3), "completed": (0, 1, 2, 3), "roster": OUTCOMES,
            "excluded": ("excluded",), "in_period": ("not_done", 0, 1, 2, 3), "not_done": ("not_done",),
            "cd": (0,), "d": (1,), "k": (2,), "t": (3,),
        }[key]  # fmt: skip
        female, minority = "F" in row.codes["group"].split("_"), "EM" in row.codes["group"].split("_")
        return self.vector(
            lambda c: (
                c[0] == "overall" and in_level(row, c[1]) and c[2] >= female and c[3] >= minority and c[4] in outcomes
            ),
            value,
        )

    def learn_zeros(self):
        """What is part of nothing is nothing; until no more follows."""
        self.pivots: dict[int, dict] = {}
        for row in self.rows:
            self.learn(row)
        targets = list(self.targets())
        while True:
            nobody = [row for row in self.pivots.values() if None not in row and min(row.values()) > 0]
            nobody += [target for target in targets if self.value(target) == 0]
            new = [number for number in set(chain(*nobody)) if self.value({number: Fraction(1)}) is None]
            if not new:
                return
            for number in new:
                self.learn({number: Fraction(1)})

    def learn(self, vector):
        row = self.reduced(vector)
        pivot = next((number for number in row if number is not None), None)
        if pivot is None:
            assert not row
            return
        row = {number: share / row[pivot] for number, share in row.items()}
        for key, other in self.pivots.items():
            if pivot in other:
                self.pivots[key] = without(other, other[pivot], row)
        self.pivots[pivot] = row

    def reduced(self, vector):
        for number, share in vector.items():
            if number in self.pivots:
                vector = without(vector, share, self.pivots[number])
        return vector

    def value(self, vector):
        """The value of a sum that can be computed, else None."""
        rest = self.reduced(vector)
        return -rest.get(None, 0) if rest.keys() <= {None} else None

    def groups(self):
        for levels, women, minorities in product(subsets(LEVELS), subsets((True, False)), subsets((True, False))):
            yield lambda c, a=levels, w=women, m=minorities: c[0] == "overall" and c[1] in a and c[2] in w and c[3] in m

    def targets(self):
        """Sums that speak of people: outcomes apart, levels together, of every group; levels of criteria."""
        alone = [("not_done",), ("excluded",), ("not_done", 0, 1, 2, 3), OUTCOMES, *subsets(range(4))]
        for group, outcomes in product(self.groups(), alone):
            yield self.vector(lambda c, g=group, o=outcomes: g(c) and c[4] in o)
        for item, levels, ranks in product(("s1", "c1", "c2"), subsets(LEVELS), subsets(range(4))):
            yield self.vector(lambda c, i=item, a=levels, r=ranks: c[0] == i and c[1] in a and c[2] in r)
        for levels, reasons in product(subsets(LEVELS), subsets(REASONS)):
            yield self.vector(lambda c, a=levels, r=reasons: c[0] == "reason" and c[1] in a and c[2] in r)

    def told_alike(self):
        """Groups of people known to be all at one level."""
        for group, rank in product(self.groups(), range(4)):
            others = self.vector(lambda c, g=group, r=rank: g(c) and c[4] in range(4) and c[4] != r)
            if self.value(others) == 0:
                yield group, rank


class JointAuditor(Auditor):
    """Reads the reports of two provinces and of the country that consists of them."""

    def __init__(self, first, second, country):
        one, two = Auditor(first), Auditor(second)
        self.one, self.width = one, len(one.columns)
        self.columns = one.columns + two.columns
        self.rows = one.rows + [self.shifted(row) for row in two.rows]
        for row, key, value in public_counts(country):
            self.rows.append(one.cell(row, key, value) | self.shifted(two.cell(row, key, 0)))
        self.learn_zeros()

    def shifted(self, vector):
        return {number if number is None else number + self.width: share for number, share in vector.items()}

    def targets(self):
        for target in self.one.targets():
            yield from (target, self.shifted(target))


def without(vector, factor, other):
    result = dict(vector)
    for number, share in other.items():
        result[number] = result.get(number, 0) - factor * share
        if not result[number]:
            del result[number]
    return result


def subsets(values):
    values = tuple(values)
    return list(chain.from_iterable(combinations(values, n) for n in range(1, len(values) + 1)))


def in_level(row, level):
    return row.codes["level"] in ("ALL", level)


def public_counts(tables):
    for result in tables:
        keys = [column.key for column in result.table.columns if column.kind == "count"]
        for row, key in product(result.rows, keys):
            if row.values[key] is not HIDDEN:
                yield row, key, row.values[key]


ranks = st.integers(0, 3)
people = st.builds(
    Person,
    st.just("GVPT"), st.just("GV"), st.sampled_from(LEVELS), st.booleans(), st.booleans(), st.just(False),
)  # fmt: skip
facts = st.one_of(
    st.builds(Fact, people, st.just("not_done")),
    st.builds(Fact, people, st.just("excluded"), reason=st.sampled_from(REASONS)),
    st.builds(Fact, people, st.just("completed"), ranks),
    st.builds(Fact, people, st.just("completed"), ranks, st.fixed_dictionaries({1: ranks, 2: ranks})),
)
crowds = st.lists(st.tuples(facts, st.integers(1, 12)), min_size=1, max_size=14)


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(crowds)
def test_auditor_computes_nothing_of_a_few_people(crowd):
    population = [fact for fact, times in crowd for _ in range(times)]
    tables = compute(SMALL, Cube.from_facts(population, SMALL.standards))

    auditor = Auditor(suppress(SMALL, tables))

    assert {auditor.value(target) for target in auditor.targets()} & {1, 2, 3, 4} == set()
    for group, rank in auditor.told_alike():
        alike = [f for f in population if f.status == "completed" and group(("overall", *f.person[2:5], f.overall))]
        assert alike == [], rank


@settings(
    max_examples=5,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
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


@settings(
    max_examples=5,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
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


@settings(
    max_examples=5,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
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


def test_version_with_the_same_figures_shows_the_same_cells(haugiang_tables, haugiang_public):
    around = Surroundings(("1",), {"1": haugiang_tables}, (Published(("1",), haugiang_public),))

    assert suppress(FULL, haugiang_tables, around=around) == haugiang_public


def test_auditor_does_compute_from_unsuppressed_tables():
    facts = [Fact(Person("GVPT", "GV", "TH", True, False, False), "completed", 3)] * 9
    facts += [Fact(Person("GVPT", "GV", "TH", False, False, False), "completed", 0)] * 2

    auditor = Auditor(compute(SMALL, Cube.from_facts(facts, SMALL.standards)))

    assert 2 in {auditor.value(target) for target in auditor.targets()}


@pytest.fixture(scope="module")
def haugiang_tables():
    return compute(FULL, haugiang.cube())


@pytest.fixture(scope="module")
def haugiang_public(haugiang_tables):
    return suppress(FULL, haugiang_tables)


def test_public_report_shows_no_count_of_one_to_four(haugiang_public):
    assert {value for _, _, value in public_counts(haugiang_public)} & {1, 2, 3, 4} == set()


def test_public_cell_is_unchanged_or_hidden(haugiang_tables, haugiang_public):
    for before, after in zip(haugiang_tables, haugiang_public, strict=True):
        assert before.table == after.table
        for old, new in zip(before.rows, after.rows, strict=True):
            assert {k: v for k, v in new.values.items() if v is not HIDDEN}.items() <= old.values.items()


def test_province_totals_stay_public(haugiang_public):
    completion, levels = haugiang_public[:2]
    assert completion.row(level="ALL", group="ALL").values["completed"] == 5713
    assert levels.row(level="ALL", group="ALL").values["k"] == 2790
    assert levels.row(level="ALL", group="F").values["cd"] == 0


def test_complement_of_small_count_is_hidden(haugiang_public):
    total = haugiang_public[1].row(level="ALL", group="ALL").values
    assert (total["cd"], total["cd_pct"], total["d"], total["d_pct"]) == (HIDDEN,) * 4


def test_percentage_is_hidden_with_its_denominator(haugiang_public):
    """35 of 36 completed: the one who did not must not be told, so 35 is hidden, and the shares that would give it."""
    completion, levels = haugiang_public[:2]
    assert completion.row(level="THCS", group="EM").values["completed"] is HIDDEN
    assert levels.row(level="THCS", group="EM").values["k"] == 18
    assert levels.row(level="THCS", group="EM").values["k_pct"] is HIDDEN


def everybody(rank, count=40):
    person = Person("GVPT", "GV", "TH", False, False, False)
    return [Fact(person, "completed", rank)] * count


def test_level_shared_by_a_whole_group_is_hidden():
    """Women all at Khá: whoever knows a woman there would know her level, however many they are."""
    women = [Fact(Person("GVPT", "GV", "TH", True, False, False), "completed", 2)] * 30
    tables = compute(SMALL, Cube.from_facts(women + everybody(2) + everybody(3), SMALL.standards))

    values = suppress(SMALL, tables)[1].row(level="TH", group="F").values

    assert values["k"] is HIDDEN or HIDDEN in (values["cd"], values["d"], values["t"])


def test_nothing_is_hidden_where_no_group_is_small():
    person = [
        Person("GVPT", "GV", level, f, m, False) for level in LEVELS for f in (True, False) for m in (True, False)
    ]
    states: list[tuple] = [("completed", rank) for rank in range(4)] + [("not_done", None)]
    crowd = [Fact(who, status, rank) for who in person for status, rank in states for _ in range(5)]
    crowd += [Fact(who, "excluded", reason=reason) for who in person for reason in REASONS for _ in range(5)]
    tables = compute(SMALL, Cube.from_facts(crowd, SMALL.standards))
    tables = [result for result in tables if result.table.id not in ("A.1.3", "A.1.4")]

    assert suppress(SMALL, tables) == tables


def test_tables_that_disagree_are_refused():
    elsewhere = Fact(Person("GVPT", "GV", "GDTX", False, False, False), "completed", 3)
    tables = compute(SMALL, Cube.from_facts([*everybody(2), elsewhere], SMALL.standards))

    with pytest.raises(TablesDisagree):
        suppress(SMALL, tables)
