"""PostgreSQL's `ltree` as a model field: the path of a body in the tree, labels joined by dots.

Own 40 lines because django-ltree wants PostgreSQL 16 (ADR 1). The empty path is refused: it is the ancestor of
everything, and a filter by it would open the whole country.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models


class LtreeField(models.Field):
    description = "path in a tree"

    def db_type(self, connection: Any) -> str:
        return "ltree"

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        if value == "":
            raise ValidationError("an empty path is the ancestor of everything")
        return None if value is None else str(value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return super().get_db_prep_value(value, connection, prepared)

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        return "%s::ltree"


class _PathLookup(models.Lookup):
    operator = ""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        cast = "" if hasattr(self.rhs, "resolve_expression") or "::ltree" in right else "::ltree"
        return f"{left} {self.operator} {right}{cast}", (*left_params, *right_params)


@LtreeField.register_lookup
class Within(_PathLookup):
    """The node itself and all below it."""

    lookup_name, operator = "within", "<@"


@LtreeField.register_lookup
class Contains(_PathLookup):
    """The node itself and all above it."""

    lookup_name, operator = "above", "@>"
