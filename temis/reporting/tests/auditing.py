"""An auditor who tries to compute people from what is public, on a template small enough to do it by force.

It shares no code with the rule (RPT-10).
"""

from fractions import Fraction
from itertools import chain, combinations, product

from hypothesis import strategies as st

from temis.reporting.cube import Fact, Person
from temis.reporting.formats import HIDDEN
from temis.reporting.template import REASONS, Template, builtin_template

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
