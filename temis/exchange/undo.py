"""Undoing an import: what it made is removed, what it changed is put back, unless something depends on it."""

from django.db import connection
from django.utils.translation import gettext as _

from temis.core.errors import RuleViolation
from temis.exchange.dependents import list_records, reasons_against
from temis.exchange.engine import Progress, quiet
from temis.exchange.enums import BatchState
from temis.exchange.models import ImportBatch
from temis.organizations.actions import project_versions
from temis.people.actions import project_people

_ACCOUNTS = "accounts_user"
# In the order in which records may go: first what points at others. Accounts go last.
_ORDER = (
    "appraisals_evidenceuse",
    "evidence_evidenceitem",
    "appraisals_appraisal",
    "people_coreappointment",
    "people_employment",
    "people_person",
    "people_subjectgroup",
    "organizations_organizationversion",
    "organizations_organization",
)
# Dozens of tables point at an account, and PostgreSQL looks into each for every account that goes: that is most of the
# work, so it is done in portions whose end can be seen coming.
PORTION = 2_000

_RESTORE = """
UPDATE {table} t SET {assignments}
FROM exchange_changedrecord c, LATERAL jsonb_populate_record(NULL::{table}, c.before) AS old
WHERE c.batch_id = %(batch)s AND c."table" = %(table)s AND c.object_id = t.id
"""
_REMOVE = 'DELETE FROM {table} t USING undo_made m WHERE m."table" = %(table)s AND m.id = t.id'
_TOUCHED = """
SELECT DISTINCT {owner} FROM {table} t
WHERE t.id IN (SELECT id FROM undo_made WHERE "table" = %(table)s
               UNION ALL SELECT id FROM undo_changed WHERE "table" = %(table)s)
  AND NOT EXISTS (SELECT FROM undo_made m WHERE m."table" = %(owners)s AND m.id = t.{owner})
"""
_FREE_BATCHES = """
UPDATE exchange_importbatch SET organization_id = NULL
WHERE created_by_id IS NULL
  AND organization_id IN (SELECT id FROM undo_made WHERE "table" = 'organizations_organization')
"""


def undo_records(batch: ImportBatch, progress: Progress = quiet) -> int:
    """Take back everything the batch did; RuleViolation IMP-05 where something depends on it. How many records."""
    progress(0, None, _("Kiểm tra dữ liệu dựa vào đợt nạp"))
    check_undo(batch)
    bodies = _touched("organizations_organizationversion", "organization_id", "organizations_organization")
    people = [
        *_touched("people_employment", "person_id", "people_person"),
        *_touched("people_coreappointment", "person_id", "people_person"),
    ]
    progress(0, None, _("Hoàn tác"))
    with connection.cursor() as cursor:
        # Batches of the command line stand under the topmost body, which may have come with this one.
        cursor.execute(_FREE_BATCHES)
    undone = sum(_remove(table) for table in _ORDER)
    undone += sum(_restore(batch, table) for table in (*_ORDER, _ACCOUNTS))
    project_versions(bodies)
    project_people(people)
    _check_now()
    undone += _remove_accounts(progress)
    return undone


def check_undo(batch: ImportBatch) -> None:
    """IMP-05. Refuses with what depends on the batch."""
    if batch.state != BatchState.LOADED:
        raise RuleViolation("IMP-05", _("Chỉ hoàn tác được đợt đã nạp."))
    list_records(batch)
    if reasons := reasons_against(batch):
        message = _("Chưa hoàn tác được vì đã có dữ liệu dựa vào đợt nạp này: %(reasons)s.")
        raise RuleViolation("IMP-05", message % {"reasons": "; ".join(reasons)})


def _check_now() -> None:
    """Constraints are looked at now, not at the end, so that nothing is missed."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _touched(table: str, owner: str, owners: str) -> list[int]:
    """Bodies or people of whom the batch made or changed what `table` has, but whom it did not make itself."""
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED.format(table=table, owner=owner), {"table": table, "owners": owners})
        return [row[0] for row in cursor.fetchall()]


def _remove(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_REMOVE.format(table=table), {"table": table})
        return cursor.rowcount


def _remove_accounts(progress: Progress) -> int:
    with connection.cursor() as cursor:
        cursor.execute('SELECT id FROM undo_made WHERE "table" = %s ORDER BY id', [_ACCOUNTS])
        accounts = [row[0] for row in cursor.fetchall()]
        for start in range(0, len(accounts), PORTION):
            progress(start, len(accounts), _("Xóa tài khoản đã tạo"))
            cursor.execute(f"DELETE FROM {_ACCOUNTS} WHERE id = ANY(%s)", [accounts[start : start + PORTION]])
            _check_now()
    return len(accounts)


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
