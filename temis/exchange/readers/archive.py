"""The inside of an .xlsx before anything opens it: is it a bomb, is it whole, what formulas does it hold."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from zlib import error as ZlibError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _

from temis.exchange.readers.table import MEGABYTE, FileRefused

MAX_UNPACKED = 700 * MEGABYTE
MAX_RATIO = 250  # tables of text pack 5 to 40 times; a bomb a thousand times
RATIO_COUNTS_FROM = 20 * MEGABYTE
MAX_CELLS = 40_000_000
SHOWN = 8
CHUNK = MEGABYTE

_FORMULA = re.compile(
    rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]+[0-9]+)"[^>]*>\s*<(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*(<(?:\w+:)?v>[^<])?'
)
_FAR_COLUMN = re.compile(rb'<(?:\w+:)?c\b[^>]*?\sr="([A-Z]{2,3})[0-9]')
_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\sr="([0-9]+)"')
_SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass
class Sheet:
    """What one pass over the XML of a sheet saw."""

    computed: int = 0
    uncomputed: list[str] = field(default_factory=list)
    columns: int = 26
    rows: int = 0


def damaged() -> FileRefused:
    return FileRefused(
        _("Tệp .xlsx bị hỏng hoặc tải lên chưa hết. Hãy mở bằng Excel, lưu lại thành tệp .xlsx mới rồi nạp lại.")
    )


def inspect(path: Path) -> dict[str, Sheet]:
    """Sheets by name. Every part is unpacked once, in pieces: no size in the file's own directory is believed."""
    try:
        with zipfile.ZipFile(path) as archive:
            _refuse_bomb(archive, path.stat().st_size)
            _refuse_other_types(archive)
            return _sheets(archive)
    except (zipfile.BadZipFile, ZlibError, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        if isinstance(error, OSError) and error.filename:
            raise
        raise damaged() from error
    except (ElementTree.ParseError, DefusedXmlException, KeyError) as error:
        raise damaged() from error


def _refuse_bomb(archive: zipfile.ZipFile, size: int) -> None:
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    is_bomb = unpacked > RATIO_COUNTS_FROM and unpacked > MAX_RATIO * size
    if is_bomb or len(parts) > 10_000 or any(part.filename.endswith(".zip") for part in parts):
        raise FileRefused(
            _(
                "Tệp nén bất thường: khi mở ra lớn gấp quá nhiều lần, có thể gây hại. "
                "Hãy chép dữ liệu sang một bảng tính mới, lưu thành .xlsx rồi nạp lại."
            )
        )
    if unpacked > MAX_UNPACKED:
        raise FileRefused(
            _("Bảng tính quá lớn (trên %(size)d MB khi mở ra). Hãy lưu thành “CSV UTF-8” hoặc chia thành nhiều tệp.")
            % {"size": MAX_UNPACKED // MEGABYTE}
        )


def _refuse_other_types(archive: zipfile.ZipFile) -> None:
    names = set(archive.namelist())
    if "xl/workbook.xml" in names:
        return
    if "xl/workbook.bin" in names:
        raise FileRefused(_("Tệp là .xlsb. Trong Excel hãy chọn Lưu thành, kiểu “Excel Workbook (.xlsx)”."))
    if "mimetype" in names:
        raise FileRefused(_("Tệp là .ods. Hãy chọn Lưu thành, kiểu .xlsx, rồi nạp lại."))
    raise FileRefused(_("Tệp nén này không phải bảng tính .xlsx. Hãy lưu danh sách thành .xlsx rồi nạp lại."))


def _sheets(archive: zipfile.ZipFile) -> dict[str, Sheet]:
    files = _sheet_files(archive)
    seen: dict[str, Sheet] = {}
    for part in archive.infolist():
        if part.filename in files:
            seen[files[part.filename]] = _scan(_pieces(archive, part))
        elif part.filename.startswith("xl/") and part.filename.endswith((".xml", ".rels")):
            for _piece in _pieces(archive, part):
                pass
    return seen


def _pieces(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The part in pieces; zipfile stops at the size the directory states and checks the sum."""
    with archive.open(part) as stream:
        first = True
        while piece := stream.read(CHUNK):
            if first and b"<!DOCTYPE" in piece[:4096]:
                raise damaged()
            first = False
            yield piece


def _sheet_files(archive: zipfile.ZipFile) -> dict[str, str]:
    """Names of the sheets by the file each is in."""
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    found = {}
    for sheet in book.iter(f"{_SPREADSHEET}sheet"):
        target = targets.get(sheet.get(_RELATION), "")
        found[target[1:] if target.startswith("/") else f"xl/{target}"] = sheet.get("name", "")
    return found


def _scan(pieces: Iterator[bytes]) -> Sheet:
    sheet, rest = Sheet(), b""
    for piece in pieces:
        rest += piece
        # Only whole cells are looked at; the last, perhaps cut one waits for the next piece.
        cut = rest.rfind(b"<c ")
        cut = rest.rfind(b":c ") if cut < 0 else cut
        if cut > 0:
            _look(rest[:cut], sheet)
            rest = rest[cut:]
        if len(rest) > 64 * MEGABYTE:
            raise damaged()
    _look(rest, sheet)
    if sheet.rows * sheet.columns > MAX_CELLS:
        raise FileRefused(
            _(
                "Bảng tính có ô ở rất xa (dòng %(row)d, hơn %(column)d cột). "
                "Hãy chép phần dữ liệu sang một bảng tính mới, lưu thành .xlsx rồi nạp lại."
            )
            % {"row": sheet.rows, "column": sheet.columns}
        )
    return sheet


def _look(xml: bytes, sheet: Sheet) -> None:
    if b"<f" in xml or b":f" in xml:
        for cell, has_value in _FORMULA.findall(xml):
            if has_value:
                sheet.computed += 1
            elif len(sheet.uncomputed) < SHOWN:
                sheet.uncomputed.append(cell.decode())
    for letters in set(_FAR_COLUMN.findall(xml)):
        number = 0
        for letter in letters:
            number = number * 26 + letter - 64
        sheet.columns = max(sheet.columns, number)
    if numbers := _ROW.findall(xml):
        sheet.rows = max(sheet.rows, *map(int, numbers))
