"""Words of the audit trail for opinions; who gave one is never recorded."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "opinions.close": _("đã kết thúc lấy ý kiến"),
    "opinions.remind": _("đã nhắc góp ý kiến %(count)s người"),
}
