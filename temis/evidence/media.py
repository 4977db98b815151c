"""What a file is, by its content: a short list of what is accepted, everything else is not.

Own reading instead of libmagic: the question is not "which of a thousand types" but "is it really one of these twelve",
for which the containers have to be looked into anyway (a .docx and a .docm are both ZIP), and a fresh machine needs no
system library. See ADR 13.
"""

import re
import zipfile
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from temis.core.errors import RuleViolation

_CONTENT_TYPES_LIMIT = 1_000_000  # bytes of [Content_Types].xml that are read, against a bomb


@dataclass(frozen=True, slots=True)
class Media:
    """A type that is accepted. `preview`: "pdf", "picture" or nothing."""

    media_type: str
    extension: str
    preview: str = ""


PDF = Media("application/pdf", "pdf", "pdf")
PNG = Media("image/png", "png", "picture")
JPEG = Media("image/jpeg", "jpg", "picture")
WEBP = Media("image/webp", "webp", "picture")
DOCX = Media("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx")
XLSX = Media("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx")
PPTX = Media("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx")
DOC = Media("application/msword", "doc")
XLS = Media("application/vnd.ms-excel", "xls")
PPT = Media("application/vnd.ms-powerpoint", "ppt")
MP4 = Media("video/mp4", "mp4")
M4A = Media("audio/mp4", "m4a")
MP3 = Media("audio/mpeg", "mp3")

ACCEPTED = (PDF, JPEG, PNG, WEBP, DOCX, XLSX, PPTX, DOC, XLS, PPT, MP4, M4A, MP3)
BY_TYPE = {media.media_type: media for media in ACCEPTED}

_STARTS = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG), (b"ID3", MP3))
_MAIN_PARTS = (
    (b"wordprocessingml.document.main+xml", DOCX),
    (b"spreadsheetml.sheet.main+xml", XLSX),
    (b"presentationml.presentation.main+xml", PPTX),
    (b"presentationml.slideshow.main+xml", PPTX),
)
_OLE_STREAMS = (("WordDocument", DOC), ("Workbook", XLS), ("PowerPoint Document", PPT))
_MP4_BRANDS = (
    b"isom",
    b"iso2",
    b"iso4",
    b"iso5",
    b"iso6",
    b"mp41",
    b"mp42",
    b"avc1",
    b"dash",
    b"M4V ",
    b"MSNV",
    b"3gp",
)


def accept() -> str:
    """Value of the `accept` attribute of a file field."""
    return ",".join(f".{media.extension}" for media in ACCEPTED) + ",.jpeg"


def detect(file: BinaryIO) -> Media:
    """EVD-01. The accepted type that the content is; RuleViolation for any other content."""
    file.seek(0)
    head = file.read(4096)
    file.seek(0)
    found = _by_start(head) or _container(file, head)
    file.seek(0)
    if found is None:
        message = _(
            "Loại tệp này không dùng được. Hãy chọn tệp PDF, ảnh (JPG, PNG, WebP), Word, Excel, PowerPoint, MP4, M4A "
            "hoặc MP3."
        )
        raise RuleViolation("EVD-01", message, field="file")
    return found


def _by_start(head: bytes) -> Media | None:
    for start, media in _STARTS:
        if head.startswith(start):
            return media
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp":
        return _iso_media(head[8:12])
    return MP3 if _is_mpeg_audio(head) else None


def _iso_media(brand: bytes) -> Media | None:
    if brand in (b"M4A ", b"M4B "):
        return M4A
    return MP4 if brand.startswith(_MP4_BRANDS) else None


def _is_mpeg_audio(head: bytes) -> bool:
    """A frame header of layer III: sync, a known version, a bit rate and a sampling rate that exist."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return False
    return head[1] & 0x18 != 0x08 and head[2] >> 4 not in (0, 15) and head[2] & 0x0C != 0x0C


def _container(file: BinaryIO, head: bytes) -> Media | None:
    if head.startswith(b"PK\x03\x04"):
        return _office(file)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _old_office(file)
    return None


def _office(file: BinaryIO) -> Media | None:
    """Word, Excel or PowerPoint by the type of the main part; one with macros is refused."""
    try:
        with zipfile.ZipFile(file) as parts, parts.open("[Content_Types].xml") as types:
            declared = types.read(_CONTENT_TYPES_LIMIT)
    except (zipfile.BadZipFile, KeyError, RuntimeError, OSError, NotImplementedError):
        return None
    if b"macroEnabled" in declared or b"vbaProject" in declared:
        _refuse_macros()
    return next((media for part, media in _MAIN_PARTS if part in declared), None)


def _old_office(file: BinaryIO) -> Media | None:
    """.doc, .xls, .ppt by the name of their main stream in the directory of the compound file."""
    file.seek(0)
    content = file.read()
    if _stream(content, "_VBA_PROJECT"):
        _refuse_macros()
    return next((media for name, media in _OLE_STREAMS if _stream(content, name)), None)


def _stream(content: bytes, name: str) -> bool:
    """Is there a directory entry of this name: 64 bytes of UTF-16, filled with zeros, and then their length?"""
    encoded = name.encode("utf-16-le") + b"\0\0"
    entry = encoded.ljust(64, b"\0") + len(encoded).to_bytes(2, "little")
    return re.search(re.escape(entry), content) is not None


def _refuse_macros() -> None:
    message = _("Tệp có macro không dùng được. Hãy lưu lại thành tệp không có macro hoặc tệp PDF rồi chọn lại.")
    raise RuleViolation("EVD-01", message, field="file")
