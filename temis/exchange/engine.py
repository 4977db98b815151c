"""From a file to loaded records: the steps that the command line and the pages share. Callers hold the transaction."""

from collections.abc import Callable, Set
from pathlib import Path

from django.db import connection, transaction
from django.utils.translation import gettext as _

from temis.access import Scope
from temis.core import audit, clock
from temis.exchange.cells import key
from temis.exchange.checks import count_rejected, rejected_among, run_checks
from temis.exchange.columns import Layout, layout_of
from temis.exchange.enums import BatchState, Kind
from temis.exchange.loading import load_rows
from temis.exchange.models import ImportBatch
from temis.exchange.periods import ensure_period
from temis.exchange.reach import ImportReach
from temis.exchange.readers import open_table
from temis.exchange.staging import stage_table

Progress = Callable[..., None]

# Two imports at once wait for each other: what one checked, the other must not change before it is loaded.
IMPORT_LOCK = 7_364_720

_DROP_LOADED = """
DELETE FROM {rows} r WHERE batch_id = %(batch)s AND NOT EXISTS (
    SELECT FROM exchange_importproblem x WHERE x.batch_id = %(batch)s AND x.number = r.number AND NOT x.is_warning)
"""


def quiet(*_arguments: object, **_named: object) -> None:
    """Progress that nobody looks at."""


def wait_for_turn() -> None:
    """Until the end of the transaction no other import checks or loads."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])


def layout_for(batch: ImportBatch) -> Layout:
    return layout_of(batch.kind, batch.edition)


def present_fields(batch: ImportBatch, layout: Layout) -> set[str]:
    """The fields for which the file has a column."""
    found = (layout.by_heading.get(key(heading)) for heading in batch.headings)
    return {column.field for column in found if column}


def read_and_check(batch: ImportBatch, path: Path, reach: ImportReach, progress: Progress = quiet) -> None:
    """Stage the rows of the file and find what is wrong with them. FileRefused where it cannot be read."""
    layout = layout_for(batch)
    with open_table(path, layout) as table:
        batch.headings = table.headings
        batch.row_count = stage_table(batch, layout, table, progress)
        batch.notes = table.notes
    progress(batch.row_count, batch.row_count, _("Kiểm tra"))
    check(batch, reach)


def check(batch: ImportBatch, reach: ImportReach) -> None:
    """Compare the staged rows with each other and with the database, and keep the result on the batch."""
    run_checks(batch, reach, present_fields(batch, layout_for(batch)))
    batch.rejected_count = count_rejected(batch)
    batch.state = BatchState.CHECKED
    batch.save()


def check_rows(batch: ImportBatch, reach: ImportReach, numbers: Set[int], rejected: Set[int]) -> None:
    """Check these rows, all neighbours among them, anew; `rejected`: those of them that were rejected before."""
    run_checks(batch, reach, present_fields(batch, layout_for(batch)), numbers)
    batch.rejected_count += len(rejected_among(batch, numbers)) - len(rejected)
    batch.save()


def load(batch: ImportBatch, reach: ImportReach, *, scope: Scope | None, progress: Progress = quiet) -> None:
    """Load the accepted rows. `check` must have run in this transaction: what it resolved is used."""
    progress(0, batch.row_count, _("Nạp dữ liệu"))
    if batch.kind == Kind.RESULTS and batch.rejected_count < batch.row_count:
        _prepare_period(batch, reach, scope=scope)
    counts = load_rows(batch, reach, present_fields(batch, layout_for(batch)))
    batch.created_count, batch.updated_count = counts.created, counts.updated
    batch.unchanged_count = counts.unchanged
    batch.partial = batch.rejected_count > 0
    batch.state, batch.loaded_at = BatchState.LOADED, clock.now()
    batch.loaded_by_id = scope.user_id if scope else None
    batch.save()
    with connection.cursor() as cursor:
        cursor.execute(_DROP_LOADED.format(rows=layout_for(batch).model._meta.db_table), {"batch": batch.pk})
    audit.record(
        f"import.{batch.kind}",
        scope=scope,
        target=batch,
        organization_id=batch.organization_id,
        count=counts.created + counts.updated,
        note=_("%(file)s: tạo %(created)d, sửa %(updated)d, không đổi %(unchanged)d dòng")
        % {
            "file": batch.file_name,
            "created": counts.created,
            "updated": counts.updated,
            "unchanged": counts.unchanged,
        },
    )
    progress(batch.row_count, batch.row_count, _("Đã nạp"))


def _prepare_period(batch: ImportBatch, reach: ImportReach, *, scope: Scope | None) -> None:
    assert batch.year is not None
    assert batch.edition is not None
    with transaction.atomic():
        _period, made = ensure_period(batch.year, batch.edition, scope=scope)
    if made:
        batch.notes = [*batch.notes, ("period_created", {"year": batch.year})]
