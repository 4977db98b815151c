"""Words of the evidence domain."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class EvidenceKind(TextChoices):
    FILE = "FILE", _("Tệp")
    LINK = "LINK", _("Đường liên kết")
    TEXT = "TEXT", _("Ghi chép")


class ScanState(TextChoices):
    """What the malware scanner said."""

    NOT_SCANNED = "NOT_SCANNED", _("Chưa quét")
    CLEAN = "CLEAN", _("An toàn")
    INFECTED = "INFECTED", _("Có mã độc")
