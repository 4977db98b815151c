"""Values put into cells of staged rows, one at a time or in all rows with the same problem."""

import json
from collections.abc import Iterable, Sequence

from django.db import connection
from django.utils.translation import gettext as _

from temis.core.errors import RuleViolation
from temis.exchange.cells import key
from temis.exchange.columns import Column, Layout
from temis.exchange.engine import layout_for
from temis.exchange.models import ImportBatch, ImportProblem
from temis.exchange.parsing import RowParser
from temis.exchange.staging import as_json, copy, row_columns, save_problems

LONGEST = 2_000
Staged = tuple[int, list[str]]


def columns_of(batch: ImportBatch, layout: Layout) -> list[Column | None]:
    """What each column of the file stands for."""
    return [layout.by_heading.get(key(heading)) for heading in batch.headings]


def set_cell(batch: ImportBatch, number: int, place: int, value: str) -> None:
    """Put a value into one cell and read the row anew."""
    layout = layout_for(batch)
    rows = _fetch(batch, layout, [number])
    if not rows or not 0 <= place < len(batch.headings) or len(value) > LONGEST:
        raise RuleViolation("IMP-04", _("Không còn ô này. Hãy tải lại trang."))
    cells = rows[0][1]
    cells[place] = value
    _store(batch, layout, [(number, cells)])


def rows_with(batch: ImportBatch, field: str, code: str, value: str) -> list[int]:
    """The rows in which this column has this problem with this value."""
    found = ImportProblem.objects.filter(batch=batch, column=field, code=code, value=value)
    return list(found.order_by("number").values_list("number", flat=True).distinct())


def replace_value(batch: ImportBatch, numbers: Sequence[int], field: str, new: str) -> None:
    """Put `new` into this column of these rows."""
    layout = layout_for(batch)
    place = next((i for i, column in enumerate(columns_of(batch, layout)) if column and column.field == field), None)
    if place is None or len(new) > LONGEST:
        raise RuleViolation("IMP-04", _("Không còn ô này. Hãy tải lại trang."))
    rows = _fetch(batch, layout, numbers)
    for _number, cells in rows:
        cells[place] = new
    _store(batch, layout, rows)


def _fetch(batch: ImportBatch, layout: Layout, numbers: Sequence[int]) -> list[Staged]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT number, cells::text FROM {layout.model._meta.db_table} WHERE batch_id = %s AND number = ANY(%s)",
            [batch.pk, list(numbers)],
        )
        return [(number, json.loads(cells)) for number, cells in cursor.fetchall()]


def _store(batch: ImportBatch, layout: Layout, rows: Iterable[Staged]) -> None:
    """Read the rows anew and put them, with their problems, in the place of what was there."""
    parser, names = RowParser(layout, columns_of(batch, layout)), row_columns(layout)
    values, problems, numbers = [], [], []
    for number, cells in rows:
        typed, found = parser.parse(number, cells)
        problems += found
        numbers.append(number)
        values.append([as_json(cells), *[typed[name] for name in names], batch.pk, number])
    table, columns = layout.model._meta.db_table, ("cells", *names)
    assignments = ", ".join(f"{name} = m.{name}" for name in columns)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS mended")
        cursor.execute(f"CREATE TEMP TABLE mended (LIKE {table}) ON COMMIT DROP")
        copy("mended", (*columns, "batch_id", "number"), values)
        cursor.execute(
            f"UPDATE {table} t SET {assignments} FROM mended m WHERE t.batch_id = m.batch_id AND t.number = m.number"
        )
    ImportProblem.objects.filter(batch=batch, number__in=numbers, by_comparison=False).delete()
    save_problems(batch.pk, problems)
