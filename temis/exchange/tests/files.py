"""Files for the tests: rows under the headings of the contract, as CSV or spreadsheet."""

import csv
from pathlib import Path

import xlsxwriter

ORGANIZATIONS = (
    "Mã đơn vị", "Tên đơn vị", "Loại đơn vị", "Mã đơn vị quản lý", "Cấp học", "Mã tỉnh", "Vùng khó khăn", "Từ ngày",
    "Đến ngày",
)  # fmt: skip
STAFF = (
    "Mã định danh", "Họ và tên", "Ngày sinh", "Số CCCD", "Email", "Điện thoại", "Giới tính", "Dân tộc", "Mã đơn vị",
    "Vị trí việc làm", "Cấp học", "Môn dạy", "Tổ chuyên môn", "Tổ trưởng", "Cốt cán", "Từ ngày", "Đến ngày",
)  # fmt: skip
RESULTS = ("Mã định danh", *(f"TC{n}" for n in range(1, 16)), "Xếp loại", "Ngày đánh giá", "Người đánh giá")

TEACHER = {
    "Mã định danh": "93555", "Họ và tên": "Nguyễn Văn Mới", "Ngày sinh": "06/05/1985", "Giới tính": "Nam",
    "Dân tộc": "Kinh", "Mã đơn vị": "93-1-2", "Vị trí việc làm": "Giáo viên", "Cấp học": "THCS",
    "Từ ngày": "01/09/2019",
}  # fmt: skip
SCHOOL = {
    "Mã đơn vị": "93-1-3", "Tên đơn vị": "Trường THCS Mới", "Loại đơn vị": "Trường", "Mã đơn vị quản lý": "93-1",
    "Cấp học": "THCS", "Mã tỉnh": "93", "Từ ngày": "01/09/2015",
}  # fmt: skip


def teacher(**changes: str) -> dict[str, str]:
    """A row of staff that is right, but for `changes` (headings without spaces and accents are not understood)."""
    return TEACHER | {name.replace("_", " "): value for name, value in changes.items()}


def school(**changes: str) -> dict[str, str]:
    return SCHOOL | {name.replace("_", " "): value for name, value in changes.items()}


def write_csv(path: Path, headings, rows, *, delimiter=",", encoding="utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(headings)
        writer.writerows([row.get(name, "") for name in headings] for row in rows)
    return path


def write_xlsx(path: Path, headings, rows, *, sheets=("Sheet1",)) -> Path:
    """Rows stand in the last of the sheets; the others hold a note."""
    with xlsxwriter.Workbook(str(path)) as book:
        for name in sheets:
            sheet = book.add_worksheet(name)
            if name != sheets[-1]:
                sheet.write(0, 0, "Hướng dẫn")
                continue
            sheet.write_row(0, 0, headings)
            for number, row in enumerate(rows, start=1):
                for column, heading in enumerate(headings):
                    if (value := row.get(heading, "")) != "":
                        sheet.write(number, column, value)
    return path
