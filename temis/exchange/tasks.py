"""Imports that wait for the one who sent them."""

from django.urls import reverse
from django.utils.translation import gettext as _

from temis.access import Scope
from temis.core.tasks import Task
from temis.exchange.enums import BatchState
from temis.exchange.models import ImportBatch
from temis.exchange.queries import batches_of, kinds_of

SHOWN = 5


def tasks(scope: Scope) -> list[Task]:
    if not kinds_of(scope):
        return []
    waiting = (BatchState.UPLOADED, BatchState.CHECKED, BatchState.REFUSED)
    own = batches_of(scope).filter(state__in=waiting, created_by_id=scope.user_id).order_by("-id")[:SHOWN]
    return [_task(batch) for batch in own]


def _task(batch: ImportBatch) -> Task:
    title, button = _("Nạp %(kind)s") % {"kind": batch.get_kind_display().lower()}, _("Xem")
    state = str(batch.get_state_display())
    if batch.state == BatchState.CHECKED:
        state = _("%(count)d dòng cần sửa") % {"count": batch.rejected_count} if batch.rejected_count else _("Chờ nạp")
        button = _("Sửa tiếp") if batch.rejected_count else _("Nạp")
    return Task(
        title=title,
        url=reverse(f"exchange:{batch.kind}:batch", args=[batch.pk]),
        button=button,
        for_whom=batch.file_name,
        state=state,
    )
