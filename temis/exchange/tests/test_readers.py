"""What files are read, and what is said of those that cannot be."""

import zipfile
from datetime import date, datetime

import openpyxl
import pytest
import xlsxwriter

from temis.exchange.columns import layout_of
from temis.exchange.readers import FileRefused, open_table, opening
from temis.exchange.tests.files import STAFF, teacher, write_csv, write_xlsx

LAYOUT = layout_of("staff")
ROW = [teacher().get(name, "") for name in STAFF]


def read(path):
    with open_table(path, LAYOUT) as table:
        return [cells for _number, cells in table.rows], table


def numbers(path):
    with open_table(path, LAYOUT) as table:
        return [number for number, _cells in table.rows]


def refusal(path) -> str:
    with pytest.raises(FileRefused) as refused, open_table(path, LAYOUT) as table:
        list(table.rows)
    return str(refused.value)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_csv_is_read_in_every_delimiter_and_unicode_encoding(tmp_path, delimiter, encoding):
    path = write_csv(tmp_path / "f.csv", STAFF, [teacher()], delimiter=delimiter, encoding=encoding)

    assert read(path)[0] == [ROW]


def test_csv_that_says_its_delimiter_in_the_first_line_is_read(tmp_path):
    path = write_csv(tmp_path / "f.csv", STAFF, [teacher()], delimiter=";")
    path.write_text("sep=;\n" + path.read_text(encoding="utf-8"), encoding="utf-8")

    assert numbers(path) == [3]


def test_headings_are_matched_without_case_accents_and_spaces_in_any_order(tmp_path):
    headings = [
        "TU NGAY",
        "ho  va ten",
        "MÃ ĐỊNH DANH ",
        "ngày_sinh",
        "GIỚI TÍNH",
        "dân tộc",
        "mã đơn vị",
        "vị trí việc làm",
    ]
    path = tmp_path / "f.csv"
    path.write_text(",".join(headings) + "\n1,2,3,4,5,6,7,8\n", encoding="utf-8")

    _rows, table = read(path)

    assert [column.field for column in table.columns] == [
        "valid_from", "full_name", "code", "birth_date", "gender", "ethnic_group", "organization_code", "position",
    ]  # fmt: skip


def test_unknown_columns_are_noted_and_the_error_column_is_not(tmp_path):
    path = write_csv(tmp_path / "f.csv", [*STAFF, "Ghi chú", "Lỗi"], [teacher()])

    assert read(path)[1].notes == [("unknown_columns", {"columns": "Ghi chú"})]


def test_rows_are_numbered_as_in_a_spreadsheet_and_empty_ones_left_out(tmp_path):
    path = write_csv(tmp_path / "f.csv", STAFF, [teacher(), {}, teacher(Mã_định_danh="2")])

    assert numbers(path) == [2, 4]


def test_spreadsheet_gives_dates_ticks_and_codes_as_they_are_read(tmp_path):
    row = teacher() | {
        "Ngày sinh": datetime(1985, 5, 6), "Tổ trưởng": True, "Mã đơn vị": 12345678, "Điện thoại": "0901",
    }  # fmt: skip
    path = tmp_path / "f.xlsx"
    with xlsxwriter.Workbook(str(path), {"default_date_format": "dd/mm/yyyy"}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, STAFF)
        for column, name in enumerate(STAFF):
            sheet.write(1, column, row.get(name, None))

    [cells], table = read(path)

    named = dict(zip(STAFF, cells, strict=True))
    assert (named["Ngày sinh"], named["Tổ trưởng"]) == ("06/05/1985", "TRUE")
    assert (named["Mã đơn vị"], named["Điện thoại"]) == ("12345678", "0901")
    assert table.notes == [("numbers_as_codes", {"column": "Mã đơn vị"})]


def test_title_above_the_headings_is_skipped(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"] = "DANH SÁCH NHÂN SỰ"
    sheet.merge_cells("A1:D1")
    sheet.append([])
    sheet.append(STAFF)
    sheet.append(ROW)
    book.save(tmp_path / "f.xlsx")

    with open_table(tmp_path / "f.xlsx", LAYOUT) as table:
        found = [(number, cells[:2]) for number, cells in table.rows]

    assert found == [(4, ["93555", "Nguyễn Văn Mới"])]


def test_first_sheet_with_the_headings_is_taken_and_said_so(tmp_path):
    path = write_xlsx(tmp_path / "f.xlsx", STAFF, [teacher()], sheets=("Hướng dẫn", "Danh sách"))

    rows, table = read(path)

    assert rows == [ROW]
    assert table.notes == [("sheet_chosen", {"sheet": "Danh sách", "sheets": 2})]


def test_missing_columns_are_named_with_what_was_found(tmp_path):
    path = write_csv(tmp_path / "f.csv", ["Mã định danh", "Tên"], [])

    said = refusal(path)

    assert said == (
        "Thiếu cột: Họ và tên, Ngày sinh, Giới tính, Dân tộc, Mã đơn vị, Vị trí việc làm. "
        "Dòng tiêu đề của tệp đang có: Mã định danh, Tên."
    )


def test_repeated_heading_is_refused(tmp_path):
    assert "Ngày sinh" in refusal(write_csv(tmp_path / "f.csv", [*STAFF, "Ngày Sinh"], []))


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n\n\n"])
def test_empty_file_is_refused(tmp_path, content):
    (tmp_path / "f.csv").write_bytes(content)

    assert "Tệp trống" in refusal(tmp_path / "f.csv")


def test_spreadsheet_without_any_cell_is_refused(tmp_path):
    openpyxl.Workbook().save(tmp_path / "f.xlsx")

    assert "Tệp trống" in refusal(tmp_path / "f.xlsx")


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_headings_without_a_row_are_read_as_no_rows(tmp_path, write):
    with open_table(write(tmp_path / "f", STAFF, []), layout_of("staff")) as table:
        assert list(table.rows) == []


def test_merged_cells_among_the_rows_are_refused_by_name(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (STAFF, ROW, ROW, ROW):
        sheet.append(row)
    sheet.merge_cells("I2:I4")
    book.save(tmp_path / "f.xlsx")

    said = refusal(tmp_path / "f.xlsx")

    assert "I2:I4" in said
    assert "bỏ gộp ô" in said


def test_formula_without_a_computed_value_is_refused_by_name(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(STAFF)
    sheet.append(ROW)
    sheet["A2"] = '="93"&"555"'
    book.save(tmp_path / "f.xlsx")

    said = refusal(tmp_path / "f.xlsx")

    assert "A2" in said
    assert "công thức" in said


def test_formula_with_a_computed_value_is_read_and_noted(tmp_path):
    with xlsxwriter.Workbook(str(tmp_path / "f.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, STAFF)
        sheet.write_row(1, 0, ROW)
        sheet.write_formula(1, 0, '="93"&"555"', None, "93555")

    rows, table = read(tmp_path / "f.xlsx")

    assert rows == [ROW]
    assert table.notes == [("formulas", {"count": 1})]


def _ole(*names):
    """The beginning of an OLE file whose directory has these entries."""
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 504
        + b"".join(n.encode("utf-16-le").ljust(128, b"\0") for n in names)
    )


def test_password_protected_spreadsheet_is_told_so(tmp_path):
    (tmp_path / "f.xlsx").write_bytes(_ole("Root Entry", "EncryptionInfo", "EncryptedPackage"))

    assert "mật khẩu" in refusal(tmp_path / "f.xlsx")


OTHERS = {
    "f.xls": _ole("Root Entry", "Workbook"),
    "f.pdf": b"%PDF-1.7\n" + b"x" * 100,
    "f.htm": b"<html><table><tr><td>x</td></tr></table>",
    "f.png": b"\x89PNG\r\n\x1a\n" + bytes(100),
    "f.bin": bytes(range(256)) * 20,
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_types_are_told_to_be_saved_as_xlsx(tmp_path, name):
    (tmp_path / name).write_bytes(OTHERS[name])

    assert ".xlsx" in refusal(tmp_path / name)


def _archive(path, **parts):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def test_open_document_and_other_archives_are_refused(tmp_path):
    ods = _archive(tmp_path / "f.ods", mimetype="application/vnd.oasis.opendocument.spreadsheet")
    other = _archive(tmp_path / "f.zip", readme="x")

    assert ".ods" in refusal(ods)
    assert "không phải bảng tính" in refusal(other)


def _with_sheet(tmp_path, make):
    """A spreadsheet whose sheet's XML is replaced."""
    source = write_xlsx(tmp_path / "good.xlsx", STAFF, [teacher()])
    path = tmp_path / "bad.xlsx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = old.read(part)
            new.writestr(part.filename, make(content) if part.filename == "xl/worksheets/sheet1.xml" else content)
    return path


def test_zip_bomb_is_refused_before_it_is_opened(tmp_path):
    path = _with_sheet(tmp_path, lambda xml: xml + b" " * 200_000_000)

    assert "bất thường" in refusal(path)


def test_bomb_that_lies_about_its_size_is_refused(tmp_path):
    """The directory says one kilobyte; unpacking stops there, and the checksum does not fit."""
    path = _with_sheet(tmp_path, lambda xml: xml + b" " * 30_000_000)
    data = bytearray(path.read_bytes())
    size = next(i.file_size for i in zipfile.ZipFile(path).infolist() if i.filename.endswith("sheet1.xml"))
    lie = (1000).to_bytes(4, "little")
    path.write_bytes(bytes(data).replace(size.to_bytes(4, "little"), lie))

    assert "hỏng" in refusal(path)


def test_cell_far_away_is_refused_before_memory_is_taken(tmp_path):
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    path = _with_sheet(tmp_path, lambda xml: xml.replace(b"</sheetData>", far))

    assert "ô ở rất xa" in refusal(path)


def test_entities_of_xml_are_refused(tmp_path):
    entity = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    path = _with_sheet(tmp_path, lambda xml: xml.replace(b"<worksheet", entity + b"<worksheet", 1))

    assert "hỏng" in refusal(path)


def test_truncated_spreadsheet_is_refused(tmp_path):
    path = write_xlsx(tmp_path / "f.xlsx", STAFF, [teacher()] * 50)
    path.write_bytes(path.read_bytes()[:-200])

    assert "hỏng" in refusal(path)


def test_damaged_sheet_is_refused(tmp_path):
    path = _with_sheet(tmp_path, lambda xml: xml[: len(xml) // 2])

    assert "hỏng" in refusal(path)


# What windows-1258, TCVN3 and a misread UTF-8 make of the headings.
WRONG_LETTERS = {
    "cp1258": ",".join(STAFF).encode("cp1258", "replace"),
    "latin": "M\u00e3 \u0111\u1ecbnh danh".encode("cp1258", "replace") + b",H\xf2 v\xe0 t\xean\nx,y\n",
    "tcvn3 saved as unicode": "M· ®Þnh danh,Hä vµ tªn,Ngµy sinh\n1,NguyÔn V¨n A,2\n".encode(),
    "misread": "Mã định danh,Họ và tên\n1,2\n".encode().decode("cp1252", "replace").encode(),
}


@pytest.mark.parametrize("name", WRONG_LETTERS)
def test_letters_of_another_encoding_are_told_how_to_be_saved(tmp_path, name):
    (tmp_path / "f.csv").write_bytes(WRONG_LETTERS[name])

    said = refusal(tmp_path / "f.csv")

    assert "Unicode" in said
    assert "CSV UTF-8" in said


def test_wrong_letters_far_down_in_the_file_are_refused(tmp_path):
    path = write_csv(tmp_path / "f.csv", STAFF, [teacher()] * 3000)
    with path.open("ab") as file:
        file.write("9,Nguyễn\n".encode("cp1258", "replace") + b"\xff\xfe\xe3\n")

    assert "Unicode" in refusal(path)


def test_quotation_mark_that_is_not_closed_is_found(tmp_path):
    path = write_csv(tmp_path / "f.csv", STAFF, [teacher()])
    with path.open("a", encoding="utf-8") as file:
        file.write('1,"Nguyễn Văn A,2\n' + "x,y,z\n" * 20_000)

    assert "ngoặc kép" in refusal(path)


def test_file_above_the_limit_is_refused_without_reading_it(tmp_path, monkeypatch):
    monkeypatch.setattr(opening, "MAX_FILE", 100)
    path = write_csv(tmp_path / "f.csv", STAFF, [teacher()] * 10)

    assert "lớn hơn mức cho phép" in refusal(path)


def test_standard_with_fewer_criteria_than_the_file_is_refused(tmp_path, db):
    from temis.standards.models import Edition

    layout = layout_of("results", Edition.objects.get(code="GVPT-20/2018"))
    headings = ["Mã định danh", *(f"TC{n}" for n in range(1, 19)), "Xếp loại"]
    path = write_csv(tmp_path / "f.csv", headings, [])

    with pytest.raises(FileRefused, match="TC16, TC17, TC18"):
        open_table(path, layout)


def test_old_paper_results_need_no_column_of_criteria(tmp_path, db):
    from temis.standards.models import Edition

    layout = layout_of("results", Edition.objects.get(code="GVPT-20/2018"))
    path = write_csv(tmp_path / "f.csv", ["Mã định danh", "Xếp loại"], [{"Mã định danh": "1", "Xếp loại": "K"}])

    with open_table(path, layout) as table:
        assert list(table.rows) == [(2, ["1", "K"])]


def test_day_of_a_real_spreadsheet_date_is_vietnamese(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(STAFF)
    book.active.append(
        [date(2020, 12, 31) if name == "Từ ngày" else value for name, value in zip(STAFF, ROW, strict=True)]
    )
    book.save(tmp_path / "f.xlsx")

    [cells], _table = read(tmp_path / "f.xlsx")

    assert cells[STAFF.index("Từ ngày")] == "31/12/2020"
