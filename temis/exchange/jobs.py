"""Reading and loading in the background. Each is one transaction: killed in the middle, nothing has happened."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from temis.access import Scope
from temis.accounts.models import User
from temis.core import audit, clock, jobs
from temis.core.errors import RuleViolation
from temis.exchange import actions, engine, evidence, running, storing
from temis.exchange.columns import PERMISSIONS
from temis.exchange.enums import BatchState, Kind
from temis.exchange.models import ImportBatch
from temis.exchange.reach import reach_of
from temis.exchange.readers import FileRefused
from temis.exchange.readers.table import Note
from temis.exchange.undo import undo_records
from temis.people.assignments import scope_of
from temis.people.models import RoleAssignment


@jobs.work("import.check")
def check_file(progress: jobs.Progress, batch_id: int, user_id: int, assignment_id: str) -> jobs.Outcome:
    """Read and check an uploaded file. A file that cannot be read is refused with what to do."""
    scope = _scope(user_id, assignment_id)
    with audit.context(scope), transaction.atomic():
        batch = _take(batch_id)
        if batch is None or batch.state != BatchState.UPLOADED:
            return _outcome(batch_id, _("Tệp đã được kiểm tra."))
        try:
            with transaction.atomic(), storing.stored_as_path(batch.stored_as) as path:
                engine.read_and_check(batch, path, reach_of(scope, PERMISSIONS[Kind(batch.kind)]), progress)
        except (FileRefused, RuleViolation) as refusal:
            batch.state, batch.refusal = BatchState.REFUSED, str(refusal)
            batch.notes, batch.row_count = [], 0
            batch.save()
            actions.finish_check(batch)
            return _outcome(batch_id, str(refusal))
        actions.finish_check(batch)
    return _outcome(batch_id, _checked(batch))


@jobs.work("import.load")
def load_file(progress: jobs.Progress, batch_id: int, user_id: int, assignment_id: str, partial: bool) -> jobs.Outcome:
    """Load a checked import. All is checked again first: bodies and people may have changed since."""
    scope = _scope(user_id, assignment_id)
    with audit.context(scope), transaction.atomic():
        batch = _take(batch_id)
        if batch is None or batch.state != BatchState.CHECKED:
            return _outcome(batch_id, _("Đợt này đã được nạp."))
        reach = reach_of(scope, PERMISSIONS[Kind(batch.kind)])
        before = batch.rejected_count
        engine.wait_for_turn()
        progress(0, batch.row_count, _("Kiểm tra lại"))
        engine.check(batch, reach)
        if batch.rejected_count > before or (batch.rejected_count and not partial):
            return _outcome(
                batch_id,
                _("Dữ liệu trong hệ thống vừa thay đổi nên có dòng lỗi mới; chưa nạp gì. Xem lại các dòng đó."),
            )
        engine.load(batch, reach, scope=scope, progress=progress)
    return _outcome(batch_id, _loaded(batch))


@jobs.work("import.undo")
def undo_file(progress: jobs.Progress, batch_id: int, user_id: int, assignment_id: str) -> jobs.Outcome:
    """Take back a loaded import; RuleViolation IMP-05, the reason told on the page, where something depends on it."""
    scope = _scope(user_id, assignment_id)
    with audit.context(scope), transaction.atomic():
        batch = _take(batch_id)
        if batch is None or batch.state != BatchState.LOADED:
            return _outcome(batch_id, _("Đợt này đã được hoàn tác."))
        reach_of(scope, PERMISSIONS[Kind(batch.kind)])
        engine.wait_for_turn()
        undone = undo_records(batch, progress)
        batch.state, batch.undone_at, batch.undone_by_id = BatchState.UNDONE, clock.now(), scope.user_id
        batch.save()
        audit.record(f"import.{batch.kind}.undo", scope=scope, target=batch, count=undone, note=batch.file_name)
    return _outcome(batch_id, _("Đã hoàn tác: dữ liệu trở lại như trước khi nạp."))


@jobs.work("import.evidence")
def attach_evidence(progress: jobs.Progress, batch_id: int, user_id: int, assignment_id: str) -> jobs.Outcome:
    """Store the files of a ZIP in the portfolios of the people of a loaded batch of results."""
    scope = _scope(user_id, assignment_id)
    with audit.context(scope), transaction.atomic():
        batch = _take(batch_id)
        if batch is None or batch.state != BatchState.LOADED or not batch.stored_as:
            return _outcome(batch_id, _("Minh chứng đã được nạp."))
        reach_of(scope, PERMISSIONS[Kind.RESULTS])
        try:
            with transaction.atomic(), storing.stored_as_path(batch.stored_as) as path:
                done = evidence.attach(batch, path, progress)
        except FileRefused as refusal:
            actions.finish_check(batch)
            return _outcome(batch_id, str(refusal))
        batch.notes = [*batch.notes, *_told(done)]
        batch.save()
        actions.finish_check(batch)
    return _outcome(
        batch_id,
        _("Đã nhận %(added)d tệp minh chứng, chưa nhận %(refused)d tệp.")
        % {"added": done.added + done.known, "refused": len(done.refused)},
    )


def _told(done: evidence.Attached) -> list[Note]:
    """What the page says of the ZIP."""
    notes: list[Note] = [("evidence_added", {"added": done.added, "known": done.known})]
    notes += [("evidence_refused", {"file": f, "reason": r}) for f, r in done.refused[: evidence.SHOWN]]
    if (more := len(done.refused) - evidence.SHOWN) > 0:
        notes.append(("evidence_more", {"count": more}))
    return notes


def _take(batch_id: int) -> ImportBatch | None:
    """The import for work on it, or None where somebody else is at it."""
    if not running.hold(batch_id):
        return None
    return ImportBatch.objects.select_for_update(of=("self",)).select_related("edition").get(pk=batch_id)


def _scope(user_id: int, assignment_id: str) -> Scope:
    """The scope in which the work was asked for, if it is still held."""
    held = RoleAssignment.objects.select_related("organization", "user__person").filter(
        id=assignment_id, user_id=user_id
    )
    assignment = held.first()
    if assignment is None:
        raise RuleViolation("IMP-01", _("Vai trò dùng để nạp tệp không còn hiệu lực."))
    return scope_of(assignment, User.objects.get(pk=user_id))


def _outcome(batch_id: int, message: str) -> jobs.Outcome:
    kind = ImportBatch.objects.values_list("kind", flat=True).get(pk=batch_id)
    return jobs.Outcome(message, reverse(f"exchange:{kind}:batch", args=[batch_id]))


def _checked(batch: ImportBatch) -> str:
    if not batch.rejected_count:
        return ngettext(
            "%(count)d dòng đều đúng, có thể nạp.", "%(count)d dòng đều đúng, có thể nạp.", batch.row_count
        ) % {"count": batch.row_count}
    return _("%(bad)d trong %(all)d dòng có lỗi cần sửa.") % {"bad": batch.rejected_count, "all": batch.row_count}


def _loaded(batch: ImportBatch) -> str:
    return _("Đã nạp: tạo mới %(created)d, sửa %(updated)d, không đổi %(unchanged)d dòng.") % {
        "created": batch.created_count,
        "updated": batch.updated_count,
        "unchanged": batch.unchanged_count,
    }
