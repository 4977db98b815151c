"""The outputs say what the tables say."""

import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from docx import Document
from docx.oxml.ns import qn

from temis.reporting.document import Narrative
from temis.reporting.formats import HIDDEN
from temis.reporting.render import csv as csv_file
from temis.reporting.render import docx, html, pdf, xlsx
from temis.reporting.render import json as json_file
from temis.reporting.suppression import suppress
from temis.reporting.tests.documents import document


@pytest.fixture(scope="module")
def report():
    return document()


@pytest.fixture(scope="module")
def public(report):
    return document(tables=tuple(suppress(report.template, report.tables)), hidden_below=5)


@pytest.fixture(scope="module")
def official(report):
    """The two official tables alone, quick to print."""
    return document(tables=report.tables[:2])


def test_json_is_as_the_contract_says(report):
    content = json_file.render(report)
    data = json.loads(content)

    assert content.startswith('{\n "province": {\n  "code": "93",\n  "name": "Hậu Giang"\n },\n "tables": [\n'.encode())
    assert sorted(data) == ["province", "tables", "template", "year"]
    assert (data["template"], data["year"]) == ("temis-2020", 2020)
    first, second = data["tables"][:2]
    assert [(c["key"], c["kind"], c.get("decimals")) for c in first["columns"]] == [
        ("total", "count", None), ("completed", "count", None), ("completed_pct", "percent", 1),
    ]  # fmt: skip
    assert first["rows"][0] == {
        "level": "ALL", "group": "ALL", "label": "Tổng số",
        "values": {"total": 6726, "completed": 5713, "completed_pct": 84.9},
    }  # fmt: skip
    assert [c["key"] for c in second["columns"]] == ["cd", "cd_pct", "d", "d_pct", "k", "k_pct", "t", "t_pct"]
    assert [(row["level"], row["group"]) for row in second["rows"]] == [
        (level, group) for level in ("ALL", "TH", "THCS", "THPT") for group in ("ALL", "F", "EM", "F_EM", "DA")
    ]


def test_json_of_the_same_data_is_the_same_bytes(report):
    assert json_file.render(report) == json_file.render(document())


def test_json_read_back_gives_the_same_tables(report, public):
    for made in (report, public):
        assert json_file.read_tables(made.template, json_file.render(made)) == list(made.tables)


def test_json_of_the_country_has_no_province(report):
    assert json.loads(json_file.render(document(province=None)))["province"] is None


def test_hidden_cells_are_null_and_named_in_json(public):
    data = json.loads(json_file.render(public))

    row = data["tables"][1]["rows"][0]
    assert data["suppressed"] is True
    assert row["suppressed"] == ["cd", "cd_pct", "d", "d_pct"]
    assert [row["values"][key] for key in row["suppressed"]] == [None] * 4


def test_meta_tells_of_the_extraction(report):
    content = json_file.render(report)
    meta = json.loads(json_file.render_meta(report, content))

    assert meta["extracted_by"] == "Nguyễn Thị Hoa"
    assert meta["extracted_at"] == "2020-12-24T08:30:00+00:00"
    assert len(meta["report_sha256"]) == 64


def test_csv_opens_in_vietnamese_spreadsheets(report):
    with zipfile.ZipFile(io.BytesIO(csv_file.render(report))) as archive:
        content = archive.read("A.1.1.csv")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))

    assert content.startswith(b"\xef\xbb\xbf")
    assert rows[1] == ["ALL", "ALL", "Tổng số", "6726", "5713", "84,9"]
    assert len(rows) == 21


def test_csv_as_in_2020_has_points_and_commas():
    with zipfile.ZipFile(io.BytesIO(csv_file.render(document(profile="2020")))) as archive:
        assert archive.read("A.1.1.csv").decode("utf-8-sig").splitlines()[1] == "ALL,ALL,Tổng số,6726,5713,84.9"


def test_workbook_holds_real_numbers_and_no_formula(report):
    book = openpyxl.load_workbook(io.BytesIO(xlsx.render(report)))
    sheet = book["A.1.1"]

    assert book.sheetnames == [*(result.table.id for result in report.tables), "Định nghĩa"]
    assert [cell.value for cell in sheet[5]] == ["Tổng số", 6726, 5713, 84.9]
    assert [cell.number_format for cell in sheet[5]][1:] == ["#,##0", "#,##0", "0.0"]
    assert {cell.data_type for made in book for row in made for cell in row} <= {"n", "s"}


def test_workbook_shows_signs_for_hidden_numbers(public):
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx.render(public)))["A.1.2"]
    assert [cell.value for cell in sheet[6]] == ["Tổng số", "•", "•", "•", "•", 2790, 48.84, 2696, 47.19]


def test_html_tables_are_accessible(official):
    table = html.render_table(official, official.tables[1])

    assert table.count("<caption>") == 1
    assert table.count('<th scope="row">') == 20
    assert '<th scope="colgroup" colspan="8">Kết quả xếp loại</th>' in table
    assert len(re.findall(r'class="level level-(CD|D|K|T)">(CĐ|Đ|K|T)<', table)) == 4
    assert "style=" not in table
    assert "2.790" in table


def test_html_escapes_what_people_write():
    made = document(tables=(), narrative=(Narrative("<b>1</b>", ("<script>alert(1)</script>",)),))
    content = html.render(made).decode()
    assert "<script" not in content
    assert "&lt;script&gt;" in content


def test_html_explains_hidden_numbers(public):
    table = html.render_table(public, public.tables[1])
    assert "số từ 1 đến 4 người" in table
    assert table.count('class="report-table__hidden">•<') == sum(
        value is HIDDEN for row in public.tables[1].rows for value in row.values.values()
    )


def test_extension_is_marked_as_unverified(report):
    mark = "phần mở rộng, chưa đối chiếu với mẫu Phụ lục 3"
    assert [mark in html.render_table(report, result) for result in report.tables] == [False] * 2 + [True] * 10


def test_word_document_repeats_table_heads(official):
    book = Document(io.BytesIO(docx.render(official)))
    first, second = book.tables[1], book.tables[2]

    heads = [len(table._tbl.findall(f".//{qn('w:tblHeader')}")) for table in (first, second)]
    assert heads == [2, 3]
    assert [cell.text for cell in first.rows[2].cells] == ["Tổng số", "6.726", "5.713", "84,9"]
    assert "SỞ GIÁO DỤC VÀ ĐÀO TẠO" in book.tables[0].rows[0].cells[0].text
    assert "Hậu Giang, ngày 28 tháng 12 năm 2020" in book.tables[0].rows[0].cells[1].text


def test_cells_of_word_tables_are_as_wide_as_their_columns(official):
    """Word goes by the cells, LibreOffice by the columns: both draw the same table. A head is read at each place."""
    tables = Document(io.BytesIO(docx.render(official))).tables

    for table in tables:
        columns = [int(column.get(qn("w:w"))) for column in table._tbl.iter(qn("w:gridCol"))]
        for row in table._tbl.tr_lst:
            widths = [int(cell.find(f".//{qn('w:tcW')}").get(qn("w:w"))) for cell in row.tc_lst]
            wanted = [sum(columns[cell.grid_offset : cell.grid_offset + cell.grid_span]) for cell in row.tc_lst]
            assert widths == pytest.approx(wanted, abs=len(columns))
    assert [[cell.text for cell in row.cells] for row in tables[2].rows[:3]] == [
        ["Cấp học"] + ["Kết quả xếp loại"] * 8,
        ["Cấp học", *(text for text in ("Chưa đạt (CĐ)", "Đạt (Đ)", "Khá (K)", "Tốt (T)") for _ in range(2))],
        ["Cấp học"] + ["SL (Người)", "Tỷ lệ (%)"] * 4,
    ]


def test_printed_report_is_pdf_a_with_place_for_signature(official, fonts):
    printed = pdf.render(official)

    assert b"<pdfaid:part>2</pdfaid:part>" in printed.content
    box = printed.signature_box
    assert (round(box.right - box.left), round(box.top - box.bottom)) == (176, 68)
    assert 0 < box.bottom < box.top < pdf.PAGE_HEIGHT
    assert printed == pdf.render(official)


def test_place_and_date_follow_the_decree():
    made = document(tables=())
    early = replace(made, letterhead=replace(made.letterhead, issued_on=date(2021, 2, 5)))
    assert pdf.place_date(early) == "Hậu Giang, ngày 05 tháng 02 năm 2021"
    assert pdf.recipient_lines(made.letterhead)[-2:] == [
        "- Trường Đại học Sư phạm Thành phố Hồ Chí Minh;",
        "- Lưu: VT, TCCB.",
    ]


def test_percentages_survive_as_shortest_numbers(report):
    values = json_file.render(report).decode()
    assert re.findall(r'"completed_pct": ([\d.]+)', values)[:5] == ["84.9", "86.8", "74.3", "74.5", "93.4"]
    assert Decimal("84.9") == report.tables[0].rows[0].values["completed_pct"]
