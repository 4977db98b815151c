"""Background work on stored files: the malware scan, the removal of what nobody refers to."""

from typing import BinaryIO, cast

import structlog
from clamav_client.clamd import ClamdError
from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from temis.core import audit
from temis.core.jobs import daily
from temis.evidence import keeping, scanning
from temis.evidence.enums import ScanState
from temis.evidence.models import EvidenceItem, StoredFile
from temis.messaging.actions import Message, notify

log = structlog.get_logger()


def request_scan(digest: str) -> None:
    if scanning.is_configured():
        scan_file.defer(digest=digest)


@app.task(name="evidence.scan", queue="default")
def scan_file(digest: str) -> None:
    """Scan one file. A scanner that is away is asked again by `scan_waiting`."""
    stored = StoredFile.objects.filter(pk=digest, scan=ScanState.NOT_SCANNED).first()
    if stored is None or not scanning.is_configured():
        return
    try:
        with default_storage.open(stored.key, "rb") as content:
            verdict, found = scanning.scan(cast(BinaryIO, content))
    except (OSError, ClamdError) as error:
        log.warning("file not scanned", sha256=digest, reason=str(error))
        return
    note_verdict(digest, verdict, found)


@app.periodic(cron="*/10 * * * *")
@app.task(name="evidence.scan_waiting", queue="default")
def scan_waiting(timestamp: int = 0) -> None:
    """Scan what the scanner has not seen: it was away, or was configured later."""
    if not scanning.is_configured():
        return
    waiting = StoredFile.objects.filter(scan=ScanState.NOT_SCANNED).order_by("stored_at")
    for digest in waiting.values_list("pk", flat=True)[:500]:
        scan_file(digest=digest)


@transaction.atomic
def note_verdict(digest: str, verdict: ScanState, found: str) -> None:
    """EVD-07. Keep what the scanner said; a finding stands in the audit trail of everybody who has the file, and he is
    told what to do."""
    StoredFile.objects.filter(pk=digest).update(scan=verdict)
    if verdict != ScanState.INFECTED:
        return
    for item in EvidenceItem.objects.filter(file_id=digest).select_related("person__user"):
        audit.record(
            "evidence.infected",
            scope=None,
            target=item,
            person_id=item.person_id,
            organization_id=item.person.organization_id,
            rule_id="EVD-07",
            note=found,
        )
        _tell(item)


def _tell(item: EvidenceItem) -> None:
    """In the page, and in the mail of the day; once for each item."""
    owner = item.person.user
    if owner is None:
        return
    with translation.override(owner.language):
        message = Message(
            kind="evidence.infected",
            key=f"evidence.infected:{item.pk}",
            subject=_("Tệp “%(title)s” có mã độc nên đã bị chặn") % {"title": item.title[:200]},
            body=_(
                "Không ai tải được tệp này nữa. Hãy quét mã độc trên máy đã tạo ra tệp, thêm lại tệp sạch rồi cất tệp"
                " này đi. Tệp thuộc phiếu đã gửi thì rút lại phiếu khi còn hạn để thay."
            ),
            url=reverse("evidence:item", args=[item.pk]),
        )
    notify([owner.pk], message)


@app.periodic(cron=daily(2, minute=40))
@app.task(name="evidence.clean", queue="default", queueing_lock="evidence.clean")
def clean(timestamp: int = 0) -> None:
    """Every night; what it removes nobody has referred to for `EVIDENCE_KEEP_DAYS` days."""
    log.info("evidence cleaned", removed=keeping.clean())
