"""Limits of a portfolio. Pure; the numbers are settings of the installation."""

from urllib.parse import urlsplit

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from temis.core.errors import RuleViolation


def check_size(size: int, limit: int) -> None:
    """EVD-02. A file is neither empty nor larger than the limit (bytes)."""
    if size == 0:
        raise RuleViolation("EVD-02", _("Tệp rỗng. Hãy mở tệp trên máy để kiểm tra rồi chọn lại."), field="file")
    if size > limit:
        raise RuleViolation("EVD-02", too_large(limit), field="file")


def too_large(limit: int) -> str:
    message = _(
        "Tệp lớn hơn %(limit)s. Hãy giảm dung lượng (ảnh, video: chọn chất lượng thấp hơn) hoặc dùng đường liên kết."
    )
    return message % {"limit": filesizeformat(limit)}


def check_quota(used: int, size: int, limit: int) -> None:
    """EVD-03. All files of one person stay within his share of the storage (bytes)."""
    if used + size > limit:
        message = _("Kho minh chứng chỉ còn %(left)s. Hãy cất bớt tệp không dùng nữa rồi thêm lại.")
        raise RuleViolation("EVD-03", message % {"left": filesizeformat(max(0, limit - used))}, field="file")


def check_link(url: str) -> None:
    """EVD-04. A link leads to a page of the web."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise RuleViolation("EVD-04", _("Địa chỉ phải bắt đầu bằng http:// hoặc https://."), field="url")
