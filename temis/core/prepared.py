"""Querysets that are put together once.

To put a queryset together and turn it into SQL takes Django several times as long as to fetch one person's few rows
with it; on the pages of the last day that was a quarter of all work. A `Prepared` one is turned into SQL at its first
use in a process; afterwards only its values change.

What it finds is what the queryset finds; a test holds the two together for everything that is `known`.
"""

from collections.abc import Callable, Hashable
from dataclasses import fields, replace
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections, models, router
from django.db.models.query import get_related_populators

from temis.access import Scope

M = TypeVar("M", bound=models.Model)

MOST = 256  # ways in which one queryset is put together: by roles and delegated rights
# What of a scope decides how a queryset is put together; the rest are values.
_SHAPE = ("role", "permissions")


class Slot(models.Expression):
    """In the place of a value that changes from use to use; stands among the parameters as itself."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]


class Prepared(Generic[M]):
    """`build` takes `slots` by name and makes a queryset of instances: with `select_related` and annotations, without
    prefetching or `values`. Its first argument is the scope, if `rows` is given one: it asks for rights as ever, and
    each role has its own SQL. Nothing else may decide how it is put together.

    Values are given as the database takes them: numbers, texts, days.
    """

    def __init__(self, model: type[M], build: Callable[..., models.QuerySet[M]], *slots: str) -> None:
        self._model, self.build, self._slots = model, build, slots
        self._compiled: dict[Hashable, _Compiled | None] = {}
        known.append(self)

    def rows(self, *scope: Scope, **values: Any) -> list[M]:
        alias = router.db_for_read(self._model)
        shape = (alias, *map(_shape, scope))
        try:
            compiled = self._compiled[shape]
        except KeyError:
            compiled = self._prepare(shape, scope)
        for one in scope:
            values |= one.__dict__
        return compiled.rows(alias, values) if compiled else []

    def first(self, *scope: Scope, **values: Any) -> M | None:
        """Of a queryset that finds by a key, or is ordered and limited."""
        found = self.rows(*scope, **values)
        return found[0] if found else None

    def _prepare(self, shape: Hashable, scope: tuple[Scope, ...]) -> "_Compiled | None":
        if len(self._compiled) >= MOST:
            self._compiled.clear()
        queryset = self.build(*map(_with_slots, scope), **{name: Slot(name) for name in self._slots})
        try:
            self._compiled[shape] = _Compiled(queryset)
        except EmptyResultSet:  # no right
            self._compiled[shape] = None
        return self._compiled[shape]


def _shape(scope: Scope) -> Hashable:
    absent = tuple(one is None for one in (scope.person_id, scope.group_id, scope.path, scope.delegation_id))
    return (*(getattr(scope, name) for name in _SHAPE), absent)


def _with_slots(scope: Scope) -> Scope:
    names = [one.name for one in fields(scope) if one.name not in _SHAPE and getattr(scope, one.name) is not None]
    slots: dict[str, Any] = {name: Slot(name) for name in names}
    return replace(scope, **slots)


known: list[Prepared[Any]] = []


class _Compiled:
    """What Django's own `ModelIterable` works out anew each time, kept. Nothing in it changes, so threads share it."""

    def __init__(self, queryset: models.QuerySet[Any]) -> None:
        compiler = queryset.query.get_compiler(using=queryset.db)
        self._sql, self._params = compiler.as_sql()
        select, info = compiler.select, compiler.klass_info
        assert info is not None
        self._model = info["model"]
        self._start, self._end = info["select_fields"][0], info["select_fields"][-1] + 1
        self._columns = [column[0].target.attname for column in select[self._start : self._end]]
        self._related = get_related_populators(info, select, queryset.db)  # type: ignore[call-arg]  # the stubs are of Django 6
        self._annotations = list(compiler.annotation_col_map.items())
        self._converters = list(compiler.get_converters([column[0] for column in select]).items())

    def rows(self, alias: str, values: dict[str, Any]) -> list[Any]:
        connection = connections[alias]
        params = [values[one.name] if isinstance(one, Slot) else one for one in self._params]
        with connection.cursor() as cursor:
            cursor.execute(self._sql, params)
            found = cursor.fetchall()
        return [self._instance(self._converted(row, connection), alias) for row in found]

    def _converted(self, row: tuple[Any, ...], connection: Any) -> Any:
        if not self._converters:
            return row
        cells = list(row)
        for place, (converters, expression) in self._converters:
            for convert in converters:
                cells[place] = convert(cells[place], expression, connection)
        return cells

    def _instance(self, row: Any, alias: str) -> models.Model:
        made: models.Model = self._model.from_db(alias, self._columns, row[self._start : self._end])
        for one in self._related:
            one.populate(row, made)
        for name, place in self._annotations:
            setattr(made, name, row[place])
        return made
