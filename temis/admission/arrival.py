"""What somebody sends arrives in full before a place inside is asked for.

On a slow line a file takes minutes. Nobody else waits for that: only a thread does, of which there are many; a place,
of which there are few, is for work. A proxy in front that buffers requests does the same; not everybody has one.
"""

from collections.abc import Callable, Iterable
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

IN_MEMORY = 256 * 1024  # bytes; the rest of a larger one is on the disk
CHUNK = 64 * 1024


def arrived(application: Application, most: int) -> Application:
    """`application` with requests of up to `most` bytes that have arrived; larger ones it reads, and limits, itself."""

    def serve(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        length = _length(environ)
        if not 0 < length <= most:
            return application(environ, start_response)
        with SpooledTemporaryFile(max_size=IN_MEMORY) as kept:
            _copy(environ["wsgi.input"], kept, length)
            kept.seek(0)
            return application(environ | {"wsgi.input": kept}, start_response)

    return serve


def _length(environ: Environ) -> int:
    told = environ.get("CONTENT_LENGTH") or "0"
    return int(told) if told.isascii() and told.isdecimal() else 0


def _copy(source: BinaryIO, target: Any, length: int) -> None:
    """Ends early where the sender has gone; the application then finds too little, as it would have itself."""
    while length > 0 and (chunk := source.read(min(CHUNK, length))):
        target.write(chunk)
        length -= len(chunk)
