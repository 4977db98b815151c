"""Every write of the import pages."""

import zipfile

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils.translation import gettext as _

from temis.access import Scope
from temis.core import audit, clock, jobs
from temis.core.errors import RuleViolation
from temis.core.models import Job, JobState
from temis.exchange import engine, mending, rules, running, storing
from temis.exchange.columns import PERMISSIONS
from temis.exchange.enums import BatchState, Kind
from temis.exchange.models import ImportBatch, ImportProblem
from temis.exchange.periods import find_period
from temis.exchange.reach import reach_of
from temis.exchange.readers import MAX_FILE, FileRefused, read_kind
from temis.exchange.rechecking import rechecked
from temis.standards.models import Edition

MAX_EVIDENCE = 1024 * 2**20


@transaction.atomic
def upload_file(
    kind: str, upload: UploadedFile, *, scope: Scope, year: int | None = None, edition: Edition | None = None
) -> ImportBatch:
    """Take a file and have it checked in the background. The same file sent twice is one import.

    FileRefused at once where its type says that it cannot be read, RuleViolation IMP-01 where it is too large.
    """
    scope.require(PERMISSIONS[Kind(kind)])
    if upload.size and upload.size > MAX_FILE:
        message = _("Tệp lớn hơn %(limit)d MB. Hãy chia thành nhiều tệp nhỏ hơn.")
        raise RuleViolation("IMP-01", message % {"limit": MAX_FILE // 2**20}, field="file")
    with storing.as_path(upload) as path:
        read_kind(path)
    if year is not None and edition is not None:
        find_period(year, edition)
    sha256 = storing.digest(upload)
    _one_at_a_time(sha256)
    same = ImportBatch.objects.filter(
        kind=kind,
        sha256=sha256,
        organization_id=scope.unit_id,
        created_by_id=scope.user_id,
        year=year,
        edition=edition,
        state__in=(BatchState.UPLOADED, BatchState.CHECKED),
    )
    if (found := same.first()) is not None:
        return found
    batch = ImportBatch.objects.create(
        kind=kind,
        organization_id=scope.unit_id,
        assignment_id=scope.assignment_id,
        year=year,
        edition=edition,
        file_name=(upload.name or "")[-200:],
        file_size=upload.size or 0,
        sha256=sha256,
        stored_as=storing.store(upload, sha256),
        created_at=clock.now(),
        created_by_id=scope.user_id,
    )
    _start_check(batch, scope=scope)
    audit.record("import.upload", scope=scope, target=batch, note=batch.file_name)
    return batch


@transaction.atomic
def restart(pk: int, kind: str, *, scope: Scope) -> ImportBatch:
    """Run again what was interrupted (the server was killed): the check, or the loading."""
    batch = lock(pk, kind, scope=scope)
    if not running.can_restart(batch):
        return batch
    ended: Job | None = batch.job
    if ended is not None and ended.state == JobState.RUNNING:
        ended.state, ended.finished_at = JobState.FAILED, clock.now()
        ended.message = _("Bị gián đoạn; không có gì bị thay đổi.")
        ended.save()
    if batch.state == BatchState.UPLOADED:
        _start_check(batch, scope=scope)
    elif batch.state == BatchState.CHECKED:
        _start_load(batch, partial=batch.partial, scope=scope)
    elif ended is not None and ended.kind == "import.undo":
        _start_undo(batch, scope=scope)
    elif batch.stored_as:
        _start_evidence(batch, scope=scope)
    return batch


@transaction.atomic
def mend_cell(pk: int, kind: str, number: int, column: int, value: str, *, scope: Scope) -> ImportBatch:
    """Put a value into one cell; the row, and those it is compared with, are checked anew."""
    batch = lock(pk, kind, scope=scope)
    _check_idle(batch, "mend")
    with rechecked(batch, [number], reach_of(scope, PERMISSIONS[Kind(kind)])):
        mending.set_cell(batch, number, column, value)
    return batch


@transaction.atomic
def mend_all(pk: int, kind: str, column: str, code: str, value: str, new: str, *, scope: Scope) -> int:
    """Replace a value in all rows that have the same problem in the same column; how many rows."""
    batch = lock(pk, kind, scope=scope)
    _check_idle(batch, "mend")
    numbers = mending.rows_with(batch, column, code, value)
    with rechecked(batch, numbers, reach_of(scope, PERMISSIONS[Kind(kind)])):
        mending.replace_value(batch, numbers, column, new)
    return len(numbers)


@transaction.atomic
def request_load(pk: int, kind: str, *, partial: bool, scope: Scope) -> ImportBatch:
    """Have the good rows loaded in the background. A second click changes nothing."""
    batch = lock(pk, kind, scope=scope)
    if running.is_busy(batch) or batch.state == BatchState.LOADED:
        return batch
    _check_idle(batch, "load")
    if batch.rejected_count and not partial:
        message = _("Còn %(count)d dòng có lỗi. Sửa các dòng đó, hoặc chọn chỉ nạp các dòng đúng.")
        raise RuleViolation("IMP-06", message % {"count": batch.rejected_count})
    if batch.rejected_count == batch.row_count:
        raise RuleViolation("IMP-06", _("Không có dòng nào đúng để nạp."))
    batch.partial = partial
    _start_load(batch, partial=partial, scope=scope)
    return batch


@transaction.atomic
def upload_evidence(pk: int, upload: UploadedFile, *, scope: Scope) -> ImportBatch:
    """Take a ZIP with evidence for the results of a loaded import; its files are stored in the background."""
    batch = lock(pk, Kind.RESULTS, scope=scope)
    if running.is_busy(batch):
        return batch
    _check_idle(batch, "evidence")
    if upload.size and upload.size > MAX_EVIDENCE:
        message = _("Tệp lớn hơn %(limit)d MB. Hãy chia thành nhiều tệp nhỏ hơn.")
        raise RuleViolation("IMP-01", message % {"limit": MAX_EVIDENCE // 2**20}, field="file")
    with storing.as_path(upload) as path:
        if not zipfile.is_zipfile(path):
            raise FileRefused(_("Minh chứng phải là một tệp .zip có các thư mục tên là mã định danh."))
    batch.stored_as = storing.store(upload, storing.digest(upload))
    _start_evidence(batch, scope=scope)
    audit.record("import.evidence", scope=scope, target=batch, note=(upload.name or "")[-200:])
    return batch


@transaction.atomic
def request_undo(pk: int, kind: str, *, scope: Scope) -> ImportBatch:
    """Have a loaded import taken back in the background. A second click changes nothing."""
    batch = lock(pk, kind, scope=scope)
    if running.is_busy(batch) or batch.state == BatchState.UNDONE:
        return batch
    _check_idle(batch, "undo")
    _start_undo(batch, scope=scope)
    return batch


@transaction.atomic
def discard_batch(pk: int, kind: str, *, scope: Scope) -> ImportBatch:
    """Throw away an import that was not loaded, with the rows that were read."""
    batch = lock(pk, kind, scope=scope)
    _check_idle(batch, "discard")
    table = engine.layout_for(batch).model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE batch_id = %s", [batch.pk])
    ImportProblem.objects.filter(batch=batch).delete()
    _forget_file(batch)
    batch.state = BatchState.DISCARDED
    batch.save()
    audit.record("import.discard", scope=scope, target=batch, note=batch.file_name)
    return batch


def lock(pk: int, kind: str, *, scope: Scope) -> ImportBatch:
    """The import, locked, if it lies within reach; NotPermitted (404) else."""
    rows = ImportBatch.objects.select_for_update(of=("self",)).select_related("edition", "job")
    batch: ImportBatch = rows.fetch(scope, PERMISSIONS[Kind(kind)], pk=pk, kind=kind)
    return batch


def finish_check(batch: ImportBatch) -> None:
    """The file has been read: its rows are kept, itself no longer."""
    _forget_file(batch)
    batch.save(update_fields=["stored_as"])


def _forget_file(batch: ImportBatch) -> None:
    name, batch.stored_as = batch.stored_as, ""
    transaction.on_commit(lambda: storing.forget(name))


def _check_idle(batch: ImportBatch, step: str) -> None:
    rules.check_step(step, batch.state)
    if running.is_busy(batch):
        raise RuleViolation("IMP-04", _("Đợt nạp này đang chạy. Đợi việc đó xong rồi thử lại."))


def _start_check(batch: ImportBatch, *, scope: Scope) -> None:
    from temis.exchange.jobs import check_file  # jobs use the actions

    _start(batch, check_file, _("Kiểm tra %(file)s"), scope=scope)


def _start_load(batch: ImportBatch, *, partial: bool, scope: Scope) -> None:
    from temis.exchange.jobs import load_file  # jobs use the actions

    _start(batch, load_file, _("Nạp %(file)s"), scope=scope, partial=partial)


def _start_undo(batch: ImportBatch, *, scope: Scope) -> None:
    from temis.exchange.jobs import undo_file  # jobs use the actions

    _start(batch, undo_file, _("Hoàn tác %(file)s"), scope=scope)


def _start_evidence(batch: ImportBatch, *, scope: Scope) -> None:
    from temis.exchange.jobs import attach_evidence  # jobs use the actions

    _start(batch, attach_evidence, _("Nạp minh chứng %(file)s"), scope=scope)


def _start(batch: ImportBatch, work: jobs.Work, title: str, *, scope: Scope, **arguments: object) -> None:
    batch.job = jobs.start(
        work,
        title=title % {"file": batch.file_name[:150]},
        scope=scope,
        batch_id=batch.pk,
        user_id=scope.user_id,
        assignment_id=scope.assignment_id,
        **arguments,
    )
    batch.save()


def _one_at_a_time(sha256: str) -> None:
    """Two requests with the same file: the second waits and then finds the first one's import."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [sha256])
