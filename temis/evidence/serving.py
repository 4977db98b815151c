"""Stored files on their way out: rights are the caller's business (a view that fetched the item), safety is here."""

import io
from typing import TypeVar
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from PIL import Image, ImageOps

from temis.evidence import media, scanning
from temis.evidence.enums import ScanState
from temis.evidence.models import EvidenceItem, StoredFile

# A browser does nothing with these files but show them: no script, no request, no other page around them.
_INERT = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'"
PICTURE_EDGE = 1600  # longest edge of a preview, in pixels
MAX_PIXELS = 60_000_000  # more is no photo but a decompression bomb
_ADDRESS_HOLDS = 60  # seconds

Response = TypeVar("Response", bound=HttpResponseBase)


def is_servable(stored: StoredFile) -> bool:
    """EVD-07. Never what the scanner found; where there is a scanner, not before it has looked."""
    if stored.scan == ScanState.CLEAN:
        return True
    return stored.scan == ScanState.NOT_SCANNED and not scanning.is_configured()


def download(item: EvidenceItem) -> HttpResponseBase:
    """The file itself, to be saved; from the store directly where the installation says so."""
    stored = _servable(item)
    disposition = f"attachment; filename*=UTF-8''{quote(item.file_name)}"
    if settings.PRESIGN_DOWNLOADS:
        parameters = {"ResponseContentDisposition": disposition, "ResponseContentType": stored.media_type}
        address = default_storage.url(stored.key, parameters=parameters, expire=_ADDRESS_HOLDS)  # type: ignore[call-arg]
        return HttpResponseRedirect(address)
    return _stream(stored, disposition)


def preview(item: EvidenceItem) -> HttpResponseBase:
    """A PDF to be looked at in a frame of our own page; 404 for other types."""
    stored = _servable(item)
    if media.BY_TYPE[stored.media_type].preview != "pdf":
        raise Http404
    return _stream(stored, f"inline; filename*=UTF-8''{quote(item.file_name)}")


def picture(item: EvidenceItem) -> HttpResponse:
    """A picture, made anew: smaller, upright, without its metadata (place, device) and whatever else it held."""
    stored = _servable(item)
    if media.BY_TYPE[stored.media_type].preview != "picture":
        raise Http404
    with default_storage.open(stored.key, "rb") as content:
        made = _made_anew(content)
    if made is None:
        raise Http404
    return _headers(HttpResponse(made, content_type="image/webp"), "inline")


def _made_anew(content: object) -> bytes | None:
    """WebP of at most PICTURE_EDGE pixels; None where it cannot be read or is too large to be opened safely."""
    try:
        with Image.open(content) as image:  # type: ignore[arg-type]
            if image.width * image.height > MAX_PIXELS:
                return None
            image.draft("RGB", (PICTURE_EDGE, PICTURE_EDGE))
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((PICTURE_EDGE, PICTURE_EDGE))
            buffer = io.BytesIO()
            upright.convert("RGB").save(buffer, "WEBP", quality=80)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None
    return buffer.getvalue()


def _servable(item: EvidenceItem) -> StoredFile:
    if item.file is None or not is_servable(item.file):
        raise Http404
    return item.file


def _stream(stored: StoredFile, disposition: str) -> HttpResponseBase:
    try:
        content = default_storage.open(stored.key, "rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(content, content_type=stored.media_type)
    response["Content-Length"] = str(stored.size)
    return _headers(response, disposition)


def _headers(response: Response, disposition: str) -> Response:
    response["Content-Disposition"] = disposition
    response["Content-Security-Policy"] = _INERT
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
