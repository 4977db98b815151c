"""Words of the audit trail for reorganizations."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "reorganization.create": _("đã soạn phương án sắp xếp đơn vị"),
    "reorganization.add_step": _("đã thêm một thay đổi vào phương án sắp xếp"),
    "reorganization.add_steps": _("đã thêm %(count)s thay đổi vào phương án sắp xếp"),
    "reorganization.remove_step": _("đã bỏ một thay đổi khỏi phương án sắp xếp"),
    "reorganization.apply": _("đã áp dụng phương án sắp xếp đơn vị"),
    "reorganization.undo": _("đã hoàn tác phương án sắp xếp đơn vị"),
}
