"""A person's portfolio of evidence (minh chứng), used over the years; files are kept once, however often used."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from temis.access import ScopedQuerySet
from temis.core.fields import VnFold
from temis.evidence.enums import EvidenceKind, ScanState
from temis.people.models import Person
from temis.standards.enums import Subject

FOLDER = "evidence"


class StoredFile(models.Model):
    """Content in private storage under its own SHA-256: the same file is stored once. Whatever uses it points to it
    with a foreign key; `orphaned_at` is since when nothing does (`keeping.clean`)."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    scan = models.CharField(max_length=12, choices=ScanState, default=ScanState.NOT_SCANNED)
    stored_at = models.DateTimeField()
    orphaned_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("tệp lưu trữ")
        indexes = [
            models.Index(fields=["orphaned_at"], condition=Q(orphaned_at__isnull=False), name="stored_file_orphaned")
        ]
        constraints = [models.CheckConstraint(name="stored_file_size", condition=Q(size__gt=0))]

    def __str__(self) -> str:
        return self.sha256[:12]

    @property
    def key(self) -> str:
        """Name in the storage; two levels of folders keep each small."""
        return f"{FOLDER}/{self.sha256[:2]}/{self.sha256[2:4]}/{self.sha256}"


@pghistory.track()
class EvidenceItem(models.Model):
    """One piece of evidence: a file, a link or a text. `criteria` are the numbers of the standard `subject` that it was
    tagged for."""

    PERSONAL_FIELDS = ("title", "description", "text", "url")

    person = models.ForeignKey(Person, models.PROTECT, related_name="evidence", verbose_name=_("nhân sự"))
    kind = models.CharField(_("loại"), max_length=4, choices=EvidenceKind)
    title = models.CharField(_("tên minh chứng"), max_length=200)
    description = models.TextField(_("mô tả"), blank=True)
    subject = models.CharField(_("chuẩn"), max_length=10, choices=Subject, default=Subject.TEACHER)
    criteria = ArrayField(models.PositiveSmallIntegerField(), default=list, verbose_name=_("tiêu chí"))
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, related_name="items", verbose_name=_("mã nội dung tệp")
    )
    file_name = models.CharField(_("tên tệp"), max_length=200, blank=True)
    url = models.URLField(_("địa chỉ"), max_length=500, blank=True)
    text = models.TextField(_("nội dung"), blank=True)
    dated_on = models.DateField(_("ngày của minh chứng"), null=True, blank=True)
    created_at = models.DateTimeField(_("thêm lúc"))
    archived_at = models.DateTimeField(_("cất đi lúc"), null=True)
    search = models.GeneratedField(
        expression=VnFold("title"), output_field=models.TextField(), db_persist=True, editable=False
    )

    class ItemQuerySet(ScopedQuerySet["EvidenceItem"]):
        unit, path = "person__organization_id", "person__organization__path"

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("minh chứng")
        indexes = [models.Index(fields=["person", "-id"], name="evidence_of_person")]
        constraints = [
            models.CheckConstraint(name="evidence_has_title", condition=~Q(title="")),
            models.CheckConstraint(
                name="evidence_has_its_content",
                condition=Q(kind="FILE", file__isnull=False, url="", text="")
                | (Q(kind="LINK", file=None, text="") & ~Q(url=""))
                | (Q(kind="TEXT", file=None, url="") & ~Q(text="")),
            ),
            # The same file twice in one portfolio helps nobody.
            models.UniqueConstraint(
                fields=["person", "file"],
                condition=Q(file__isnull=False, archived_at=None),
                name="one_item_per_file",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def icon(self) -> str:
        """The name of its picture."""
        return self.kind.lower()
