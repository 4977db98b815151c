"""Small SQL functions as Django expressions."""

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.expressions import Combinable

from temis.core.text import fold


class VnFold(models.Func):
    """`vn_fold(text)`: lower case without diacritics, immutable, for indexes and generated columns."""

    function = "vn_fold"
    output_field = models.TextField()


class AnyOf(models.Func):
    """A number among those of an array: PostgreSQL knows how many rows have them, and looks each up by a hash."""

    template = "(%(expressions)s))"
    arg_joiner = " = ANY("
    output_field = models.BooleanField()

    def __init__(self, number: str | Combinable, numbers: Iterable[int]) -> None:
        array = models.Value(list(numbers), output_field=ArrayField(models.BigIntegerField()))
        super().__init__(number, array)


def words_of(text: str) -> list[str]:
    """As `search__words` reads it."""
    return re.findall(r"[^\W_]+", fold(text))


class WordsOf(models.Func):
    """The words of a folded text, for an index that `search__words` uses."""

    template = "to_tsvector('simple'::regconfig, %(expressions)s)"
    output_field = models.TextField()


class PairsOf(models.Func):
    """`vn_pairs(text)`: each two words of a folded text side by side, for an index that `search__words` uses."""

    function = "vn_pairs"
    output_field = models.TextField()


class BeforeGiven(models.Func):
    """`vn_before_given(search, sort_key)`: a folded name without the given one, which stands last; the whole name where
    it may hold letters by which `core.text.sort_ranges` does not find it."""

    function = "vn_before_given"
    output_field = models.TextField()


@models.TextField.register_lookup
class Words(models.Lookup):
    """`search__words="nguyen van a"`: these words one after the other, the last one perhaps only begun.

    On a folded text; so "anh" finds Ánh and Anh Thư, not Danh. Two words and more are looked for as pairs: half of the
    country has the one or the other. What holds no word finds nothing.
    """

    lookup_name = "words"

    def get_prep_lookup(self) -> list[str]:
        return words_of(str(self.rhs))

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, values = self.process_lhs(compiler, connection)
        words: list[str] = self.rhs
        found, wanted = f"to_tsvector('simple'::regconfig, {column})", words
        if len(words) > 1:
            found, wanted = f"vn_pairs({column})", [f"{one} {two}" for one, two in pairwise(words)]
        query = " & ".join(f"'{one}'" for one in wanted) + ":*" if wanted else ""
        return f"{found} @@ %s::tsquery", (*values, query)
