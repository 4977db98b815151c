"""Lists of people by name, also of those found by a part of it in a whole country."""

import json

from django.db.models import F, Func, QuerySet, TextField

from temis.core.fields import AnyOf, words_of
from temis.core.paging import Page, found_first, keyset, read_by_key
from temis.organizations.queries import bodies_within
from temis.people.models import Person

ORDER = ("sort_key", "id")
# Those of one given name stand by their surnames: of these some come late, and so many more people are passed.
UNEVEN = 3
FEW = 60  # bodies whose people are sooner put in order than met in the order of names: those of a commune


class GivenName(Func):
    """The last word of a folded name, as the statistics `person_given_name` know it."""

    template = "split_part(%(expressions)s, ' ', -1)"
    output_field = TextField()


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
    taken first and put in order then, unless a page of them is met sooner; as are people who are few for another
    reason.
    """
    bodies = bodies_within(path)
    is_small = bodies is not None and len(bodies) <= FEW
    if few or is_small or (text and not _is_met_sooner(text, bodies, size)):
        if bodies is not None and (text or is_small):
            people = people.filter(AnyOf("organization_id", bodies))
        return keyset(*found_first(people, ORDER), after=after, before=before, size=size)
    if bodies is not None:
        # Said once more, of the number of the body, which stands in the index. Of a sum PostgreSQL expects that it is
        # true of all; else it would think those who remain few.
        people = people.filter(AnyOf(F("organization_id") + 0, bodies))
    return keyset(people, ORDER, after=after, before=before, size=size, read=read_by_key)


def _is_met_sooner(text: str, bodies: list[int] | None, size: int) -> bool:
    """Are fewer people passed in the order of names until a page is full than there are with that name? By what the
    database knows of the words of names (its statistics). Who has it as a given name does not count: they stand in one
    place. Surnames and middle names are met all over the alphabet, as Vũ and Thị are."""
    words = words_of(text)
    if not words:
        return False
    everybody = _expected(Person.objects.all())
    named = _expected(Person.objects.filter(search__words=text))
    given = Person.objects.alias(given=GivenName("search")).filter(given__startswith=words[-1])
    share = 1.0 if bodies is None else _expected(Person.objects.filter(AnyOf("organization_id", bodies))) / everybody
    spread = max(named - _expected(given), 1) * share
    return UNEVEN * size * everybody / spread < named * share


def _expected(people: QuerySet[Person]) -> int:
    return int(json.loads(people.order_by().explain(format="json"))[0]["Plan"]["Plan Rows"])
