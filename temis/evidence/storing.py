"""Content into private storage: hashed while it is read, typed by what it is, kept once for everybody."""

import hashlib
from typing import BinaryIO

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from temis.core import clock
from temis.core.errors import RuleViolation
from temis.evidence import media, rules
from temis.evidence.enums import ScanState
from temis.evidence.models import StoredFile

_CHUNK = 1024 * 1024


def store(content: BinaryIO) -> StoredFile:
    """Keep a file; the same content is stored once, whoever brings it, and nobody learns that it was there.

    RuleViolation EVD-01 (type), EVD-02 (size), EVD-07 (known to carry malware).
    """
    digest, size = _digest(content)
    rules.check_size(size, settings.EVIDENCE_FILE_BYTES)
    kind = media.detect(content)
    known = StoredFile.objects.filter(pk=digest).first()
    if known is None:
        stored = StoredFile(sha256=digest, size=size, media_type=kind.media_type, stored_at=clock.now())
        _put(stored, content)
        known, _made = StoredFile.objects.get_or_create(pk=digest, defaults=_columns(stored))
        transaction.on_commit(lambda: _ask_for_scan(digest))
    if known.scan == ScanState.INFECTED:
        message = _("Tệp này có mã độc nên không nhận được. Hãy quét mã độc trên máy đã tạo ra tệp.")
        raise RuleViolation("EVD-07", message, field="file")
    return known


def _digest(content: BinaryIO) -> tuple[str, int]:
    content.seek(0)
    digest, size = hashlib.sha256(), 0
    while chunk := content.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    content.seek(0)
    return digest.hexdigest(), size


def _put(stored: StoredFile, content: BinaryIO) -> None:
    """Write the content under its own name. What an interrupted write left there is replaced."""
    if default_storage.exists(stored.key):
        if default_storage.size(stored.key) == stored.size:
            return
        default_storage.delete(stored.key)
    name = default_storage.save(stored.key, File(content))
    if name != stored.key:  # somebody stored the same content in this very moment
        default_storage.delete(name)


def _columns(stored: StoredFile) -> dict[str, object]:
    return {"size": stored.size, "media_type": stored.media_type, "stored_at": stored.stored_at}


def _ask_for_scan(digest: str) -> None:
    from temis.evidence.jobs import request_scan  # the job imports what this module keeps

    request_scan(digest)
