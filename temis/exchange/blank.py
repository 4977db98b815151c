"""Empty files to fill in: headings, drop-downs, and a sheet that says what belongs into each column."""

from io import BytesIO

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from temis.exchange.cells import ethnic_names
from temis.exchange.columns import Column, Layout

ROWS = 5_000
HELP = {
    "code": gettext_lazy("Mã trong cơ sở dữ liệu ngành, không trùng; giữ đủ số 0 ở đầu"),
    "name": gettext_lazy("Tên đầy đủ"),
    "kind": gettext_lazy("Chọn trong danh sách"),
    "parent_code": gettext_lazy("Mã của đơn vị quản lý trực tiếp, có trong tệp hoặc trong hệ thống"),
    "levels": gettext_lazy("Với trường: Tiểu học, THCS, THPT; nhiều cấp thì cách nhau bằng dấu phẩy"),
    "province_code": gettext_lazy("Mã tỉnh năm 2020 (hai chữ số); để trống thì theo đơn vị quản lý"),
    "disadvantaged": gettext_lazy("Đánh dấu x nếu ở vùng khó khăn"),
    "valid_from": gettext_lazy("Ngày bắt đầu, ngày/tháng/năm; để trống nếu không rõ"),
    "valid_to": gettext_lazy("Ngày kết thúc; để trống nếu đến nay"),
    "full_name": gettext_lazy("Họ, chữ đệm và tên, chữ Unicode"),
    "birth_date": gettext_lazy("Ngày/tháng/năm"),
    "id_number": gettext_lazy("12 chữ số (CCCD) hoặc 9 chữ số (CMND); có thể để trống"),
    "email": gettext_lazy("Có thể để trống"),
    "phone": gettext_lazy("10 chữ số; có thể để trống"),
    "gender": gettext_lazy("Nam hoặc Nữ"),
    "ethnic_group": gettext_lazy("Tên dân tộc theo danh mục"),
    "organization_code": gettext_lazy("Mã đơn vị nơi công tác"),
    "position": gettext_lazy("Chọn trong danh sách"),
    "level": gettext_lazy("Cấp học được thống kê; bắt buộc với giáo viên của trường nhiều cấp"),
    "subject": gettext_lazy("Môn dạy chính"),
    "group_name": gettext_lazy("Tên tổ; tổ chưa có sẽ được tạo"),
    "leads_group": gettext_lazy("Đánh dấu x nếu là tổ trưởng; mỗi tổ một người"),
    "is_core": gettext_lazy("Đánh dấu x nếu là cốt cán"),
    "overall": gettext_lazy("CĐ, Đ, K, T; để trống thì hệ thống tính theo mức các tiêu chí"),
    "decided_on": gettext_lazy("Ngày thủ trưởng đánh giá; có thể để trống"),
    "decider_code": gettext_lazy("Mã định danh của người đánh giá; có thể để trống"),
}
_CRITERION = gettext_lazy("CĐ, Đ, K, T; kết quả cũ trên giấy có thể để trống mọi tiêu chí")


def empty_file(layout: Layout) -> bytes:
    """An .xlsx with the headings of the layout."""
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        _data_sheet(book, layout)
        _help_sheet(book, layout)
    return content.getvalue()


def _data_sheet(book: xlsxwriter.Workbook, layout: Layout) -> None:
    sheet = book.add_worksheet(_("Dữ liệu"))
    needed = book.add_format({"bold": True, "bg_color": "#dbe6f3", "border": 1, "text_wrap": True})
    optional = book.add_format({"bold": True, "bg_color": "#f1f3f5", "border": 1, "text_wrap": True})
    text = book.add_format({"num_format": "@"})
    sheet.freeze_panes(1, 1)
    sheet.set_row(0, 32)
    for place, column in enumerate(layout.columns):
        sheet.write_string(0, place, column.heading, needed if column.filled else optional)
        sheet.set_column(place, place, 7 if column.field.startswith("tc") else max(14, len(column.heading) + 4), text)
        if choices := _choices(column):
            sheet.data_validation(1, place, ROWS, place, choices)


def _choices(column: Column) -> dict[str, object] | None:
    """A drop-down that warns and does not forbid: the import itself says what is wrong, and what may be meant."""
    if column.field == "ethnic_group":
        names = f"='{_('Danh mục')}'!$A$1:$A${len(ethnic_names())}"
        return {"validate": "list", "source": names, "error_type": "warning", "ignore_blank": True}
    if not column.choices:
        return None
    return {"validate": "list", "source": list(column.choices), "error_type": "warning", "ignore_blank": True}


def _help_sheet(book: xlsxwriter.Workbook, layout: Layout) -> None:
    sheet = book.add_worksheet(_("Hướng dẫn"))
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 70, wrap)
    sheet.set_column(2, 3, 26, wrap)
    sheet.write_row(0, 0, [_("Cột"), _("Cách điền"), _("Bắt buộc"), _("Ví dụ")], bold)
    for number, column in enumerate(layout.columns, start=1):
        said = _CRITERION if column.field.startswith("tc") else HELP[column.field]
        filled = _("Phải có") if column.filled else _("Có thể để trống")
        sheet.write_row(number, 0, [column.heading, str(said), filled, column.example])
    if any(column.field == "ethnic_group" for column in layout.columns):
        names = book.add_worksheet(_("Danh mục"))
        names.write_column(0, 0, ethnic_names())
