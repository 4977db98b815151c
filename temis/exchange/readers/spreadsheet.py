"""An .xlsx, read by calamine: the first visible sheet that has the headings."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from temis.exchange.columns import Column, Layout
from temis.exchange.readers import archive
from temis.exchange.readers.headings import match_headings, recognised
from temis.exchange.readers.table import HEADING_ROWS, FileRefused, Note, Row, Table, as_text

Range = tuple[tuple[int, int], tuple[int, int]]


def password_protected() -> FileRefused:
    return FileRefused(
        _(
            "Bảng tính được bảo vệ bằng mật khẩu. Trong Excel hãy chọn Tệp, Thông tin, Bảo vệ sổ làm việc, "
            "Mã hóa bằng mật khẩu, xóa mật khẩu, lưu lại rồi nạp."
        )
    )


def open_spreadsheet(path: Path, layout: Layout) -> Table:
    seen = archive.inspect(path)
    try:
        book = CalamineWorkbook.from_path(str(path))
        sheet, place, notes = _choose(book, layout)
        table = Table([], [], iter(()), notes=notes)
        rows = sheet.iter_rows()
        heading = list(islice(rows, place + 1))[-1] if place is not None else []
    except PasswordError:
        raise password_protected() from None
    except (CalamineError, ValueError, OverflowError) as error:
        raise archive.damaged() from error
    table.headings = [as_text(cell) for cell in heading]
    table.columns = match_headings(table.headings, layout, table.notes)
    first = place or 0
    _refuse_merged(sheet, table.columns, first)
    _look_at_formulas(seen.get(sheet.name, archive.Sheet()), table.notes)
    table.total = max(0, sheet.total_height - first - 1)
    table.rows = _rows(rows, table, first + 2)
    table.close = book.close
    return table


def _choose(book: CalamineWorkbook, layout: Layout) -> tuple[CalamineSheet, int | None, list[Note]]:
    """The first visible sheet whose best row has the most headings, and that row's place."""
    names = [sheet.name for sheet in book.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
    best: tuple[int, CalamineSheet | None, int | None] = (0, None, None)
    for name in names:
        sheet = book.get_sheet_by_name(name)
        for place, row in enumerate(islice(sheet.iter_rows(), HEADING_ROWS)):
            found = recognised([as_text(cell) for cell in row], layout)
            if found > best[0]:
                best = (found, sheet, place)
    notes: list[Note] = []
    if best[1] is None:
        sheet = _first_filled(book, names)
        return sheet, _first_row(sheet), notes
    if len(names) > 1:
        notes.append(("sheet_chosen", {"sheet": best[1].name, "sheets": len(names)}))
    return best[1], best[2], notes


def _first_filled(book: CalamineWorkbook, names: list[str]) -> CalamineSheet:
    for name in names:
        sheet = book.get_sheet_by_name(name)
        if sheet.total_height:
            return sheet
    raise FileRefused(_("Tệp trống. Hãy chọn tệp có dòng tiêu đề và ít nhất một dòng dữ liệu."))


def _first_row(sheet: CalamineSheet) -> int:
    return sheet.start[0] if sheet.start else 0


def _refuse_merged(sheet: CalamineSheet, columns: list[Column | None], heading: int) -> None:
    """Merged cells hide values: those that touch the headings or the rows below, in columns that we read."""
    left = sheet.start[1] if sheet.start else 0
    read = {left + i for i, column in enumerate(columns) if column}
    touching = [
        area
        for area in sheet.merged_cell_ranges or []
        if area[1][0] >= heading and read & set(range(area[0][1], area[1][1] + 1))
    ]
    if not touching:
        return
    shown = ", ".join(_area(area) for area in touching[: archive.SHOWN])
    message = _(
        "Có ô gộp (merge) trong bảng: %(cells)s%(more)s. Ô gộp làm mất giá trị của các dòng. "
        "Hãy chọn cả bảng, bỏ gộp ô (Unmerge Cells), điền đủ giá trị vào từng dòng rồi nạp lại."
    )
    raise FileRefused(message % {"cells": shown, "more": "…" if len(touching) > archive.SHOWN else ""})


def _look_at_formulas(seen: archive.Sheet, notes: list[Note]) -> None:
    if seen.uncomputed:
        message = _(
            "Có ô công thức chưa được tính: %(cells)s. Hãy mở tệp bằng Excel và lưu lại, hoặc chép dữ liệu rồi dán "
            "kiểu “chỉ dán giá trị” (Paste Values), rồi nạp lại."
        )
        raise FileRefused(message % {"cells": ", ".join(seen.uncomputed)})
    if seen.computed:
        notes.append(("formulas", {"count": seen.computed}))


def _rows(rows: Iterator[list[Any]], table: Table, number: int) -> Iterator[Row]:
    """Rows as text. A number in a column of codes is noted: zeros in front of it are lost for good."""
    codes = {i: column for i, column in enumerate(table.columns) if column and column.is_code}
    for offset, row in enumerate(rows):
        for i in [i for i in codes if type(row[i]) is float]:
            table.notes.append(("numbers_as_codes", {"column": codes.pop(i).heading}))
        texts = [cell if type(cell) is str else as_text(cell) for cell in row]
        if any(texts):
            yield number + offset, texts


def _area(area: Range) -> str:
    (top, left), (bottom, right) = area
    return f"{_letters(left)}{top + 1}:{_letters(right)}{bottom + 1}"


def _letters(column: int) -> str:
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
