"""The table of quick work: what is counted and chosen by plain values is what the whole records say."""

from collections.abc import Iterator
from copy import deepcopy
from itertools import cycle, product

import pytest
from django.urls import reverse

from temis.appraisals import decision_rules, rules
from temis.appraisals.aggregates import aggregates_for
from temis.appraisals.enums import State
from temis.appraisals.models import Appraisal, Period
from temis.appraisals.queries import decision_table as queries
from temis.appraisals.queries.decision import decidable, last_results
from temis.appraisals.queries.decision_table import heard, roll, table_rows
from temis.appraisals.tests.factories import DURING_DECISION, appraisal_of, in_state, make_open_period
from temis.appraisals.views import decision_table
from temis.core import clock
from temis.core.paging import key_token
from temis.opinions.models import OpinionTally
from temis.opinions.tests.factories import put_sums
from temis.people.models import Person
from temis.standards.models import Edition
from temis.standards.queries import edition_rule
from tests.cast import Cast, build
from tests.kept import rows_of_a_module

STATES = (State.OPEN, State.SUBMITTED, State.DECIDED, State.ANNOUNCED, State.ACKNOWLEDGED, State.OBJECTED)
# Opinions given of which level, and whether they are closed; None where nobody has given one.
OPINIONS = (None, (2, 2, True), (3, 2, True), (4, 1, True), (3, 2, False))
# Level and edition ("" for a paper result without levels) of last year's result; None where there is none.
LAST = (None, (2, "GVPT-20/2018"), (1, "GVPT-20/2018"), (1, "HT-14/2018"), (1, ""))


@pytest.fixture(scope="module")
def kept(django_db_setup, django_db_blocker) -> Iterator[tuple[Cast, list[Appraisal]]]:
    """The cast, and everybody of its school: made once, which takes seconds."""
    with rows_of_a_module(django_db_blocker), clock.hold(DURING_DECISION):
        cast = build()
        yield cast, make_everybody(cast, make_open_period(cast))


@pytest.fixture
def cast(db, kept) -> Cast:
    return deepcopy(kept[0])


@pytest.fixture
def everybody(db, kept) -> Iterator[list[Appraisal]]:
    with clock.hold(DURING_DECISION):
        yield list(kept[1])


def make_everybody(cast: Cast, period: Period) -> list[Appraisal]:
    """A school with every kind of row, in one of two groups or in none."""
    kinds = list(product(STATES, (True, False), OPINIONS, LAST))
    one, old = appraisal_of(cast, "teacher", period), make_open_period(cast, 2019)
    Appraisal.objects.all().delete()
    groups = (cast.teacher.group, cast.lone_teacher.group, None)
    people = Person.objects.bulk_create(
        Person(code=f"930{place:03}", full_name="Trần Thị Mai", gender="F", sort_key=f"{place * 7 % 300:03}")
        for place in range(len(kinds))
    )
    found, earlier = [], []
    for person, (state, due, _opinions, last), group in zip(people, kinds, cycle(groups), strict=False):
        own = in_state(one.subject, state, person=person, group=group, decision_due=due)
        found.append(like(one, **own))
        if last:
            earlier.append(like(one, period=old, person=person, **result(*last)))
    Appraisal.objects.bulk_create([*earlier, *found])
    for own, (_state, _due, opinions, _last) in zip(found, kinds, strict=True):
        if opinions:
            given, level, closed = opinions
            put_sums(cast, own, given, [level] * 15, closed=closed)
    return found


def like(one: Appraisal, **changes) -> Appraisal:
    same = ("period", "organization", "edition", "subject", "position", "level", "decided_in")
    return Appraisal(**{name: getattr(one, name) for name in same} | changes)


def result(level: int, code: str) -> dict[str, object]:
    edition = Edition.objects.get(code=code or "GVPT-20/2018")
    return {
        "state": State.ANNOUNCED,
        "edition": edition,
        "decided_levels": [level] * len(edition_rule(edition).criteria) if code else None,
        "decided_overall": level,
        "decided_at": DURING_DECISION,
        "announced_at": DURING_DECISION,
    }


def members(cast: Cast, everybody: list[Appraisal]) -> dict[str, set[int]]:
    """Who belongs to what the list is narrowed to, by whole records and the rules."""
    sums = aggregates_for(cast.scope("principal"), [one.pk for one in everybody])
    last = last_results([one.pk for one in everybody])
    waiting = {one.pk for one in everybody if one.decision_due and one.state in rules.DECIDE.sources}
    agree, differ = set(), set()
    for one in everybody:
        medians = sums[one.pk].medians
        before = last[one.pk].levels if one.pk in last else None
        said = [[voice[place] for voice in (one.self_levels, medians, before) if voice] for place in range(15)]
        if decision_rules.agrees(one.self_levels, medians):
            agree.add(one.pk)
        if any(decision_rules.disagree(*levels) for levels in said):
            differ.add(one.pk)
    return {
        "all": {one.pk for one in everybody},
        "waiting": waiting,
        "agrees": waiting & agree,
        "differs": differ,
        "announce": {one.pk for one in everybody if one.state == State.DECIDED},
        "objected": {one.pk for one in everybody if one.state == State.OBJECTED},
        "not_due": {one.pk for one in everybody if not one.decision_due},
    }


def shown(response) -> list[int]:
    return [row.appraisal.pk for _sheet, rows in response.context["sheets"] for row in rows]


@pytest.fixture
def principal(cast, client):
    client.force_login(cast.principal.user)
    return client


def test_each_choice_has_the_members_and_the_number_that_whole_records_give(cast, everybody, principal, monkeypatch):
    monkeypatch.setattr(decision_table, "PAGE", len(everybody))
    expected = members(cast, everybody)
    assert all(len(expected[show]) > 0 for show in decision_table.SHOWS)

    for show, people in expected.items():
        page = principal.get(reverse("appraisals:school"), {"show": show})
        assert (show, set(shown(page))) == (show, people)
        assert {key: number for key, _label, number in page.context["shows"]} == {
            key: len(some) for key, some in expected.items()
        }


def test_a_group_narrows_what_is_shown_and_no_number(cast, everybody, principal, monkeypatch):
    monkeypatch.setattr(decision_table, "PAGE", len(everybody))
    expected, group = members(cast, everybody), cast.lone_teacher.group
    in_group = {one.pk for one in everybody if one.group_id == group.pk}

    page = principal.get(reverse("appraisals:school"), {"show": "differs", "group": group.pk})

    assert set(shown(page)) == expected["differs"] & in_group
    assert {key: number for key, _label, number in page.context["shows"]}["differs"] == len(expected["differs"])
    named = {str(one.pk): one.name for one in (cast.teacher.group, group)}
    assert page.context["groups"] == sorted(named.items(), key=lambda one: one[1])


def test_numbers_at_the_top_are_those_of_everybody(cast, everybody, principal):
    tally = principal.get(reverse("appraisals:school"), {"show": "objected"}).context["tally"]

    def number(test) -> int:
        return sum(map(test, everybody))

    assert (tally.total, tally.decided, tally.to_announce, tally.not_due) == (
        len(everybody),
        number(lambda one: rules.is_decided(one.state)),
        number(lambda one: one.state == State.DECIDED),
        number(lambda one: not one.decision_due and not rules.is_decided(one.state)),
    )


def test_a_row_stands_as_its_line_does(cast, everybody):
    """Whether somebody is read in a list of hundreds or alone."""
    scope = cast.scope("principal")
    people = decidable(scope, everybody[0].period)

    lines = heard(scope, roll(people), people)

    rows = table_rows(scope, people)
    assert [(line.pk, line.standing) for line in lines] == [(row.appraisal.pk, row.standing) for row in rows]


def test_sums_wait_to_be_opened_where_a_whole_record_says_so(cast, everybody, principal):
    sums = aggregates_for(cast.scope("principal"), [one.pk for one in everybody])
    waiting = {pk for pk, one in sums.items() if one.hidden_code == "CLOSING"}
    assert waiting == set(OpinionTally.objects.filter(closed=False).values_list("pk", flat=True))
    address = reverse("appraisals:school")

    # Whichever page or part of the list is shown.
    assert principal.get(address, {"show": "agrees"}).context["closing"]
    OpinionTally.objects.filter(closed=False).update(closed=True)
    assert not principal.get(address).context["closing"]


def test_pages_follow_the_order_of_the_list_within_a_choice(cast, everybody, principal, monkeypatch):
    monkeypatch.setattr(decision_table, "PAGE", 7)
    wanted = members(cast, everybody)["announce"]
    order = list(decidable(cast.scope("principal"), everybody[0].period).values_list("pk", flat=True))
    expected = [pk for pk in order if pk in wanted]

    found, token, first = [], "", None
    while token is not None:
        page = principal.get(reverse("appraisals:school"), {"show": "announce", "after": token})
        assert len(shown(page)) <= 7
        found += shown(page)
        first = first or shown(page)
        token = page.context["page"].next or None

    assert found == expected
    address = reverse("appraisals:school")
    # Who is not in the choice any more keeps his place; who is not in the list leads back to the first page, as does
    # a place after which, or before which, there is nobody.
    place = next(place for place, pk in enumerate(order) if pk not in wanted and place > order.index(expected[9]))
    after = shown(principal.get(address, {"show": "announce", "after": key_token([order[place]])}))
    assert after == [pk for pk in order[place:] if pk in wanted][:7]
    before = shown(principal.get(address, {"show": "announce", "before": key_token([order[place]])}))
    assert before == [pk for pk in order[:place] if pk in wanted][-7:]
    for name, pk in (("after", 0), ("before", 0), ("after", order[-1]), ("before", order[0])):
        assert shown(principal.get(address, {"show": "announce", name: key_token([pk])})) == first


def test_queries_do_not_grow_with_the_list(everybody, principal, django_assert_max_num_queries):
    address, counts = reverse("appraisals:school"), []
    for left in (len(everybody), 60):  # of each state, due or not, with every kind of opinions and results
        kept = [one.pk for one in everybody[:: len(everybody) // left]]
        Appraisal.objects.filter(period=everybody[0].period).exclude(pk__in=kept).delete()
        principal.get(address)
        with django_assert_max_num_queries(40) as queries:
            page = principal.get(address)
        assert page.context["tally"].total == left
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_only_rows_of_the_page_are_read_whole(everybody, principal, monkeypatch):
    monkeypatch.setattr(decision_table, "PAGE", 5)
    made, of = [], Appraisal.from_db.__func__
    monkeypatch.setattr(Appraisal, "from_db", classmethod(lambda *args: made.append(args) or of(*args)))

    principal.get(reverse("appraisals:school"))

    assert len(made) == 5


# Of several schools


@pytest.fixture
def several(cast, everybody) -> list[Appraisal]:
    """The same people in two schools, all with the head of the first."""
    Appraisal.objects.filter(pk__in=[one.pk for one in everybody[::2]]).update(organization=cast.bodies["school_20"])
    return everybody


def walk(client, **query) -> list[list[int]]:
    pages, token = [], ""
    while token is not None:
        page = client.get(reverse("appraisals:school"), query | {"after": token})
        pages.append(shown(page))
        token = page.context["page"].next or None
    return pages


def walk_back(client, last: list[int], **query) -> list[list[int]]:
    """The pages before one that begins with this, first page first."""
    pages, token = [], key_token(last[:1])
    while token:
        page = client.get(reverse("appraisals:school"), query | {"before": token})
        pages.append(shown(page))
        token = page.context["page"].previous
    return pages[::-1]


def test_of_several_schools_what_compares_is_not_counted(cast, several, principal):
    expected = members(cast, several)
    for show in expected:
        page = principal.get(reverse("appraisals:school"), {"show": show})
        counted = {key: number for key, _label, number in page.context["shows"]}
        assert counted == {key: None if key in ("agrees", "differs") else len(some) for key, some in expected.items()}


@pytest.mark.parametrize(("show", "size"), [("all", 17), ("agrees", 3), ("differs", 11), ("announce", 11)])
@pytest.mark.parametrize("at_once", [1, 80])
def test_pages_of_several_schools_are_short_and_say_the_same(
    cast, several, principal, monkeypatch, show, size, at_once
):
    monkeypatch.setattr(queries, "AT_ONCE", at_once)
    monkeypatch.setattr(decision_table, "PAGE_OF_SEVERAL", size)

    pages = walk(principal, show=show)

    assert {len(page) for page in pages[:-1]} == {size}
    assert walk_back(principal, pages[-1], show=show) == pages[:-1]
    order = decidable(cast.scope("principal"), several[0].period).values_list("pk", flat=True)
    wanted = members(cast, several)[show]
    assert [pk for page in pages for pk in page] == [pk for pk in order if pk in wanted]


def test_few_people_of_several_schools_stand_on_one_page_with_all_numbers(cast, several, principal):
    few = several[: decision_table.PAGE]
    Appraisal.objects.filter(period=few[0].period).exclude(pk__in=[one.pk for one in few]).delete()

    page = principal.get(reverse("appraisals:school"))

    assert set(shown(page)) == {one.pk for one in few}
    counted = {key: number for key, _label, number in page.context["shows"]}
    assert counted == {key: len(some) for key, some in members(cast, few).items()}


def test_rows_of_several_schools_stand_as_those_of_one(cast, several, principal):
    (_sheet, rows), *_others = principal.get(reverse("appraisals:school")).context["sheets"]
    scope = cast.scope("principal")
    people = decidable(scope, several[0].period)
    lines = heard(scope, roll(people), people)
    standings = {line.pk: line.standing for line in lines}

    assert [row.standing for row in rows] == [standings[row.appraisal.pk] for row in rows]


@pytest.mark.parametrize("typed", ["Đặng Văn Lâm", "dang van l", "93777"])
def test_one_of_several_schools_is_found_by_name_or_code(cast, several, principal, typed):
    chosen = several[5]
    Person.objects.filter(pk=chosen.person_id).update(full_name="Đặng Văn Lâm", code="93777")

    page = principal.get(reverse("appraisals:school"), {"q": typed})

    assert shown(page) == [chosen.pk]
    assert page.context["tally"].total == len(several)


def test_people_of_a_school_are_found_by_its_name(cast, several, principal):
    name = cast.bodies["school_20"].name

    found = {pk for page in walk(principal, q=name.upper()) for pk in page}

    assert found == {one.pk for one in several[::2]}
    assert shown(principal.get(reverse("appraisals:school"), {"q": "không có ai"})) == []
