"""Content that nobody refers to any more is removed, after a time in which an older database may want it.

Two kinds: a `StoredFile` without anything that points to it (an import that was undone, a file refused for its owner's
share), and content without a row (an upload whose transaction was rolled back). Whoever takes a file in holds its row
until he commits (`storing.store`); the removal passes by what is held, and the foreign keys refuse the rest.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import structlog
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import OperationalError, connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from pghistory.models import Event

from temis.core import audit, clock
from temis.evidence.models import FOLDER, StoredFile
from temis.evidence.storing import make_row

log = structlog.get_logger()
_BATCH = 1000
_DIGEST = re.compile(r"[0-9a-f]{64}")


def unreferenced() -> QuerySet[StoredFile]:
    """Rows that nothing of any app points to. History of what was there (pghistory) is no use of it."""
    free = StoredFile.objects.all()
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        model = relation.related_model
        if relation.auto_created and isinstance(model, type) and not issubclass(model, Event):
            uses = model._base_manager.filter(**{relation.field.name: OuterRef("pk")})  # type: ignore[union-attr]
            free = free.filter(~Exists(uses))
    return free


def clean() -> int:
    """EVD-08. One round: note what has become free, remove what was free long enough. Returns how many were removed."""
    before = clock.now() - timedelta(days=settings.EVIDENCE_KEEP_DAYS)
    _note()
    expired = StoredFile.objects.filter(orphaned_at__lt=before).values_list("pk", flat=True)
    removed = sum(_remove(digest, before) for digest in list(expired))
    return removed + sum(_remove_stray(key) for key in _strays(before))


def _record(key: str) -> None:
    """One entry for each removal, in its transaction: each holds its row only for as long as its own content takes."""
    audit.record("evidence.clean", scope=None, count=1, note=key)


@transaction.atomic
def _note() -> None:
    """Since when nobody refers to a file; forgotten where somebody does again."""
    free = unreferenced().values("pk")
    StoredFile.objects.filter(orphaned_at=None, pk__in=free).update(orphaned_at=clock.now())
    StoredFile.objects.exclude(orphaned_at=None).exclude(pk__in=free).update(orphaned_at=None)


def _remove(digest: str, before: datetime) -> bool:
    """Row and content, in one transaction that holds the row: whoever brings the same content now waits for its end and
    stores it anew."""
    held = StoredFile.objects.select_for_update(skip_locked=True).filter(pk=digest, orphaned_at__lt=before)
    try:
        with transaction.atomic():
            stored = held.first()
            if stored is None or not unreferenced().filter(pk=digest).exists():
                return False
            key = stored.key
            stored.delete()
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a use that was not seen here stops it
            _record(key)
            default_storage.delete(key)
    except OSError as error:
        log.warning("content not removed", sha256=digest, reason=str(error))
        return False
    return True


def _strays(before: datetime) -> Iterator[str]:
    """Keys of content that no row knows and that was written before that moment."""
    old = (key for key, written in _listing() if written < before)
    while keys := list(islice(old, _BATCH)):
        names = {key.rsplit("/", 1)[-1] for key in keys}
        known = set(StoredFile.objects.filter(pk__in=names).values_list("pk", flat=True))
        yield from (key for key in keys if key.rsplit("/", 1)[-1] not in known)


def _listing() -> Iterator[tuple[str, datetime]]:
    """Every key below the folder of evidence and when it was written: from the store's own listing, or the folders."""
    bucket = getattr(default_storage, "bucket", None)
    if bucket is not None:
        location: str = getattr(default_storage, "location", "")
        root = f"{location}/" if location else ""
        for found in bucket.objects.filter(Prefix=f"{root}{FOLDER}/"):
            yield found.key.removeprefix(root), found.last_modified
        return
    top = Path(default_storage.path(""))
    for path in (top / FOLDER).rglob("*"):
        if path.is_file():
            yield path.relative_to(top).as_posix(), datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _remove_stray(key: str) -> bool:
    """Content without a row. Its row is made for as long as the removal takes, so that nobody else can make it."""
    digest = key.rsplit("/", 1)[-1]
    try:
        with transaction.atomic():
            if _DIGEST.fullmatch(digest) and not _claim(digest):
                return False
            StoredFile.objects.filter(pk=digest).delete()
            _record(key)
            default_storage.delete(key)
    except (OSError, OperationalError) as error:
        log.warning("content not removed", key=key, reason=str(error))
        return False
    return True


def _claim(digest: str) -> bool:
    """Whether the row could be made: nobody has it, and nobody is making it (waiting a second for that one)."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '1s'")
    return make_row(StoredFile(sha256=digest, size=1, media_type="", stored_at=clock.now()))
