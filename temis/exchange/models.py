"""An import: the file's rows as they were read, what is wrong with them, and what loading them changed."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from temis.access import ScopedQuerySet
from temis.accounts.models import User
from temis.core.models import Job
from temis.exchange.enums import BatchState, Kind
from temis.organizations.models import Organization
from temis.standards.models import Edition


class ImportBatch(models.Model):
    """One file of one kind: uploaded, checked, mended, loaded as a whole, undone as a whole."""

    kind = models.CharField(_("loại"), max_length=14, choices=Kind)
    state = models.CharField(_("tình trạng"), max_length=10, choices=BatchState, default=BatchState.UPLOADED)
    # The body for which the importer acts; all that the file touches must lie in its reach. Null: the system.
    organization = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    assignment_id = models.CharField(max_length=24, blank=True)
    year = models.PositiveSmallIntegerField(_("năm"), null=True)
    edition = models.ForeignKey(Edition, models.PROTECT, null=True, related_name="+", verbose_name=_("bộ chuẩn"))

    file_name = models.CharField(_("tệp"), max_length=200)
    file_size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=200, blank=True)
    # The file's own headings in their order, and what was noticed while reading: [code, {arguments}].
    headings = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    refusal = models.TextField(blank=True)

    row_count = models.IntegerField(default=0)
    rejected_count = models.IntegerField(default=0)
    created_count = models.IntegerField(default=0)
    updated_count = models.IntegerField(default=0)
    unchanged_count = models.IntegerField(default=0)
    partial = models.BooleanField(default=False)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")

    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    loaded_at = models.DateTimeField(null=True)
    loaded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class BatchQuerySet(ScopedQuerySet["ImportBatch"]):
        owner = None

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("đợt nạp tệp")
        indexes = [models.Index(fields=["organization", "-id"], name="batch_of_body")]
        constraints = [
            models.CheckConstraint(name="batch_kind", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(
                name="batch_state_dates",
                condition=Q(state__in=["UPLOADED", "REFUSED", "CHECKED", "DISCARDED"], loaded_at=None, undone_at=None)
                | Q(state="LOADED", loaded_at__isnull=False, undone_at=None)
                | Q(state="UNDONE", loaded_at__isnull=False, undone_at__isnull=False),
            ),
            models.CheckConstraint(
                name="batch_results_name_year_and_edition",
                condition=~Q(kind="results") | Q(year__isnull=False, edition__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class StagedRow(models.Model):
    """A row of a file: its cells as text, and what could be read from them. Typed columns, because the checks are
    SQL over all rows at once."""

    pk = models.CompositePrimaryKey("batch_id", "number")
    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="+")
    number = models.IntegerField()  # as a spreadsheet program numbers it
    cells = models.JSONField()

    class Meta:
        abstract = True


class OrganizationRow(StagedRow):
    code = models.TextField(null=True)
    name = models.TextField(null=True)
    kind = models.TextField(null=True)
    parent_code = models.TextField(null=True)
    levels = models.TextField(null=True)  # codes joined by ","
    province_code = models.TextField(null=True)
    disadvantaged = models.BooleanField(null=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        verbose_name = _("dòng đơn vị")


class StaffRow(StagedRow):
    PERSONAL_FIELDS = ("cells", "full_name", "birth_date", "id_number", "email", "phone", "gender", "ethnic_group")

    code = models.TextField(null=True)
    full_name = models.TextField(null=True)
    sort_key = models.TextField(null=True)
    birth_date = models.DateField(null=True)
    id_number = models.TextField(null=True)
    email = models.TextField(null=True)
    phone = models.TextField(null=True)
    gender = models.TextField(null=True)
    ethnic_group = models.TextField(null=True)
    organization_code = models.TextField(null=True)
    position = models.TextField(null=True)
    level = models.TextField(null=True)
    subject = models.TextField(null=True)
    group_name = models.TextField(null=True)
    leads_group = models.BooleanField(null=True)
    is_core = models.BooleanField(null=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        verbose_name = _("dòng nhân sự")


class ResultRow(StagedRow):
    code = models.TextField(null=True)
    levels = models.TextField(null=True)  # "{3,2,…}", one per criterion; null where the row gives none
    overall = models.SmallIntegerField(null=True)
    decided_on = models.DateField(null=True)
    decider_code = models.TextField(null=True)

    class Meta:
        verbose_name = _("dòng kết quả")


class ImportProblem(models.Model):
    """What is wrong with one cell of one row; `code` names the message, `values` what it speaks of."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="problems")
    number = models.IntegerField()
    column = models.CharField(max_length=30)
    code = models.CharField(max_length=40)
    value = models.TextField(blank=True)
    values = models.JSONField(default=dict)
    # Found by comparing rows with each other and with the database: found anew whenever something is mended.
    by_comparison = models.BooleanField(default=False)
    # A warning does not keep the row out.
    is_warning = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("lỗi của dòng")
        indexes = [models.Index(fields=["batch", "number"], name="problem_of_row")]


class CreatedRecords(models.Model):
    """Ids of the records of one table that an import made: one row, however many they are."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="created_records")
    table = models.CharField(max_length=63)
    ids = ArrayField(models.BigIntegerField())

    class Meta:
        verbose_name = _("bản ghi được tạo")
        constraints = [models.UniqueConstraint(fields=["batch", "table"], name="created_once_per_table")]


class ChangedRecord(models.Model):
    """A record that an import changed, with the columns before and after: what an undo puts back."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="changed_records")
    table = models.CharField(max_length=63)
    object_id = models.BigIntegerField()
    before = models.JSONField()
    after = models.JSONField()

    class Meta:
        verbose_name = _("bản ghi được sửa")
        constraints = [
            models.UniqueConstraint(fields=["batch", "table", "object_id"], name="changed_once_per_record"),
        ]
        indexes = [models.Index(fields=["table", "object_id"], name="changed_record")]
