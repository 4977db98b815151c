"""What people are told: notices in the page, and the mails that carry them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from temis.access import ScopedQuerySet
from temis.accounts.models import User
from temis.messaging.enums import Channel, MailState


class Mail(models.Model):
    """One message to one address. `key` names what it is about: the same key is never sent twice.

    The body is emptied when the mail is gone: it may hold what only its reader should see.
    """

    PERSONAL_FIELDS = ("address", "subject", "body")

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="mails")
    channel = models.CharField(max_length=4, choices=Channel, default=Channel.MAIL)
    address = models.CharField(max_length=254)
    key = models.CharField(max_length=200, unique=True)
    subject = models.CharField(max_length=300)
    body = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=MailState, default=MailState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("thư")
        indexes = [
            models.Index(fields=["not_before", "id"], condition=Q(state="WAITING"), name="mail_waiting"),
            models.Index(fields=["claimed_at"], condition=Q(state="SENDING"), name="mail_sending"),
            models.Index(fields=["-id"], condition=Q(state__in=["FAILED", "UNSURE"]), name="mail_in_trouble"),
        ]
        constraints = [
            models.CheckConstraint(name="mail_state", condition=Q(state__in=MailState.values)),
            models.CheckConstraint(
                name="mail_sent_iff_when",
                condition=Q(state="SENT", sent_at__isnull=False) | (~Q(state="SENT") & Q(sent_at=None)),
            ),
        ]


class Attachment(models.Model):
    """A file of the storage that goes with a mail."""

    mail = models.ForeignKey(Mail, models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    storage_key = models.CharField(max_length=300)

    class Meta:
        verbose_name = _("tệp đính kèm")


class Notice(models.Model):
    """Something a person is told in the page, and once a day by mail together with the others (`mail`).

    `key` names what it is about; a person is told the same thing once.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    subject = models.CharField(max_length=300)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=300, blank=True)
    due_on = models.DateField(null=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mail = models.ForeignKey(Mail, models.SET_NULL, null=True, related_name="notices")

    class NoticeQuerySet(ScopedQuerySet["Notice"]):
        owner, group, unit, path = "user__person", None, None, None

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("thông báo")
        indexes = [
            models.Index(fields=["user", "-id"], name="notice_of_user"),
            models.Index(fields=["user"], condition=Q(mail=None), name="notice_without_mail"),
        ]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_notice_per_key")]


class Preference(models.Model):
    """How somebody wants to be told. Who has chosen nothing gets the mail of the day too."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="message_preference")
    by_mail = models.BooleanField(_("nhận thư điện tử hằng ngày"), default=True)

    class Meta:
        verbose_name = _("cách nhận thông báo")
