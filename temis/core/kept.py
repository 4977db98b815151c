"""Files that long work made for somebody who acts in a role: kept for some days, given to nobody else."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from mimetypes import guess_type
from secrets import token_hex

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.http import FileResponse

from temis.core import clock

DAYS = 7
AREAS = ("exports", "prints")


def keep(area: str, owner: str, name: str, content: File) -> str:
    """Store a file for the assignment `owner`; returns the name under which it is asked for, of which there is one."""
    assert area in AREAS  # else it would never be removed
    stem, dot, kind = name.rpartition(".")
    return default_storage.save(f"{area}/{owner}/{stem}-{token_hex(3)}{dot}{kind}", content).rsplit("/", 1)[-1]


def given(area: str, owner: str, name: str, *, to_keep: bool = False) -> FileResponse | None:
    """The file as an answer, None where `owner` has none of this name (any more). `to_keep`: nothing to look at in the
    browser."""
    key = f"{area}/{owner}/{name}"
    if name.startswith(".") or not default_storage.exists(key):
        return None
    content = default_storage.open(key)
    return FileResponse(content, as_attachment=to_keep, filename=name, content_type=guess_type(name)[0])


def clear() -> int:
    """Remove what is older than that: it holds names, and can be made again. Returns how many files."""
    old = [key for area in AREAS for key in _keys(area) if _age(key) > timedelta(days=DAYS)]
    for key in old:
        default_storage.delete(key)
    return len(old)


def _age(key: str) -> timedelta:
    return clock.now() - default_storage.get_modified_time(key)


def _keys(area: str) -> Iterator[str]:
    with suppress(FileNotFoundError):  # nothing was ever made
        for owner in default_storage.listdir(area)[0]:
            for name in default_storage.listdir(f"{area}/{owner}")[1]:
                yield f"{area}/{owner}/{name}"
