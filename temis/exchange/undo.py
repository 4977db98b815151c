"""Undoing an import: what it made is removed, what it changed is put back, unless something depends on it."""

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
from temis.core.errors import RuleViolation
from temis.exchange.engine import Progress, quiet
from temis.exchange.enums import BatchState
from temis.exchange.models import CreatedRecords, ImportBatch
from temis.organizations.actions import project_versions
from temis.people.actions import project_employments

# In the order in which records may go: first what points at others.
_ORDER = (
    "appraisals_evidenceuse",
    "evidence_evidenceitem",
    "appraisals_appraisal",
    "people_coreappointment",
    "people_employment",
    "people_person",
    "people_subjectgroup",
    "accounts_user",
    "organizations_organizationversion",
    "organizations_organization",
)
# Columns that repeat what another record says, and are written anew after the undo: no reason to refuse.
_REPEATED = {
    ("people_person", "organization"),
    ("people_person", "group"),
    ("organizations_organization", "parent"),
}

_RESTORE = """
UPDATE {table} t SET {assignments}
FROM exchange_changedrecord c, LATERAL jsonb_populate_record(NULL::{table}, c.before) AS old
WHERE c.batch_id = %(batch)s AND c."table" = %(table)s AND c.object_id = t.id
"""
_CHANGED_SINCE = """
SELECT count(*) FROM exchange_changedrecord c JOIN {table} t ON t.id = c.object_id
WHERE c.batch_id = %(batch)s AND c."table" = %(table)s AND NOT to_jsonb(t) @> c.after
"""
_POINTING = """
SELECT count(*) FROM {other} t
WHERE t.{column} IN (SELECT unnest(ids) FROM exchange_createdrecords WHERE batch_id = %(batch)s AND "table" = %(table)s)
  AND NOT EXISTS (SELECT FROM exchange_createdrecords m, unnest(m.ids) AS made(id)
                  WHERE m.batch_id = %(batch)s AND m."table" = %(other)s AND made.id::text = t.{key}::text)
  AND NOT EXISTS (SELECT FROM exchange_changedrecord c
                  WHERE c.batch_id = %(batch)s AND c."table" = %(other)s AND c.object_id::text = t.{key}::text)
"""
_LATER_BATCHES = """
SELECT DISTINCT b.id, b.file_name FROM exchange_importbatch b JOIN exchange_changedrecord c ON c.batch_id = b.id
WHERE b.id > %(batch)s AND b.state = 'LOADED' AND (
    (c."table", c.object_id) IN (SELECT "table", object_id FROM exchange_changedrecord WHERE batch_id = %(batch)s)
    OR EXISTS (SELECT FROM exchange_createdrecords m
               WHERE m.batch_id = %(batch)s AND m."table" = c."table" AND c.object_id = ANY(m.ids)))
ORDER BY b.id LIMIT 3
"""


@dataclass(frozen=True)
class Dependent:
    """Records that would be left without what they point at."""

    name: str
    count: int

    def __str__(self) -> str:
        return f"{self.name}: {self.count}"


def undo_records(batch: ImportBatch, progress: Progress = quiet) -> int:
    """Take back everything the batch did; RuleViolation IMP-05 where something depends on it. How many records."""
    check_undo(batch)
    bodies, people = _touched(batch, "organizations_organizationversion"), _touched(batch, "people_employment")
    progress(0, None, _("Hoàn tác"))
    # Batches of the command line stand under the topmost body, which may have come with this one.
    ImportBatch.objects.filter(created_by=None, organization__in=_made(batch, "organizations_organization")).update(
        organization=None
    )
    undone = sum(_remove(batch, table) for table in _ORDER)
    undone += sum(_restore(batch, table) for table in _ORDER)
    project_versions(bodies)
    project_employments(people)
    with connection.cursor() as cursor:  # now, not at the end, so that nothing is missed
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return undone


def check_undo(batch: ImportBatch) -> None:
    """IMP-05. Refuses with what depends on the batch."""
    if batch.state != BatchState.LOADED:
        raise RuleViolation("IMP-05", _("Chỉ hoàn tác được đợt đã nạp."))
    reasons = [*_later_batches(batch), *_changed_since(batch), *map(str, dependents(batch))]
    if reasons:
        message = _("Chưa hoàn tác được vì đã có dữ liệu dựa vào đợt nạp này: %(reasons)s.")
        raise RuleViolation("IMP-05", message % {"reasons": "; ".join(reasons)})


def dependents(batch: ImportBatch) -> list[Dependent]:
    """Records outside the batch that point at records it made."""
    found = []
    for table in CreatedRecords.objects.filter(batch=batch).order_by("id").values_list("table", flat=True):
        model = _model(table)
        for relation in _relations(model):
            if count := _pointing(batch, table, relation.field):
                found.append(Dependent(str(relation.related_model._meta.verbose_name), count))
        found += _used(model, batch, table)
    return found


def _pointing(batch: ImportBatch, table: str, field: models.ForeignKey[Any, Any]) -> int:
    """How many records of the field's table, not made or changed by the batch, point at what it made in `table`."""
    other = field.model._meta
    statement = _POINTING.format(other=other.db_table, column=field.column, key=other.pk.column)
    if (other.db_table, field.name) == ("exchange_importbatch", "organization"):
        statement += " AND created_by_id IS NOT NULL"  # see undo_records
    with connection.cursor() as cursor:
        cursor.execute(statement, {"batch": batch.pk, "table": table, "other": other.db_table})
        count: int = cursor.fetchone()[0]
    return count


def _used(model: type[models.Model], batch: ImportBatch, table: str) -> Iterator[Dependent]:
    """Use that leaves no record pointing here: a login, an answer to an announced result."""
    made = RawSQL(
        'SELECT unnest(ids) FROM exchange_createdrecords WHERE batch_id = %s AND "table" = %s', [batch.pk, table]
    )
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


def _made(batch: ImportBatch, table: str) -> list[int]:
    found = CreatedRecords.objects.filter(batch=batch, table=table).first()
    return found.ids if found else []


def _later_batches(batch: ImportBatch) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_LATER_BATCHES, {"batch": batch.pk})
        return [_("đợt nạp sau đã sửa tiếp: %(file)s") % {"file": name} for _id, name in cursor.fetchall()]


def _changed_since(batch: ImportBatch) -> Iterator[str]:
    for table in _ORDER:
        with connection.cursor() as cursor:
            cursor.execute(_CHANGED_SINCE.format(table=table), {"batch": batch.pk, "table": table})
            if count := cursor.fetchone()[0]:
                name = str(_model(table)._meta.verbose_name)
                yield _("%(name)s đã được sửa sau đó: %(count)d") % {"name": name, "count": count}


def _touched(batch: ImportBatch, table: str) -> list[int]:
    """Bodies or people whose versions or employments the batch made or changed, but did not make themselves."""
    owner = {"people_employment": "person_id", "organizations_organizationversion": "organization_id"}[table]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT DISTINCT {owner} FROM {table} t
                WHERE t.id IN (SELECT object_id FROM exchange_changedrecord
                               WHERE batch_id = %(b)s AND "table" = %(t)s)
                   OR t.id IN (SELECT unnest(ids) FROM exchange_createdrecords
                               WHERE batch_id = %(b)s AND "table" = %(t)s)""",
            {"b": batch.pk, "t": table},
        )
        return [row[0] for row in cursor.fetchall()]


def _restore(batch: ImportBatch, table: str) -> int:
    """Put back the columns that were changed; each record its own."""
    columns = _changed_columns(batch, table)
    if not columns:
        return 0
    assignments = ", ".join(
        f"{name} = CASE WHEN c.before ? '{name}' THEN old.{name} ELSE t.{name} END" for name in columns
    )
    with connection.cursor() as cursor:
        cursor.execute(_RESTORE.format(table=table, assignments=assignments), {"batch": batch.pk, "table": table})
        return cursor.rowcount


def _changed_columns(batch: ImportBatch, table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT DISTINCT jsonb_object_keys(before) FROM exchange_changedrecord
               WHERE batch_id = %s AND "table" = %s ORDER BY 1""",
            [batch.pk, table],
        )
        return [row[0] for row in cursor.fetchall()]


def _remove(batch: ImportBatch, table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""DELETE FROM {table} WHERE id IN (
                    SELECT unnest(ids) FROM exchange_createdrecords WHERE batch_id = %s AND "table" = %s)""",
            [batch.pk, table],
        )
        return cursor.rowcount


def _model(table: str) -> type[models.Model]:
    return next(model for model in apps.get_models() if model._meta.db_table == table)
