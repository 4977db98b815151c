"""Background work on stored files: the malware scan."""

from typing import BinaryIO, cast

import structlog
from clamav_client.clamd import ClamdError
from django.core.files.storage import default_storage
from django.db import transaction
from procrastinate.contrib.django import app

from temis.core import audit
from temis.evidence import scanning
from temis.evidence.enums import ScanState
from temis.evidence.models import EvidenceItem, StoredFile

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
    """Keep what the scanner said; a finding stands in the audit trail of everybody who has the file."""
    StoredFile.objects.filter(pk=digest).update(scan=verdict)
    if verdict != ScanState.INFECTED:
        return
    for item in EvidenceItem.objects.filter(file_id=digest).select_related("person"):
        audit.record(
            "evidence.infected",
            scope=None,
            target=item,
            person_id=item.person_id,
            organization_id=item.person.organization_id,
            rule_id="EVD-07",
            note=found,
        )
