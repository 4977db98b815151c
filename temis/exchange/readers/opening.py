"""Which reader a file needs: told by its content, not by its name."""

from pathlib import Path

from django.utils.translation import gettext as _

from temis.exchange.columns import Layout
from temis.exchange.readers.spreadsheet import open_spreadsheet, password_protected
from temis.exchange.readers.table import MAX_FILE, MEGABYTE, FileRefused, Table
from temis.exchange.readers.text import open_text

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OTHERS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"\x7fELF", b"MZ")


def too_large(size: int) -> FileRefused:
    message = _("Tệp %(size)d MB, lớn hơn mức cho phép %(limit)d MB. Hãy chia thành nhiều tệp nhỏ hơn.")
    return FileRefused(message % {"size": size // MEGABYTE, "limit": MAX_FILE // MEGABYTE})


def read_kind(path: Path) -> str:
    """ "xlsx" or "csv"; anything else is refused with what to do."""
    size = path.stat().st_size
    if size == 0:
        raise FileRefused(_("Tệp trống. Hãy chọn tệp có dòng tiêu đề và ít nhất một dòng dữ liệu."))
    if size > MAX_FILE:
        raise too_large(size)
    with path.open("rb") as file:
        beginning = file.read(4096)
    if beginning.startswith(b"PK"):
        return "xlsx"
    if beginning.startswith(_OLE):
        if _contains(path, _ENCRYPTED):
            raise password_protected()
        raise FileRefused(
            _("Tệp là .xls (Excel 97-2003). Trong Excel hãy chọn Lưu thành, kiểu “Excel Workbook (.xlsx)”.")
        )
    start = beginning.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if beginning.startswith(_OTHERS) or start.startswith((b"<html", b"<!doctype", b"<?xml", b"<table", b"{\\rtf")):
        raise FileRefused(_("Tệp không phải bảng tính .xlsx hay văn bản .csv. Hãy lưu thành .xlsx rồi nạp lại."))
    return "csv"


def open_table(path: Path, layout: Layout) -> Table:
    """The table in a file, its headings matched; FileRefused where it cannot be imported."""
    return open_spreadsheet(path, layout) if read_kind(path) == "xlsx" else open_text(path, layout)


def _contains(path: Path, wanted: bytes) -> bool:
    """Whether the bytes stand in the file, read in pieces."""
    rest = b""
    with path.open("rb") as file:
        while piece := file.read(MEGABYTE):
            if wanted in rest + piece:
                return True
            rest = piece[-len(wanted) :]
    return False
