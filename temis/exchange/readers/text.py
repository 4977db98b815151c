"""CSV: comma, semicolon or tab; UTF-8 with or without a byte-order mark, or UTF-16; a line at a time."""

import codecs
import csv
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

from temis.exchange.columns import Layout
from temis.exchange.readers.headings import match_headings, recognised, wrong_encoding
from temis.exchange.readers.table import HEADING_ROWS, FileRefused, Row, Table

LONGEST_CELL = 32_767  # as in a spreadsheet; beyond it, a quotation mark was not closed
SAMPLE = 64 * 1024


def encoding_of(sample: bytes) -> str:
    """The encoding a sample from the beginning of the file gives away."""
    if sample.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # Half of the bytes of plain letters in UTF-16 are zeros.
    if sample[1:200:2].count(0) > len(sample[1:200:2]) // 3:
        return "utf-16-le"
    if sample[0:200:2].count(0) > len(sample[0:200:2]) // 3:
        return "utf-16-be"
    return "utf-8"


def open_text(path: Path, layout: Layout) -> Table:
    with path.open("rb") as beginning:
        sample = beginning.read(SAMPLE)
    encoding = encoding_of(sample)
    if b"\0" in sample and not encoding.startswith("utf-16"):
        raise FileRefused(_("Tệp không phải bảng tính .xlsx hay văn bản .csv. Hãy lưu thành .xlsx rồi nạp lại."))
    # newline="" lets csv see the line ends inside quoted cells.
    file = path.open(encoding=encoding, newline="")
    try:
        return _table(file, layout)
    except BaseException:
        file.close()
        raise


def _table(file: IO[str], layout: Layout) -> Table:
    first = _first_lines(file)
    delimiter = max(",;\t", key=lambda sign: _best([line.split(sign) for line in first], layout)[0])
    file.seek(0)
    csv.field_size_limit(LONGEST_CELL)
    numbered = enumerate(_records(file, delimiter), start=1)
    head = list(islice(numbered, HEADING_ROWS))
    if not any(any(cell.strip() for cell in row) for _number, row in head):
        raise FileRefused(_("Tệp trống. Hãy chọn tệp có dòng tiêu đề và ít nhất một dòng dữ liệu."))
    found, place = _best([row for _number, row in head], layout)
    # Nothing recognised: the first filled row is what the message shows.
    place = place if found else next(i for i, (_n, row) in enumerate(head) if any(cell.strip() for cell in row))
    table = Table(head[place][1], [], iter(()))
    table.columns = match_headings(table.headings, layout, table.notes)
    table.close = file.close
    table.rows = _padded(chain(head[place + 1 :], numbered), len(table.headings))
    return table


def _first_lines(file: IO[str]) -> list[str]:
    try:
        return [line.replace('"', "") for line in islice(file, HEADING_ROWS)]
    except UnicodeError:
        raise FileRefused(wrong_encoding()) from None


def _best(rows: list[list[str]], layout: Layout) -> tuple[int, int]:
    """How many headings the best row has, and its place; of equals the first."""
    scores = [recognised(row, layout) for row in rows]
    best = max(scores, default=0)
    return best, scores.index(best) if scores else 0


def _records(file: IO[str], delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(file, delimiter=delimiter)
    number = 0
    while True:
        number += 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except UnicodeError:
            raise FileRefused(wrong_encoding()) from None
        except csv.Error:
            message = _(
                "Từ dòng %(line)d tệp không còn đọc được: có thể thiếu dấu ngoặc kép đóng. "
                "Hãy mở bằng Excel, lưu thành .xlsx rồi nạp lại."
            )
            raise FileRefused(message % {"line": number}) from None
        if number == 1 and len(row) == 1 and row[0].lower().startswith("sep="):
            row = []
        yield row


def _padded(rows: Iterator[Row], width: int) -> Iterator[Row]:
    """Rows of exactly the width of the headings, or longer where the file has more; rows without content left out."""
    for number, row in rows:
        if len(row) < width:
            if not row or not any(row):
                continue
            row = row + [""] * (width - len(row))
        if any(row):
            yield number, row
