"""Headings: matched without case, accents, spacing and punctuation, in any order, below a title or not."""

# text: data

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from temis.exchange import cells
from temis.exchange.cells import key
from temis.exchange.columns import ERROR_HEADING, Column, Layout
from temis.exchange.readers.table import FileRefused, Note

_CRITERION = re.compile(r"tc\d+")


def recognised(row: Sequence[str], layout: Layout) -> int:
    """How many different headings of the layout stand in a row."""
    return len({key(text) for text in row} & layout.by_heading.keys())


def match_headings(row: Sequence[str], layout: Layout, notes: list[Note]) -> list[Column | None]:
    """The column each cell of the heading row stands for; refuses missing and repeated ones."""
    folded = [key(text) for text in row]
    columns = [layout.by_heading.get(name) for name in folded]
    _refuse_repeated(columns)
    _refuse_other_standard(folded, layout)
    _refuse_missing(row, columns, layout)
    unknown = [
        cells.tidy(text)
        for text, column in zip(row, columns, strict=True)
        if column is None and text.strip() and key(text) != key(ERROR_HEADING)
    ]
    if unknown:
        notes.append(("unknown_columns", {"columns": ", ".join(unknown)}))
    return columns


def _refuse_repeated(columns: Sequence[Column | None]) -> None:
    found = [column.heading for column in columns if column]
    repeated = sorted({heading for heading in found if found.count(heading) > 1})
    if repeated:
        message = _("Tiêu đề cột bị lặp: %(columns)s. Chỉ giữ một cột cho mỗi tiêu đề rồi nạp lại.")
        raise FileRefused(message % {"columns": ", ".join(repeated)})


def _refuse_other_standard(folded: Sequence[str], layout: Layout) -> None:
    """TC16 in a file for a standard of 15 criteria: the wrong standard was chosen."""
    known = {name for name in layout.by_heading if _CRITERION.fullmatch(name)}
    beyond = [name.upper() for name in folded if _CRITERION.fullmatch(name) and name not in known]
    if known and beyond:
        message = ngettext(
            "Tệp có cột %(columns)s nhưng bộ chuẩn đã chọn chỉ có %(count)d tiêu chí. Hãy chọn đúng bộ chuẩn.",
            "Tệp có cột %(columns)s nhưng bộ chuẩn đã chọn chỉ có %(count)d tiêu chí. Hãy chọn đúng bộ chuẩn.",
            len(known),
        )
        raise FileRefused(message % {"columns": ", ".join(beyond), "count": len(known)})


def _refuse_missing(row: Sequence[str], columns: Sequence[Column | None], layout: Layout) -> None:
    present = {column.heading for column in columns if column}
    needed = [column for column in layout.columns if column.needed]
    criteria = {column.heading for column in needed if _CRITERION.fullmatch(column.field)}
    if criteria and not criteria & present and "Xếp loại" in present:
        needed = [column for column in needed if column.heading not in criteria]  # old paper results
    missing = [column.heading for column in needed if column.heading not in present]
    if not missing:
        return
    if any(cells.looks_misencoded(text) for text in row):
        raise FileRefused(wrong_encoding())
    found = ", ".join(cells.tidy(text)[:40] for text in row if text.strip())[:300]
    if not present:
        message = _(
            "Không tìm thấy dòng tiêu đề. Dòng tiêu đề phải có các cột: %(columns)s. Tệp mẫu có sẵn ở trang nạp tệp."
        )
        raise FileRefused(message % {"columns": ", ".join(missing)})
    message = _("Thiếu cột: %(columns)s. Dòng tiêu đề của tệp đang có: %(found)s.")
    raise FileRefused(message % {"columns": ", ".join(missing), "found": found or "–"})


def wrong_encoding() -> str:
    return _(
        "Chữ trong tệp không ở bảng mã Unicode (có thể là TCVN3 - phông .VnTime, VNI hoặc windows-1258). "
        "Nếu tệp mở trong Excel hiện đúng chữ tiếng Việt: chọn Lưu thành (Save As), kiểu “Excel Workbook (.xlsx)” "
        "hoặc “CSV UTF-8”. Nếu chữ hiện đúng chỉ với phông .VnTime, VNI: chuyển mã sang Unicode (Unikey, "
        "Ctrl+Shift+F6) trước khi lưu."
    )
