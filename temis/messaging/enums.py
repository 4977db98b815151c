"""Words of the messaging domain."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MailState(TextChoices):
    """Where a mail stands. SENDING is written before the mail server is asked: a mail that was interrupted there is
    UNSURE and never sent again by itself, because nobody may get two copies."""

    WAITING = "WAITING", _("Chờ gửi")
    SENDING = "SENDING", _("Đang gửi")
    SENT = "SENT", _("Đã gửi")
    FAILED = "FAILED", _("Không gửi được")
    UNSURE = "UNSURE", _("Không rõ đã gửi chưa")


# A person has to look.
IN_TROUBLE = (MailState.FAILED, MailState.UNSURE)


class Channel(TextChoices):
    MAIL = "MAIL", _("Thư điện tử")
    SMS = "SMS", _("Tin nhắn")
