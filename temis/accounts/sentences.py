"""Words of the audit trail for what happens to accounts."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "account.login": _("đã đăng nhập"),
    "account.first_login": _("đã dùng mã một lần và đặt mật khẩu"),
    "account.codes_issue": _("đã cấp mã đăng nhập lần đầu cho %(count)s người"),
    "account.password_change": _("đã đổi mật khẩu"),
    "account.password_reset": _("đã đặt lại mật khẩu qua thư điện tử"),
    "account.second_factor_on": _("đã bật xác thực hai bước"),
    "account.second_factor_off": _("đã gỡ xác thực hai bước"),
    "account.second_factor_reset": _("đã gỡ xác thực hai bước của %(person)s"),
    "account.lock": _("đã khóa tài khoản của %(person)s"),
    "account.unlock": _("đã mở khóa tài khoản của %(person)s"),
    "account.recovery_codes": _("đã tạo mã dự phòng mới"),
    "role.switch": _("đã chuyển sang vai trò này"),
}
