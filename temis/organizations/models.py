"""Bodies in time. A body is an identity; what it is called, where it hangs and what it teaches is a version with dates.

`Organization` repeats the columns of the version in force today, so that rights and lists need no join on dates; the
repetition is written in one place (`actions.project_versions`) and checked by a test.
"""

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from temis.access import ScopedQuerySet
from temis.core.fields import VnFold
from temis.core.ltree import LtreeField
from temis.organizations.enums import Change, ReorganizationState, SchoolLevel, Tier


class OrganizationKind(models.Model):
    """A kind of body as the law of a time knows it (Phòng GDĐT until 30/6/2025, UBND cấp xã since): data."""

    code = models.CharField(max_length=20, primary_key=True)
    name = models.CharField(_("tên loại đơn vị"), max_length=100)
    label = models.CharField(_("cách ghi trong tệp"), max_length=30, unique=True)
    tier = models.CharField(max_length=12, choices=Tier)
    effective_from = models.DateField(null=True)
    effective_to = models.DateField(null=True)

    class Meta:
        verbose_name = _("loại đơn vị")

    def __str__(self) -> str:
        return self.name


class Province(models.Model):
    """A province of 2020 by its statistics code; one that was absorbed in 2025 names its successor."""

    code = models.CharField(max_length=4, primary_key=True)
    name = models.CharField(_("tên tỉnh, thành phố"), max_length=60)
    # The name after 2025 where the province goes on under another one (Thừa Thiên Huế: Huế).
    later_name = models.CharField(max_length=60, blank=True)
    effective_to = models.DateField(null=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, related_name="predecessors")

    class Meta:
        verbose_name = _("tỉnh, thành phố")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="province_successor_iff_ended",
                condition=Q(effective_to=None, successor=None) | Q(effective_to__isnull=False, successor__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name


class OrganizationQuerySet(ScopedQuerySet["Organization"]):
    owner, group, unit, path = None, None, "id", "path"


class Described(models.Model):
    """What a body is at a time."""

    name = models.CharField(_("tên đơn vị"), max_length=200)
    parent = models.ForeignKey(
        "organizations.Organization",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("đơn vị quản lý"),
    )
    path = LtreeField()
    province = models.ForeignKey(
        Province, models.PROTECT, null=True, related_name="+", verbose_name=_("tỉnh, thành phố")
    )
    levels = ArrayField(models.CharField(max_length=4, choices=SchoolLevel), default=list, verbose_name=_("cấp học"))
    disadvantaged = models.BooleanField(_("vùng khó khăn"), default=False)

    class Meta:
        abstract = True

    @property
    def level_names(self) -> str:
        """Tiểu học, Trung học cơ sở; empty for a body that is not a school."""
        return ", ".join(str(level.label) for level in SchoolLevel if level in self.levels)


@pghistory.track()
class Organization(Described):
    """A body: ministry, Sở, Phòng, commune committee, school, university. Columns as of today."""

    code = models.CharField(_("mã đơn vị"), max_length=40, unique=True)
    kind = models.ForeignKey(OrganizationKind, models.PROTECT, verbose_name=_("loại đơn vị"))
    is_open = models.BooleanField(_("đang hoạt động"), default=True)
    search = models.GeneratedField(
        expression=VnFold("name"), output_field=models.TextField(), db_persist=True, editable=False
    )

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = _("đơn vị")
        indexes = [
            GistIndex(fields=["path"], name="organization_path"),
            GinIndex(OpClass("search", name="gin_trgm_ops"), name="organization_search"),
            models.Index(fields=["parent", "name", "id"], name="organization_children"),
            # For lists of people by body: a page of a Sở reads the first of its schools, not the people of all.
            models.Index(fields=["search", "id"], name="organization_by_name"),
        ]
        constraints = [
            models.CheckConstraint(name="organization_not_own_parent", condition=~Q(parent=models.F("id"))),
        ]

    def __str__(self) -> str:
        return self.name


class OrganizationVersion(Described):
    """What a body was from a day to a day (the end is excluded; empty is open)."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="versions")
    validity = DateRangeField()
    reorganization = models.ForeignKey("organizations.Reorganization", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("thông tin đơn vị theo thời gian")
        indexes = [GistIndex(fields=["path"], name="version_path")]
        constraints = [
            ExclusionConstraint(
                name="one_version_at_a_time",
                expressions=[("organization", RangeOperators.EQUAL), ("validity", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(name="version_validity_not_empty", condition=Q(validity__isempty=False)),
        ]


@pghistory.track()
class Reorganization(models.Model):
    """Changes of bodies from one day on, on the ground of one document; previewed, applied and undone as a whole."""

    title = models.CharField(_("tên"), max_length=200)
    document = models.CharField(_("căn cứ"), max_length=200, blank=True)
    on = models.DateField(_("từ ngày"))
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="reorganizations", verbose_name=_("đơn vị")
    )
    state = models.CharField(
        _("trạng thái"), max_length=10, choices=ReorganizationState, default=ReorganizationState.DRAFT
    )
    applied_at = models.DateTimeField(_("áp dụng lúc"), null=True)
    undone_at = models.DateTimeField(_("hoàn tác lúc"), null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("sắp xếp đơn vị")
        constraints = [
            models.CheckConstraint(
                name="reorganization_state_dates",
                condition=Q(state="DRAFT", applied_at=None, undone_at=None)
                | Q(state="APPLIED", applied_at__isnull=False, undone_at=None)
                | Q(state="UNDONE", applied_at__isnull=False, undone_at__isnull=False),
            )
        ]


class ReorganizationStep(models.Model):
    """One change of one body. `target`: the new parent (MOVE) or the body that takes over (MERGE, SPLIT)."""

    reorganization = models.ForeignKey(Reorganization, models.CASCADE, related_name="steps")
    change = models.CharField(max_length=8, choices=Change)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    target = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    new_name = models.CharField(_("tên mới"), max_length=200, blank=True)
    new_province = models.ForeignKey(Province, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("thay đổi")
        constraints = [
            models.CheckConstraint(
                name="step_has_what_it_needs",
                condition=Q(change="RENAME") & ~Q(new_name="")
                | Q(change__in=["MOVE", "MERGE", "SPLIT"], target__isnull=False)
                | Q(change="CLOSE"),
            ),
            models.CheckConstraint(name="step_not_onto_itself", condition=~Q(target=models.F("organization"))),
        ]


class Succession(models.Model):
    """`successor` took over (part of) `predecessor` from a day on: how a report is asked "as of today's map"."""

    predecessor = models.ForeignKey(Organization, models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Organization, models.PROTECT, related_name="predecessions")
    on = models.DateField()
    reorganization = models.ForeignKey(Reorganization, models.PROTECT, null=True)

    class Meta:
        verbose_name = _("kế thừa")
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor", "on"], name="one_succession"),
            models.CheckConstraint(name="succession_not_self", condition=~Q(predecessor=models.F("successor"))),
        ]
