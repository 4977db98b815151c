"""What belongs to one version as a document: its words, letterhead, files, and to whom it was sent."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from temis.access import ScopedQuerySet
from temis.accounts.models import User
from temis.core.models import AppendOnly
from temis.evidence.models import StoredFile
from temis.messaging.models import Mail
from temis.reporting.enums import Audience, RecipientKind
from temis.reporting.models.reference import LetterheadFields
from temis.reporting.models.report import ReportVersion
from temis.reporting.triggers import LETTERHEAD_TRIGGERS, WORDS_TRIGGERS


class NarrativeSection(models.Model):
    """A passage that the officer writes: a heading and plain text, paragraphs on lines of their own."""

    version = models.ForeignKey(ReportVersion, models.CASCADE, related_name="narrative")
    key = models.CharField(max_length=40)
    order = models.PositiveSmallIntegerField()
    heading = models.CharField(_("tiêu đề"), max_length=200)
    text = models.TextField(_("nội dung"), blank=True)
    # The number of the last save that was accepted, and when.
    revision = models.BigIntegerField(default=0)
    saved_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("phần nhận xét")
        ordering = ["version_id", "order"]
        triggers = WORDS_TRIGGERS
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="one_section_per_key")]

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return tuple(line.strip() for line in self.text.splitlines() if line.strip())


class IssuedLetterhead(LetterheadFields):
    """The formal parts as this version bears them."""

    version = models.OneToOneField(ReportVersion, models.CASCADE, primary_key=True, related_name="letterhead")
    number = models.CharField(_("số văn bản"), max_length=20, blank=True)
    issued_on = models.DateField(_("ngày ban hành"), null=True, blank=True)

    class Meta:
        verbose_name = _("thể thức của bản báo cáo")
        triggers = LETTERHEAD_TRIGGERS


class ReportFile(AppendOnly):
    """A file of a published version. Neither it nor its fingerprint ever changes."""

    version = models.ForeignKey(ReportVersion, models.PROTECT, related_name="files")
    audience = models.CharField(max_length=8, choices=Audience)
    name = models.CharField(max_length=100)
    media_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    storage_key = models.CharField(max_length=300)
    # The content of a scan lies where evidence lies; this keeps it there.
    stored = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    # What the digital signature says, so that the public page need not open the file.
    signed_by = models.CharField(max_length=300, blank=True)
    signed_at = models.DateTimeField(null=True)
    issuer = models.CharField(max_length=300, blank=True)
    certificate = models.CharField(max_length=64, blank=True)

    class Meta(AppendOnly.Meta):
        verbose_name = _("tệp của báo cáo")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "audience", "name"], name="one_file_per_name"),
            models.CheckConstraint(name="report_file_audience", condition=Q(audience__in=Audience.values)),
        ]


class DispatchQuerySet(ScopedQuerySet["Dispatch"]):
    owner, group = None, None
    unit, path = "version__report__organization_id", "version__report__organization__path"


class Dispatch(models.Model):
    """One recipient of a published version: what was sent, and that he confirmed it."""

    PERSONAL_FIELDS = ("receipt_name",)

    version = models.ForeignKey(ReportVersion, models.PROTECT, related_name="dispatches")
    kind = models.CharField(max_length=12, choices=RecipientKind)
    name = models.CharField(_("tên nơi nhận"), max_length=200)
    address = models.EmailField(_("thư điện tử"))
    # Of the last attempt; written in the same transaction as the row whose token it carries.
    mail = models.ForeignKey(Mail, models.PROTECT, null=True, related_name="+")
    attempts = models.PositiveSmallIntegerField(default=1)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    receipt_at = models.DateTimeField(null=True)
    receipt_name = models.CharField(_("người xác nhận"), max_length=120, blank=True)

    objects = DispatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("lần gửi báo cáo")
        ordering = ["pk"]
        triggers = [pgtrigger.Protect(name="dispatch_stays", operation=pgtrigger.Delete)]
        constraints = [
            models.UniqueConstraint(fields=["version", "name", "address"], name="one_dispatch_per_recipient"),
            models.CheckConstraint(
                name="receipt_named_iff_confirmed",
                condition=Q(receipt_at=None, receipt_name="") | (Q(receipt_at__isnull=False) & ~Q(receipt_name="")),
            ),
        ]
