"""Lists of people by name, also of those found by a part of it in a whole country."""

import json
from collections.abc import Sequence

from django.db.models import F, Func, QuerySet, TextField

from temis.core.paging import Page, keyset
from temis.people.models import Person

# What more people are called is found all over the alphabet, as Nguyễn and Thị are; fewer are put in order in a moment.
COMMON = 50_000


class Unindexed(Func):
    """The same text, as no index has it."""

    template = "(%(expressions)s || '')"
    output_field = TextField()


def page_by_name(
    people: QuerySet[Person], *, text: str = "", few: bool = False, after: str = "", before: str = "", size: int = 50
) -> Page[Person]:
    """A page in the order of names, of people found by `text` in theirs, if one is given. `few`: there are not many.

    All who are called Tuấn stand in one place of that order. PostgreSQL, which expects them everywhere in it, would go
    through half of the country before it meets them. So those who have a name are taken first and put in order then,
    unless it is a common one; as are people who are few for another reason.
    """
    order: Sequence[str] = ("sort_key", "id")
    if few or (text and not _is_common(text)):
        people, order = people.annotate(by_name=Unindexed(F("sort_key"))), ("by_name", "id")
    return keyset(people, order, after=after, before=before, size=size)


def _is_common(text: str) -> bool:
    """By what the database knows of the words of names (its statistics)."""
    plan = Person.objects.filter(search__words=text).order_by().explain(format="json")
    return bool(json.loads(plan)[0]["Plan"]["Plan Rows"] > COMMON)
