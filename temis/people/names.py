"""Lists of people by name, also of those found by a part of it in a whole country."""

import json
from collections.abc import Callable
from enum import Enum, auto
from functools import partial
from itertools import chain, islice
from typing import Any

from django.db import connection
from django.db.models import Case, F, Func, Q, QuerySet, TextField, Value, When

from temis.core.fields import AnyOf, BeforeGiven, words_of
from temis.core.paging import Page, found_first, keyset, read_by_key
from temis.core.text import sort_ranges
from temis.organizations.models import Organization
from temis.organizations.queries import bodies_within
from temis.people.models import Person

ORDER = ("sort_key", "id")
NOT_OTHERWISE = Q(pk__in=())
# Those of one given name stand by their surnames: of these some come late, and so many more people are passed.
UNEVEN = 3
FEW = 60  # bodies whose people are sooner put in order than met in the order of names: those of a commune
STATEMENTS = 1_000  # people who are taken and put in order in the time of the statements that `TOGETHER` needs more

_WITH_SOMEBODY = """
SELECT low, high FROM unnest(%s::text[], %s::text[]) AS place (low, high) WHERE (
    SELECT id FROM people_person WHERE sort_key >= low AND sort_key < high ORDER BY sort_key LIMIT 1
) IS NOT NULL
"""


class GivenName(Func):
    """The last word of a folded name, as the statistics `person_given_name` know it."""

    template = "split_part(%(expressions)s, ' ', -1)"
    output_field = TextField()


class Way(Enum):
    """To a page of those who have a name."""

    TAKEN = auto()  # all of them, put in order then
    MET = auto()  # in the order of names, in which others are passed
    # Those of them whose given name it is, who stand together, met there; the others taken and put between.
    TOGETHER = auto()


def page_by_name(
    people: QuerySet[Person],
    *,
    path: str | None,
    text: str = "",
    otherwise: Q = NOT_OTHERWISE,
    few: bool = False,
    after: str = "",
    before: str = "",
    size: int = 50,
) -> Page[Person]:
    """A page in the order of names, of people in the part of the tree at `path`; where a `text` is given, of those who
    are found by it in their names or `otherwise`. `few`: there are not many.

    All who are called Tuấn stand in one place of that order, and those of a commune anywhere in it. PostgreSQL, which
    expects both everywhere, would go through half of the country before it meets them. So it is told which way to go:
    those who are few for another reason are always taken first.
    """
    found = Q(search__words=text) | otherwise if text else Q()
    bodies = bodies_within(path)
    is_small = bodies is not None and len(bodies) <= FEW
    way = Way.TAKEN if few or is_small else _shortest(text, bodies, size) if text else Way.MET
    if way is Way.TAKEN:
        people = people.filter(found)
        if bodies is not None and (text or is_small):
            people = people.filter(AnyOf("organization_id", bodies))
        return keyset(*found_first(people, ORDER), after=after, before=before, size=size)
    if bodies is not None:
        # Said once more, of the number of the body, which stands in the index. Of a sum PostgreSQL expects that it is
        # true of all; else it would think those who remain few.
        people = people.filter(AnyOf(F("organization_id") + 0, bodies))
    read: Callable[[QuerySet[Person], int], list[Person]] = read_by_key
    if way is Way.TOGETHER:
        read = partial(read_by_key, keys_of=partial(_keys_from_together, text=text, otherwise=otherwise))
    elif text:
        people = _met(people, found)
    return keyset(people, ORDER, after=after, before=before, size=size, read=read)


def _met(people: QuerySet[Person], found: Q) -> QuerySet[Person]:
    """Those of them who are found, which each is asked as he is met: for what is said of a case no index is used, and
    PostgreSQL expects that it is true of all."""
    return people.alias(is_found=Case(When(found, then=Value(1)), default=Value(0))).exclude(is_found=0)


def _keys_from_together(people: QuerySet[Person], number: int, *, text: str, otherwise: Q) -> list[int]:
    """The first so many of ordered people who are found by a text of one or two words, or `otherwise`."""
    is_backwards = tuple(people.query.order_by) != ORDER
    with connection.cursor() as cursor:  # of the spellings that are possible most are nobody's
        cursor.execute(
            _WITH_SOMEBODY, [list(ends) for ends in zip(*sort_ranges(words_of(text)[-1]), strict=True)] or [[], []]
        )
        places = cursor.fetchall()
    # One place after the other, in order, until the page is full; the first place of many is enough for that.
    met = (
        _keys(_met(people, Q(search__words=text)).filter(sort_key__gte=low, sort_key__lt=high)[:number])
        for low, high in sorted(places, reverse=is_backwards)
    )
    given = list(islice(chain.from_iterable(met), number))
    others = people.order_by().alias(rest=BeforeGiven("search", "sort_key")).filter(Q(rest__words=text) | otherwise)
    if len(given) == number:  # then those behind are on another page
        last, _ = given[-1]
        others = others.filter(sort_key__gte=last) if is_backwards else others.filter(sort_key__lte=last)
    return [key for _, key in sorted({*given, *_keys(others)}, reverse=is_backwards)[:number]]


def _keys(people: QuerySet[Person]) -> QuerySet[Person, tuple[str, int]]:
    return people.values_list("sort_key", "id")


def _shortest(text: str, bodies: list[int] | None, size: int) -> Way:
    """The way on which the fewest people are read, by what the database knows of the words of names (its statistics).
    Who has the name as his given one does not count where people are met all over the alphabet, as Vũ and Thị are:
    they stand in one place."""
    words = words_of(text)
    if not words:
        return Way.TAKEN
    everybody = _expected(Person.objects.all())
    named = _expected(Person.objects.filter(search__words=text))
    given = _expected(Person.objects.alias(given=GivenName("search")).filter(given__startswith=words[-1]))
    rest = BeforeGiven("search", "sort_key")
    others = _expected(Person.objects.alias(rest=rest).filter(rest__words=text))
    share = 1.0 if bodies is None else len(bodies) / _expected(Organization.objects.all())
    passed = UNEVEN * size / share
    read = {Way.TAKEN: named * share, Way.MET: passed * everybody / others}
    if len(words) <= 2:  # of a whole name: also by their surname in one place, which may be behind all others
        read[Way.TOGETHER] = STATEMENTS + others + passed * given / max(named - others, 1)
    return min(read, key=lambda way: read[way])


def _expected(rows: QuerySet[Any]) -> int:
    return max(1, int(json.loads(rows.order_by().explain(format="json"))[0]["Plan"]["Plan Rows"]))
