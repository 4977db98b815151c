"""What stands in the way of undoing an import (IMP-05): whatever was built on what it made or changed.

All questions are asked of sets: the records of the import stand in two temporary tables, `undo_made` and `undo_changed`
("table", id), for the rest of the transaction.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models.expressions import RawSQL
from django.db.models.fields.reverse_related import ForeignObjectRel
from django.utils.translation import gettext as _

from temis.accounts.models import User
from temis.appraisals.models import Appraisal
from temis.exchange.models import ImportBatch

# Columns that repeat what another record says, and are written anew after the undo: no reason to refuse.
_REPEATED = {
    ("people_person", "organization"),
    ("people_person", "group"),
    ("organizations_organization", "parent"),
}

_RECORDS = (
    "DROP TABLE IF EXISTS undo_made, undo_changed",
    """CREATE TEMP TABLE undo_made ON COMMIT DROP AS
       SELECT "table", unnest(ids) AS id FROM exchange_createdrecords WHERE batch_id = %(batch)s""",
    """CREATE TEMP TABLE undo_changed ON COMMIT DROP AS
       SELECT "table", object_id AS id FROM exchange_changedrecord WHERE batch_id = %(batch)s""",
    'CREATE INDEX ON undo_made (id, "table")',
    'CREATE INDEX ON undo_changed (id, "table")',
    "ANALYZE undo_made",
    "ANALYZE undo_changed",
)
_CHANGED_SINCE = """
SELECT count(*) FROM exchange_changedrecord c JOIN {table} t ON t.id = c.object_id
WHERE c.batch_id = %(batch)s AND c."table" = %(table)s AND NOT to_jsonb(t) @> c.after
"""
# Keys that are no numbers belong to tables that no import writes.
_POINTING = """
SELECT count(*) FROM {other} t
WHERE t.{column} IN (SELECT id FROM undo_made WHERE "table" = %(table)s)
"""
_NOT_OURS = """
  AND NOT EXISTS (SELECT FROM undo_made m WHERE m."table" = %(other)s AND m.id = t.{key})
  AND NOT EXISTS (SELECT FROM undo_changed c WHERE c."table" = %(other)s AND c.id = t.{key})
"""
_LATER_BATCHES = """
SELECT b.id, b.file_name FROM exchange_importbatch b
WHERE b.id > %(batch)s AND b.state = 'LOADED' AND EXISTS (
    SELECT FROM exchange_changedrecord c
    WHERE c.batch_id = b.id
      AND (EXISTS (SELECT FROM undo_made m WHERE m.id = c.object_id AND m."table" = c."table")
           OR EXISTS (SELECT FROM undo_changed o WHERE o.id = c.object_id AND o."table" = c."table")))
ORDER BY b.id LIMIT 3
"""


@dataclass(frozen=True)
class Dependent:
    """Records that would be left without what they point at."""

    name: str
    count: int

    def __str__(self) -> str:
        return f"{self.name}: {self.count}"


def list_records(batch: ImportBatch) -> None:
    """Make the tables of what the import made and changed."""
    with connection.cursor() as cursor:
        for statement in _RECORDS:
            cursor.execute(statement, {"batch": batch.pk})


def reasons_against(batch: ImportBatch) -> list[str]:
    """Why the import cannot be undone; `list_records` must have run."""
    return [*_later_batches(batch), *_changed_since(batch), *map(str, dependents(batch))]


def dependents(batch: ImportBatch) -> list[Dependent]:
    """Records outside the batch that point at records it made."""
    found = []
    for table in tables_made():
        model = model_of(table)
        for relation in _relations(model):
            if count := _pointing(table, relation.field):
                found.append(Dependent(str(relation.related_model._meta.verbose_name), count))
        found += _used(model)
    return found


def tables_made() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute('SELECT DISTINCT "table" FROM undo_made ORDER BY 1')
        return [row[0] for row in cursor.fetchall()]


def model_of(table: str) -> type[models.Model]:
    return next(model for model in apps.get_models() if model._meta.db_table == table)


def _pointing(table: str, field: models.ForeignKey[Any, Any]) -> int:
    """How many records of the field's table, not made or changed by the batch, point at what it made in `table`."""
    other = field.model._meta
    statement = _POINTING
    if isinstance(other.pk, models.AutoField | models.BigAutoField):
        statement += _NOT_OURS
    if (other.db_table, field.name) == ("exchange_importbatch", "organization"):
        statement += " AND created_by_id IS NOT NULL"  # see undo_records
    statement = statement.format(other=other.db_table, column=field.column, key=other.pk.column)
    with connection.cursor() as cursor:
        cursor.execute(statement, {"table": table, "other": other.db_table})
        count: int = cursor.fetchone()[0]
    return count


def _used(model: type[models.Model]) -> Iterator[Dependent]:
    """Use that leaves no record pointing here: a login, an answer to an announced result."""
    made = RawSQL('SELECT id FROM undo_made WHERE "table" = %s', [model._meta.db_table])
    logged_in = User.objects.filter(pk__in=made, last_login__isnull=False)
    if model is User and (count := logged_in.count()):
        yield Dependent(_("tài khoản đã đăng nhập"), count)
    answered = Appraisal.objects.filter(pk__in=made, state__in=("ACKNOWLEDGED", "OBJECTED"))
    if model is Appraisal and (count := answered.count()):
        yield Dependent(_("kết quả đã được xác nhận hoặc phản hồi"), count)


def _relations(model: type[models.Model]) -> Iterator[Any]:
    """Foreign keys of other tables to this one (also those without a name), without the history of rows and views."""
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or relation.field.many_to_many:
            continue
        other = relation.related_model
        if hasattr(other, "pgh_tracked_model") or other._meta.app_label == "pghistory" or not other._meta.managed:
            continue
        if (other._meta.db_table, relation.field.name) not in _REPEATED:
            yield relation


def _later_batches(batch: ImportBatch) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_LATER_BATCHES, {"batch": batch.pk})
        return [_("đợt nạp sau đã sửa tiếp: %(file)s") % {"file": name} for _id, name in cursor.fetchall()]


def _changed_since(batch: ImportBatch) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute('SELECT DISTINCT "table" FROM undo_changed ORDER BY 1')
        tables = [row[0] for row in cursor.fetchall()]
    for table in tables:
        with connection.cursor() as cursor:
            cursor.execute(_CHANGED_SINCE.format(table=table), {"batch": batch.pk, "table": table})
            if count := cursor.fetchone()[0]:
                name = str(model_of(table)._meta.verbose_name)
                yield _("%(name)s đã được sửa sau đó: %(count)d") % {"name": name, "count": count}
