"""What is said about a cell or a row that cannot be loaded, and about a file as a whole: one place, by code.

A message ends with what to do or what would be accepted. `%(value)s` is the cell; the other values come with the
problem. SQL and Python know only the codes.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from temis.standards.enums import Level, Subject

MESSAGES: dict[str, Promise] = {
    # one cell
    "required": _("Ô này không được để trống."),
    "code": _(
        "“%(value)s” không phải mã hợp lệ. Mã gồm chữ, số, dấu chấm, gạch ngang, không có khoảng trắng, "
        "tối đa 40 ký tự."
    ),
    "code_scientific": _(
        "“%(value)s” là mã đã bị Excel làm tròn. Đặt định dạng cột là Văn bản (Text) rồi nhập lại đủ các chữ số."
    ),
    "too_long": _("Dài %(length)s ký tự; tối đa %(limit)s."),
    "encoding": _("“%(value)s” không phải chữ Việt Unicode (có thể là TCVN3 hoặc VNI). Chuyển mã sang Unicode."),
    "name": _("“%(value)s” không phải họ tên. Họ tên chỉ gồm chữ, khoảng trắng, dấu nháy, gạch nối."),
    "date": _("“%(value)s” không phải ngày. Ghi ngày/tháng/năm, ví dụ 06/05/1985."),
    "date_number": _("“%(value)s” là số, không phải ngày. Có phải %(suggestion)s?"),
    "date_swapped": _("“%(value)s” không phải ngày/tháng/năm. Có phải %(suggestion)s?"),
    "birth_date": _("“%(value)s” không thể là ngày sinh: người này sẽ %(age)s tuổi."),
    "tick": _("“%(value)s” không rõ là có hay không. Đánh dấu x nếu có, để trống nếu không."),
    "id_number": _("“%(value)s” không phải số CCCD (12 chữ số) hoặc CMND (9 chữ số)."),
    "lost_zeros": _("“%(value)s” thiếu số 0 ở đầu. Có phải %(suggestion)s?"),
    "email": _("“%(value)s” không phải địa chỉ thư điện tử, ví dụ ten@truong.edu.vn."),
    "phone": _("“%(value)s” không phải số điện thoại. Ghi 10 hoặc 11 chữ số, bắt đầu bằng 0."),
    "province": _("“%(value)s” không phải mã tỉnh năm 2020 (hai chữ số)."),
    "choice": _("“%(value)s” không có trong danh mục."),
    "level": _("“%(value)s” không phải mức xếp loại. Ghi CĐ, Đ, K hoặc T."),
    "extra_cells": _(
        "Dòng có nhiều ô hơn dòng tiêu đề: có thể giá trị chứa dấu phân cách mà không nằm trong ngoặc "
        "kép."
    ),
    # cells of one row together
    "end_before_start": _("Đến ngày (%(value)s) trước Từ ngày (%(start)s)."),
    "start_before_birth": _("Từ ngày (%(value)s) trước ngày sinh (%(birth)s)."),
    "leader_without_group": _("Có đánh dấu Tổ trưởng nhưng chưa ghi Tổ chuyên môn."),
    "level_of_teacher": _("Giáo viên phải có Cấp học; trường này dạy %(accepted)s."),
    "criteria_incomplete": _(
        "Chưa có mức của tiêu chí này. Ghi đủ mọi tiêu chí, hoặc để trống tất cả và chỉ ghi Xếp "
        "loại."
    ),
    "overall_differs": _(
        "Xếp loại ghi %(value)s (%(given)s) nhưng theo quy tắc của bộ chuẩn, các mức tiêu chí cho kết "
        "quả %(computed)s. "
        "Sửa Xếp loại thành %(suggestion)s, hoặc sửa mức của tiêu chí."
    ),
    # rows with each other
    "duplicate": _("Mã “%(value)s” đã có ở dòng %(other)s. Mỗi mã chỉ ghi một dòng."),
    "duplicate_person": _(
        "Mã “%(value)s” đã có ở dòng %(other)s. Một người có hai dòng chỉ khi thông tin cá nhân giống "
        "nhau và thời gian "
        "công tác không chồng lên nhau."
    ),
    "duplicate_id_number": _("Số “%(value)s” đã có ở dòng %(other)s, cho người khác."),
    "two_leaders_in_file": _(
        "“%(group)s” đã có tổ trưởng cùng thời gian ở dòng %(other)s. Mỗi tổ chỉ đánh dấu một người; "
        "để trống ô này hoặc ô ở dòng kia."
    ),
    "two_leaders": _(
        "“%(group)s” đã có tổ trưởng cùng thời gian: %(other)s. Để trống ô này; hoặc để thay tổ trưởng, ghi cả "
        "người đó trong tệp và không đánh dấu."
    ),
    # with the database
    "unknown_parent": _("Không có đơn vị nào mang mã “%(value)s”, trong tệp cũng như trong hệ thống."),
    "parent_rejected": _("Đơn vị quản lý “%(value)s” ở dòng %(other)s có lỗi. Sửa dòng đó trước."),
    "parent_needed": _("Cần mã của đơn vị quản lý."),
    "parent_tier": _("Đơn vị loại “%(kind)s” không trực thuộc đơn vị loại “%(parent_kind)s”."),
    "cycle": _("Các đơn vị quản lý lẫn nhau thành vòng: %(chain)s."),
    "kind_changes": _(
        "Đơn vị này đã có với loại “%(kind)s”; loại đơn vị không đổi được. Dùng mã khác cho đơn vị "
        "mới."
    ),
    "levels_needed": _("Trường phải có ít nhất một cấp học: Tiểu học, THCS, THPT."),
    "levels_not_for": _("Chỉ trường mới có Cấp học; giá trị này được bỏ qua."),
    "province_needed": _("Cần mã tỉnh: đơn vị quản lý cũng chưa có."),
    "changed_since": _(
        "Đơn vị này đã thay đổi theo thời gian. Ghi Từ ngày của lần thay đổi mới, sau ngày %(since)s; "
        "để sửa thông tin cũ, dùng trang Đơn vị."
    ),
    "out_of_reach": _(
        "Đơn vị “%(value)s” ngoài phạm vi quản lý của thầy/cô. Chỉ nạp được cho đơn vị mình và đơn vị "
        "trực thuộc."
    ),
    "unknown_organization": _("Không có đơn vị nào mang mã “%(value)s”. Nạp danh sách đơn vị trước, hoặc sửa mã."),
    "unknown_organization_similar": _("Không có đơn vị nào mang mã “%(value)s”. Có phải “%(suggestion)s”?"),
    "organization_closed": _(
        "Đơn vị “%(value)s” ngừng hoạt động từ %(until)s, trước khi người này bắt đầu công "
        "tác."
    ),
    "position_tier": _("“%(value)s” không làm việc ở đơn vị loại “%(kind)s”."),
    "level_not_taught": _("Trường này không dạy cấp “%(value)s”. Trường dạy %(accepted)s."),
    "person_out_of_reach": _(
        "Người này đang công tác ở đơn vị ngoài phạm vi của thầy/cô. Đề nghị đơn vị đó hoặc cấp trên "
        "nạp việc chuyển công tác."
    ),
    "id_number_taken": _(
        "Số “%(value)s” đã thuộc về người khác trong hệ thống. Kiểm tra lại số, hoặc mã định danh của "
        "người này."
    ),
    "username_taken": _("Tên đăng nhập “%(value)s” đã có người dùng. Báo quản trị hệ thống."),
    "transfer_without_start": _(
        "Người này đang công tác ở “%(organization)s”. Ghi Từ ngày để biết ngày chuyển đến, hoặc sửa Mã đơn vị."
    ),
    "transfer_before_start": _(
        "Từ ngày (%(value)s) không sau ngày bắt đầu công tác hiện nay ở “%(organization)s” (%(start)s)."
    ),
    "overlapping": _("Thời gian công tác chồng lên một thời gian khác ở cùng đơn vị (%(other)s)."),
    "unknown_person": _("Không có người nào mang mã “%(value)s”. Nạp danh sách nhân sự trước, hoặc sửa mã."),
    "unknown_decider": _("Không có người nào mang mã “%(value)s”. Sửa mã, hoặc để trống."),
    "decides_on_himself": _("Không ai tự đánh giá kết quả của mình. Ghi mã của người có thẩm quyền, hoặc để trống."),
    "own_result": _("Thầy/cô không nạp được kết quả của chính mình. Cấp trên nạp dòng này."),
    "not_in_position": _(
        "Vào ngày %(on)s người này không phải %(subject)s. Kiểm tra bộ chuẩn đã chọn và quá trình công "
        "tác."
    ),
    "excluded": _("Người này ngoài đợt đánh giá năm %(year)s."),
    "already_decided": _("Đã có kết quả %(level)s đánh giá trên hệ thống; tệp không thay được kết quả này."),
    "answered": _("Người này đã xác nhận hoặc có phản hồi về kết quả %(level)s; tệp không thay được kết quả này."),
}  # fmt: skip

NOTES: dict[str, Promise] = {
    "unknown_columns": _("Bỏ qua cột không có trong mẫu: %(columns)s."),
    "sheet_chosen": _("Tệp có %(sheets)s trang tính; chỉ đọc trang “%(sheet)s”."),
    "formulas": _("Có %(count)s ô là công thức; dùng giá trị đã tính khi lưu tệp lần cuối."),
    "numbers_as_codes": _("Cột “%(column)s” có ô kiểu số: số 0 ở đầu (nếu có) đã mất. Nên đặt kiểu Văn bản (Text)."),
    "evidence_added": _("Đã nhận %(added)s tệp minh chứng, %(known)s tệp đã có từ trước."),
    "evidence_refused": _("Chưa nhận tệp minh chứng %(file)s: %(reason)s"),
    "evidence_more": _("Còn %(count)s tệp minh chứng khác chưa nhận."),
    "period_created": _("Tạo đợt đánh giá năm %(year)s (đã đóng) để ghi kết quả."),
}

# What a filter calls a problem; the others go by their message without values.
TITLES: dict[str, Promise] = {
    "required": _("để trống"),
    "duplicate": _("trùng mã"),
    "duplicate_person": _("trùng mã"),
    "duplicate_id_number": _("trùng số"),
    "id_number_taken": _("thuộc người khác"),
    "choice": _("không có trong danh mục"),
    "province": _("mã tỉnh không đúng"),
    "level": _("mức không đúng"),
    "date": _("ngày không đúng"),
    "date_number": _("ngày ghi bằng số"),
    "date_swapped": _("đảo ngày và tháng"),
    "birth_date": _("ngày sinh không hợp lý"),
    "start_before_birth": _("trước ngày sinh"),
    "end_before_start": _("trước Từ ngày"),
    "code": _("mã không hợp lệ"),
    "code_scientific": _("mã bị làm tròn"),
    "name": _("họ tên không hợp lệ"),
    "encoding": _("sai bảng mã chữ"),
    "too_long": _("quá dài"),
    "tick": _("không rõ có hay không"),
    "id_number": _("số CCCD không đúng"),
    "lost_zeros": _("mất số 0 ở đầu"),
    "email": _("địa chỉ không đúng"),
    "phone": _("số không đúng"),
    "unknown_organization": _("không có đơn vị này"),
    "unknown_organization_similar": _("không có đơn vị này"),
    "unknown_parent": _("không có đơn vị này"),
    "unknown_person": _("không có người này"),
    "unknown_decider": _("không có người này"),
    "out_of_reach": _("ngoài phạm vi"),
    "person_out_of_reach": _("ngoài phạm vi"),
    "overall_differs": _("khác kết quả theo quy tắc"),
    "criteria_incomplete": _("thiếu mức"),
    "level_not_taught": _("trường không dạy cấp này"),
    "position_tier": _("không hợp loại đơn vị"),
    "two_leaders": _("hai tổ trưởng"),
    "two_leaders_in_file": _("hai tổ trưởng"),
    "extra_cells": _("thừa ô"),
}
_OTHER = _("cần xem lại")

# What would be accepted, where the message itself does not say it.
_ACCEPTED = _("Chấp nhận: %(accepted)s.")
_SUGGESTED = _("Có phải “%(suggestion)s”?")


def message(code: str, value: str, values: Mapping[str, Any]) -> str:
    """The sentence about one cell, in the language of the reader."""
    text = str(MESSAGES[code])
    spoken = {"value": value, **{name: _spoken(name, said) for name, said in values.items()}}
    told = text % spoken
    if values.get("suggestion") and "%(suggestion)s" not in text:
        told += " " + str(_SUGGESTED) % spoken
    if values.get("accepted") and "%(accepted)s" not in text:
        told += " " + str(_ACCEPTED) % spoken
    return told


def _spoken(name: str, said: Any) -> Any:
    """Levels and kinds of people come as codes and are told in words."""
    if name in ("given", "computed", "level") and said is not None:
        return str(Level(said).label)
    return str(Subject(said).label).lower() if name == "subject" else said


def title(code: str) -> str:
    """The problem in two or three words."""
    return str(TITLES.get(code, _OTHER))


def where(number: int, heading: str, text: str) -> str:
    """The sentence with its place, as a command prints it."""
    return gettext("Dòng %(row)d, cột %(column)s: %(message)s") % {"row": number, "column": heading, "message": text}


def note(code: str, values: Mapping[str, Any]) -> str:
    return str(NOTES[code]) % dict(values)
