"""What a reorganization did, record by record, so that it can be shown before and taken back after."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from temis.organizations.enums import SchoolLevel
from temis.organizations.models import Organization, Reorganization, ReorganizationStep
from temis.people.models import SubjectGroup
from temis.restructuring.enums import Effect


class SplitPart(models.Model):
    """Who leaves in a SPLIT: everybody of these levels of schooling and of these subject groups."""

    step = models.OneToOneField(ReorganizationStep, models.CASCADE, primary_key=True, related_name="part")
    levels = ArrayField(models.CharField(max_length=4, choices=SchoolLevel), default=list, verbose_name=_("cấp học"))
    groups = models.ManyToManyField(SubjectGroup, blank=True, verbose_name=_("tổ chuyên môn"))

    class Meta:
        verbose_name = _("phần được tách")


class AffectedRecord(models.Model):
    """One record a reorganization touched, with what it held before."""

    reorganization = models.ForeignKey(Reorganization, models.CASCADE, related_name="effects")
    effect = models.CharField(max_length=20, choices=Effect)
    record_id = models.BigIntegerField()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    before_until = models.DateField(null=True)
    before_organization = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    before_decided_in = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    # Among the first that a page shows of a kind: its place; the others have none.
    place = models.PositiveSmallIntegerField(null=True)

    class Meta:
        verbose_name = _("bản ghi bị ảnh hưởng")
        constraints = [
            models.UniqueConstraint(fields=["reorganization", "effect", "record_id"], name="one_effect_per_record"),
            models.UniqueConstraint(
                fields=["reorganization", "effect", "place"],
                condition=models.Q(place__isnull=False),
                name="one_effect_in_a_place",
            ),
        ]


class Extent(models.Model):
    """How much a reorganization changed: counted once, because a reform touches every school of the country."""

    reorganization = models.OneToOneField(Reorganization, models.CASCADE, primary_key=True, related_name="extent")
    bodies = models.IntegerField(verbose_name=_("đơn vị"))
    people = models.IntegerField(verbose_name=_("vị trí công tác"))
    grants = models.IntegerField(verbose_name=_("vai trò được phân"))
    appraisals = models.IntegerField(verbose_name=_("đánh giá được chuyển"))

    class Meta:
        verbose_name = _("quy mô sắp xếp")
