"""Small SQL functions as Django expressions."""

import re
from typing import Any

from django.db import models

from temis.core.text import fold


class VnFold(models.Func):
    """`vn_fold(text)`: lower case without diacritics, immutable, for indexes and generated columns."""

    function = "vn_fold"
    output_field = models.TextField()


class WordsOf(models.Func):
    """The words of a folded text, for an index that `search__words` uses."""

    template = "to_tsvector('simple'::regconfig, %(expressions)s)"
    output_field = models.TextField()


@models.TextField.register_lookup
class Words(models.Lookup):
    """`search__words="nguyen van a"`: these words one after the other, the last one perhaps only begun.

    On a folded text; so "anh" finds Ánh and Anh Thư, not Danh. What holds no word finds nothing.
    """

    lookup_name = "words"

    def get_prep_lookup(self) -> str:
        words = re.findall(r"\w+", fold(str(self.rhs)))
        return " <-> ".join(words) + ":*" if words else ""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, values = self.process_lhs(compiler, connection)
        query, more = self.process_rhs(compiler, connection)
        return f"to_tsvector('simple'::regconfig, {column}) @@ to_tsquery('simple', {query})", (*values, *more)
