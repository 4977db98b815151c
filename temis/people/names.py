"""Lists of people by name, also of those found by a part of it in a whole country."""

import json
from functools import partial

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, F, Func, QuerySet, Value

from temis.core.paging import Page, found_first, keyset
from temis.organizations.queries import FEW, bodies_within
from temis.people.models import Person

# What more people are called is found all over the alphabet, as Nguyễn and Thị are; fewer are put in order in a moment.
COMMON = 50_000
COMMON_HERE = 10_000  # the same in a part of the country
# Of what so many are called, it may stand in one place of the order, as Hương does, or be found all over it, as Vũ is.
DOUBTFUL = 25_000
NEAR = 2_000  # people among whom it is then looked for first

ORDER = ("sort_key", "id")


class AnyOf(Func):
    """A number among those of an array. Of that many numbers PostgreSQL knows how many rows have them."""

    template = "(%(expressions)s))"
    arg_joiner = " = ANY("
    output_field = BooleanField()

    def __init__(self, name: str, numbers: list[int]) -> None:
        super().__init__(F(name), Value(numbers, output_field=ArrayField(BigIntegerField())))


def page_by_name(
    people: QuerySet[Person],
    *,
    path: str | None,
    text: str = "",
    few: bool = False,
    after: str = "",
    before: str = "",
    size: int = 50,
) -> Page[Person]:
    """A page in the order of names, of people in the part of the tree at `path` who are found by `text` in theirs, if
    one is given. `few`: there are not many.

    All who are called Tuấn stand in one place of that order, and those of a commune anywhere in it. PostgreSQL, which
    expects both everywhere, would go through half of the country before it meets them. So those who have a name are
    taken first and put in order then, unless it is a common one; as are people who are few for another reason.
    """
    bodies = bodies_within(path)
    is_small = bodies is not None and len(bodies) <= FEW
    expected = _expected(text, bodies) if text else 0
    page = partial(keyset, after=after, before=before, size=size)
    if bodies is None and DOUBTFUL < expected <= COMMON:
        return page(Person.objects.all(), ORDER, read=partial(_near_first, people))
    if not (few or is_small or (text and expected <= (COMMON if bodies is None else COMMON_HERE))):
        return page(people, ORDER)
    if bodies is not None and (text or is_small):
        people = people.filter(AnyOf("organization_id", bodies))
    return page(*found_first(people, ORDER))


def _expected(text: str, bodies: list[int] | None) -> int:
    """How many have that name, by what the database knows of the words of names (its statistics)."""
    people = Person.objects.filter(search__words=text).order_by()
    if bodies is not None:
        people = people.filter(AnyOf("organization_id", bodies))
    return int(json.loads(people.explain(format="json"))[0]["Plan"]["Plan Rows"])


def _near_first(people: QuerySet[Person], everybody: QuerySet[Person], number: int) -> list[Person]:
    """The first so many of `people` from where `everybody` begins."""
    order = everybody.query.order_by
    near = list(people.filter(pk__in=everybody.values("pk")[:NEAR]).order_by(*order)[:number])
    if len(near) == number:
        return near
    rest, _order = found_first(people & everybody, ORDER)
    return list(rest.order_by(*(str(name).replace("sort_key", "in_order") for name in order))[:number])
