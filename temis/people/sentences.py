"""Words of the audit trail for what happens to people and to rights."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "person.add": _("đã thêm %(person)s vào đơn vị"),
    "person.return": _("đã nhận %(person)s về đơn vị"),
    "person.edit": _("đã sửa hồ sơ của %(person)s"),
    "person.complete": _("đã bổ sung hồ sơ của mình"),
    "person.transfer": _("đã điều chuyển %(person)s"),
    "employment.end": _("đã ghi thôi công tác cho %(person)s"),
    "employment.group": _("đã cập nhật tổ chuyên môn, môn dạy của %(person)s"),
    "core.appoint": _("đã công nhận %(person)s là cốt cán"),
    "core.end": _("đã kết thúc cốt cán của %(person)s"),
    "group.create": _("đã lập tổ chuyên môn"),
    "group.rename": _("đã đổi tên tổ chuyên môn"),
    "group.remove": _("đã xóa tổ chuyên môn chưa có người"),
    "delegation.give": _("đã ủy quyền cho %(person)s"),
    "delegation.revoke": _("đã thu hồi ủy quyền của %(person)s"),
    "grant.give": _("đã phân vai trò cho %(person)s"),
    "grant.end": _("đã kết thúc vai trò của %(person)s"),
}
LOOKS = {
    "person": _("hồ sơ nhân sự"),
    "account": _("tài khoản"),
}
