"""The report of a province and a year, its versions, and who is counted in them."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from temis.access import P, Role, Scope, ScopedQuerySet
from temis.accounts.models import User
from temis.appraisals.models import Period
from temis.core.models import AppendOnly
from temis.organizations.models import Organization, Province
from temis.organizations.queries import taken_over
from temis.reporting.enums import PUBLISHED_STATES, Map, VersionState
from temis.reporting.models.reference import Recipient, ReportTemplate
from temis.reporting.rules import EVENTS
from temis.reporting.triggers import VERSION_TRIGGERS


class ReportQuerySet(ScopedQuerySet["Report"]):
    owner, group = None, None

    def permitted(self, scope: Scope, permission: P) -> Self:
        """A body reads also the reports of bodies that it took over; a university the published reports of the
        provinces that are allocated to it."""
        own = super().permitted(scope, permission)
        if permission != P.REPORT_VIEW or not scope.has(permission):
            return own
        if scope.role != Role.LECTURER:
            return own | self.filter(organization_id__in=taken_over(scope.unit_id))
        allocated = Recipient.objects.filter(organization_id=scope.unit_id).values("province_id")
        published = ReportVersion.objects.filter(state__in=PUBLISHED_STATES).values("report_id")
        return self.filter(province_id__in=allocated, pk__in=published)


class Report(models.Model):
    """The TEMIS report of a province (none: of the whole country) for a year."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="reports")
    province = models.ForeignKey(Province, models.PROTECT, null=True, related_name="reports")
    period = models.ForeignKey(Period, models.PROTECT, related_name="reports")
    year = models.PositiveSmallIntegerField(_("năm báo cáo"))
    created_at = models.DateTimeField()
    # The background work under way on this report, so that a double click starts one.
    job_id = models.BigIntegerField(null=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("báo cáo TEMIS")
        constraints = [
            models.UniqueConstraint(fields=["province", "year"], nulls_distinct=False, name="one_report_a_year"),
        ]

    @property
    def slug(self) -> str:
        """How the public address names the province."""
        return self.province_id or "vn"

    @property
    def area(self) -> str:
        """The province, or the whole country."""
        return self.province.name if self.province else gettext("Toàn quốc")


class VersionQuerySet(ScopedQuerySet["ReportVersion"]):
    owner, group, unit, path = None, None, "report__organization_id", "report__organization__path"

    def permitted(self, scope: Scope, permission: P) -> Self:
        found = self.filter(report__in=Report.objects.permitted(scope, permission))
        lecturer = permission == P.REPORT_VIEW and scope.role == Role.LECTURER
        return found.filter(state__in=PUBLISHED_STATES) if lecturer else found


def _who_and_when(name: str) -> models.CheckConstraint:
    """Who did it is known exactly where it is known when."""
    neither = Q(**{f"{name}_at": None, f"{name}_by": None})
    both = Q(**{f"{name}_at__isnull": False, f"{name}_by__isnull": False})
    return models.CheckConstraint(name=f"version_{name}_who_and_when", condition=neither | both)


class ReportVersion(models.Model):
    """One extraction. EXTRACTED ones are replaced by the next; a frozen one keeps its figures for ever."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("lần chiết xuất"))
    template = models.ForeignKey(ReportTemplate, models.PROTECT, related_name="+")
    map = models.CharField(_("địa giới"), max_length=5, choices=Map, default=Map.THEN)
    state = models.CharField(max_length=10, choices=VersionState, default=VersionState.EXTRACTED)
    extracted_at = models.DateTimeField(_("thời điểm chiết xuất"))
    extracted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    extracted_by_name = models.CharField(max_length=200)
    # Who was counted: people of the report's period in this snapshot, of the province (by today's map: of `bodies`).
    snapshot = models.IntegerField(default=0)
    bodies = ArrayField(models.BigIntegerField(), null=True)
    data_hash = models.CharField(max_length=64)
    report_json = models.TextField()
    # The same with small cells hidden (RPT-10): as it would be, made at freezing; made anew at publication, because it
    # depends on what others have published by then. Empty where nothing may be published.
    public_json = models.TextField(blank=True)
    # Coverage, so that lists need not open the report.
    teachers = models.PositiveIntegerField(default=0)
    teachers_completed = models.PositiveIntegerField(default=0)
    managers = models.PositiveIntegerField(default=0)
    managers_completed = models.PositiveIntegerField(default=0)
    excluded = models.PositiveIntegerField(default=0)
    without_level = models.PositiveIntegerField(default=0)

    frozen_at = models.DateTimeField(null=True)
    frozen_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    return_reason = models.TextField(_("lý do trả lại"), blank=True)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("bản báo cáo")
        ordering = ["report_id", "number"]
        indexes = [models.Index(fields=["-published_at"], name="version_published")]
        triggers = VERSION_TRIGGERS
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="one_version_per_number"),
            models.CheckConstraint(name="version_state", condition=Q(state__in=VersionState.values)),
            models.CheckConstraint(name="version_map", condition=Q(map__in=Map.values)),
            *map(_who_and_when, ("frozen", "submitted", "approved", "published", "sent")),
            models.CheckConstraint(
                name="version_frozen_unless_extracted",
                condition=Q(state="EXTRACTED", frozen_at=None) | (~Q(state="EXTRACTED") & Q(frozen_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="version_submitted_when",
                condition=Q(submitted_at__isnull=False) | ~Q(state__in=["SUBMITTED", "APPROVED", "PUBLISHED", "SENT"]),
            ),
            models.CheckConstraint(
                name="version_returned_with_reason",
                condition=(Q(state="RETURNED") & ~Q(return_reason="")) | (~Q(state="RETURNED") & Q(return_reason="")),
            ),
            models.CheckConstraint(
                name="version_approved_when",
                condition=Q(state__in=["APPROVED", "PUBLISHED", "SENT"], approved_at__isnull=False)
                | (~Q(state__in=["APPROVED", "PUBLISHED", "SENT"]) & Q(approved_at=None)),
            ),
            models.CheckConstraint(
                name="version_published_when",
                condition=(Q(state__in=["PUBLISHED", "SENT"], published_at__isnull=False) & ~Q(public_json=""))
                | (~Q(state__in=["PUBLISHED", "SENT"]) & Q(published_at=None)),
            ),
            models.CheckConstraint(
                name="version_sent_when",
                condition=Q(state="SENT", sent_at__isnull=False) | (~Q(state="SENT") & Q(sent_at=None)),
            ),
            models.CheckConstraint(
                name="version_nobody_approves_his_own",
                condition=Q(approved_by=None) | ~Q(approved_by=F("submitted_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id}/{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("reporting:version", args=[self.report_id, self.number])


class ReportEvent(AppendOnly):
    """The log of a version: which step, by whom, when, with which reason."""

    version = models.ForeignKey(ReportVersion, models.DO_NOTHING, db_constraint=False, related_name="events")
    step = models.CharField(max_length=20)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    actor = models.CharField(max_length=200)
    note = models.TextField(blank=True)

    class Meta(AppendOnly.Meta):
        verbose_name = _("bước của báo cáo")
        ordering = ["pk"]

    @property
    def label(self) -> str:
        return str(EVENTS.get(self.step, self.step))
