"""Roles, permissions and how far a permission reaches: the words of the one table of rights (`grants.py`)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """As what somebody acts. A person may hold several and acts under one at a time."""

    TEACHER = "TEACHER", _("Giáo viên")
    GROUP_LEADER = "GROUP_LEADER", _("Tổ trưởng chuyên môn")
    STAFF = "STAFF", _("Nhân viên")
    DEPUTY_PRINCIPAL = "DEPUTY_PRINCIPAL", _("Phó hiệu trưởng")
    PRINCIPAL = "PRINCIPAL", _("Hiệu trưởng")
    LOCAL_OFFICER = "LOCAL_OFFICER", _("Cán bộ Phòng GDĐT, UBND cấp xã")
    LOCAL_LEADER = "LOCAL_LEADER", _("Trưởng phòng GDĐT, Chủ tịch UBND cấp xã")
    PROVINCE_OFFICER = "PROVINCE_OFFICER", _("Cán bộ Sở GDĐT")
    PROVINCE_LEADER = "PROVINCE_LEADER", _("Lãnh đạo Sở GDĐT")
    MINISTRY_OFFICER = "MINISTRY_OFFICER", _("Chuyên viên Bộ GDĐT")
    MINISTRY_LEADER = "MINISTRY_LEADER", _("Lãnh đạo Bộ GDĐT")
    LECTURER = "LECTURER", _("Giảng viên sư phạm")
    ADMINISTRATOR = "ADMINISTRATOR", _("Quản trị hệ thống")


class Reach(TextChoices):
    """How far a permission of a role reaches from the body it is held in."""

    OWN = "OWN", _("của chính mình")
    GROUP = "GROUP", _("tổ chuyên môn")
    UNIT = "UNIT", _("đơn vị")
    SUBTREE = "SUBTREE", _("đơn vị và các đơn vị trực thuộc")


class P(TextChoices):
    """Permissions. The text is what a head reads when he delegates one."""

    # everybody
    HOME = "HOME", _("Xem trang việc cần làm")
    OWN_PROFILE = "OWN_PROFILE", _("Xem và bổ sung hồ sơ của mình")
    OWN_AUDIT = "OWN_AUDIT", _("Xem ai đã xem, đã sửa hồ sơ của mình")
    OWN_APPRAISAL = "OWN_APPRAISAL", _("Tự đánh giá, xem kết quả của mình")
    OWN_EVIDENCE = "OWN_EVIDENCE", _("Quản lý minh chứng của mình")
    PEER_OPINION_GIVE = "PEER_OPINION_GIVE", _("Góp ý kiến cho đồng nghiệp trong tổ")
    STAFF_OPINION_GIVE = "STAFF_OPINION_GIVE", _("Góp ý kiến cho cán bộ quản lý của trường")
    # bodies and people
    ORGANIZATION_VIEW = "ORGANIZATION_VIEW", _("Xem đơn vị")
    ORGANIZATION_MANAGE = "ORGANIZATION_MANAGE", _("Cập nhật, sắp xếp lại đơn vị")
    PERSON_VIEW = "PERSON_VIEW", _("Xem hồ sơ nhân sự")
    PERSON_MANAGE = "PERSON_MANAGE", _("Cập nhật hồ sơ nhân sự")
    CODE_ISSUE = "CODE_ISSUE", _("Cấp mã đăng nhập lần đầu")
    ACCOUNT_MANAGE = "ACCOUNT_MANAGE", _("Khóa, mở tài khoản; gỡ xác thực hai bước")
    GRANT_MANAGE = "GRANT_MANAGE", _("Phân vai trò")
    DELEGATE = "DELEGATE", _("Ủy quyền cho cấp phó")
    AUDIT_VIEW = "AUDIT_VIEW", _("Xem nhật ký của đơn vị")
    IMPORT_ORGANIZATIONS = "IMPORT_ORGANIZATIONS", _("Nạp danh sách đơn vị")
    IMPORT_STAFF = "IMPORT_STAFF", _("Nạp danh sách nhân sự")
    IMPORT_RESULTS = "IMPORT_RESULTS", _("Nạp kết quả đánh giá đã hoàn thành")
    # appraisal
    PERIOD_VIEW = "PERIOD_VIEW", _("Xem đợt đánh giá")
    PERIOD_MANAGE = "PERIOD_MANAGE", _("Mở, đóng đợt đánh giá")
    PERIOD_NARROW = "PERIOD_NARROW", _("Đặt thời hạn riêng cho đơn vị")
    APPRAISAL_VIEW = "APPRAISAL_VIEW", _("Xem đánh giá")
    APPRAISAL_DECIDE = "APPRAISAL_DECIDE", _("Đánh giá, xếp loại")
    APPRAISAL_EXCLUDE = "APPRAISAL_EXCLUDE", _("Đưa ra ngoài đợt đánh giá, nêu lý do")
    OPINION_PROGRESS = "OPINION_PROGRESS", _("Theo dõi ai chưa góp ý kiến")
    OPINION_RESULT = "OPINION_RESULT", _("Xem tổng hợp ý kiến")
    PROGRESS_VIEW = "PROGRESS_VIEW", _("Theo dõi tiến độ")
    REMIND = "REMIND", _("Nhắc người còn thiếu")
    # report
    REPORT_VIEW = "REPORT_VIEW", _("Xem báo cáo TEMIS")
    REPORT_EDIT = "REPORT_EDIT", _("Chiết xuất và soạn báo cáo TEMIS")
    REPORT_APPROVE = "REPORT_APPROVE", _("Phê duyệt báo cáo TEMIS")
    REPORT_PUBLISH = "REPORT_PUBLISH", _("Công bố và gửi báo cáo TEMIS")
    REPORT_OVERVIEW = "REPORT_OVERVIEW", _("Theo dõi báo cáo của các tỉnh")
    # law as data, installation
    STANDARD_MANAGE = "STANDARD_MANAGE", _("Cập nhật chuẩn, biểu mẫu")
    SYSTEM_MANAGE = "SYSTEM_MANAGE", _("Vận hành hệ thống")
