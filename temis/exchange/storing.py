"""The uploaded file: in private storage until it has been read."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile

PIECE = 1024 * 1024


def digest(upload: UploadedFile) -> str:
    sha = hashlib.sha256()
    for piece in upload.chunks(PIECE):
        sha.update(piece)
    return sha.hexdigest()


def store(upload: UploadedFile, sha256: str) -> str:
    """Keep the file under its content's name; returns that name."""
    upload.seek(0)
    return default_storage.save(f"imports/{sha256[:2]}/{sha256}", upload)


def forget(name: str) -> None:
    if name:
        default_storage.delete(name)


@contextmanager
def as_path(upload: UploadedFile) -> Iterator[Path]:
    """The upload as a file on disk: a large one is there already."""
    if isinstance(upload, TemporaryUploadedFile):
        upload.flush()
        yield Path(upload.temporary_file_path())
        return
    with tempfile.NamedTemporaryFile(prefix="temis-") as copy:
        for piece in upload.chunks(PIECE):
            copy.write(piece)
        copy.flush()
        yield Path(copy.name)


@contextmanager
def stored_as_path(name: str) -> Iterator[Path]:
    """The stored file as a file on disk, wherever the storage is."""
    try:
        yield Path(default_storage.path(name))
    except NotImplementedError:
        with default_storage.open(name) as source, tempfile.NamedTemporaryFile(prefix="temis-") as copy:
            while piece := source.read(PIECE):
                copy.write(piece)
            copy.flush()
            yield Path(copy.name)
