"""Content into private storage: hashed while it is read, typed by what it is, kept once for everybody."""

import hashlib
from typing import BinaryIO

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils.translation import gettext as _

from temis.core import clock
from temis.core.errors import RuleViolation
from temis.evidence import media, rules
from temis.evidence.enums import ScanState
from temis.evidence.models import StoredFile

_CHUNK = 1024 * 1024


def store(content: BinaryIO) -> StoredFile:
    """Keep a file; the same content is stored once, whoever brings it, and nobody learns that it was there. To be
    called in the transaction that makes what refers to it: until its end nobody can remove the content.

    RuleViolation EVD-01 (type), EVD-02 (size), EVD-07 (known to carry malware).
    """
    digest, size = _digest(content)
    rules.check_size(size, settings.EVIDENCE_FILE_BYTES)
    kind = media.detect(content)
    stored = StoredFile(sha256=digest, size=size, media_type=kind.media_type, stored_at=clock.now())
    known, is_new = _held(stored)
    if known.scan == ScanState.INFECTED:
        message = _("Tệp này có mã độc nên không nhận được. Hãy quét mã độc trên máy đã tạo ra tệp.")
        raise RuleViolation("EVD-07", message, field="file")
    _put(known, content)
    if is_new:
        transaction.on_commit(lambda: _ask_for_scan(digest))
    return known


def _held(stored: StoredFile) -> tuple[StoredFile, bool]:
    """EVD-08. The row of this content, made or found, and whether it is new; held until the transaction ends. Those who
    bring the same content do not wait for each other; its removal passes it by, or has ended before."""
    while True:
        is_new = make_row(stored)
        query = "SELECT * FROM evidence_storedfile WHERE sha256 = %s FOR KEY SHARE"
        for found in StoredFile.objects.raw(query, [stored.sha256]):
            return found, is_new


def make_row(stored: StoredFile) -> bool:
    """Whether this made the row; waits for whoever is making or removing the same one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO evidence_storedfile (sha256, size, media_type, scan, stored_at) VALUES (%s, %s, %s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            [stored.sha256, stored.size, stored.media_type, stored.scan, stored.stored_at],
        )
        return cursor.rowcount == 1


def _digest(content: BinaryIO) -> tuple[str, int]:
    content.seek(0)
    digest, size = hashlib.sha256(), 0
    while chunk := content.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    content.seek(0)
    return digest.hexdigest(), size


def _put(stored: StoredFile, content: BinaryIO) -> None:
    """Write the content under its own name, if it is not there. What an interrupted write left there is replaced."""
    if default_storage.exists(stored.key):
        if default_storage.size(stored.key) == stored.size:
            return
        default_storage.delete(stored.key)
    name = default_storage.save(stored.key, File(content))
    if name != stored.key:  # somebody stored the same content in this very moment
        default_storage.delete(name)


def _ask_for_scan(digest: str) -> None:
    from temis.evidence.jobs import request_scan  # the job imports what this module keeps

    request_scan(digest)
