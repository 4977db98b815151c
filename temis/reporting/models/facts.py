"""Who counts how in a period, kept up to date between extractions; what a version counted stays as long as it does.

A refresh (`temis.reporting.refresh`) gives the period a new snapshot number where somebody counts differently than
before. A row of `PersonFact` holds from its snapshot `since` until before `until`; a version names its snapshot.
"""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from temis.access import ScopedQuerySet
from temis.appraisals.models import Period
from temis.organizations.models import Organization
from temis.people.models import Person
from temis.reporting.enums import OUTCOME_CODES
from temis.reporting.models.report import ReportVersion
from temis.reporting.triggers import FACT_TRIGGERS

OPEN_END = 2_147_483_647  # `until` of what is still so


class PersonKind(models.Model):
    """Who somebody is as far as reports tell people apart, and in which province; one number for all of it.

    Codes are those of the template (GVPT, CBQL; GV, HT, PHT; TH, THCS, THPT).
    """

    province_code = models.CharField(max_length=4, blank=True)
    subject = models.CharField(max_length=10)
    position = models.CharField(max_length=4)
    level = models.CharField(max_length=4, blank=True)
    female = models.BooleanField()
    minority = models.BooleanField()
    disadvantaged = models.BooleanField()

    FIELDS = ("province_code", "subject", "position", "level", "female", "minority", "disadvantaged")

    class Meta:
        verbose_name = _("loại người trong báo cáo")
        constraints = [
            models.UniqueConstraint(
                fields=["province_code", "subject", "position", "level", "female", "minority", "disadvantaged"],
                name="one_kind",
            )
        ]


class PersonFactQuerySet(ScopedQuerySet["PersonFact"]):
    """One's own rows; nobody lists those of others."""

    unit, path = None, None

    def of(self, version: ReportVersion) -> Self:
        """Who is counted in a version, and how."""
        then = self.filter(period_id=version.report.period_id, since__lte=version.snapshot, until__gt=version.snapshot)
        if version.bodies is not None:
            return then.filter(organization_id__in=version.bodies)
        province = version.report.province_id
        return then.filter(kind__province_code=province) if province else then


class PersonFact(models.Model):
    """How one person counts in a period, from one snapshot to another: all figures are counts of these rows.

    Without constraints of the database to other tables: the rows outlive an undone import, and a million of them are
    written at once.
    """

    pk = models.CompositePrimaryKey("person_id", "period_id", "subject", "until")
    person = models.ForeignKey(Person, models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False)
    period = models.ForeignKey(Period, models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False)
    organization = models.ForeignKey(
        Organization, models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False
    )
    since = models.IntegerField()
    until = models.IntegerField(default=OPEN_END)
    kind = models.ForeignKey(PersonKind, models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False)
    # How the year ended: the level 0 to 3, not done, or excluded and why (`enums.OUTCOME_CODES`).
    outcome = models.SmallIntegerField()
    subject = models.CharField(max_length=10)
    levels = ArrayField(models.SmallIntegerField(null=True), null=True)

    objects = PersonFactQuerySet.as_manager()

    class Meta:
        verbose_name = _("cách một người được tính")
        triggers = FACT_TRIGGERS
        indexes = [models.Index(fields=["period", "organization"], name="fact_by_body")]

    @property
    def told(self) -> str | int:
        """The outcome as templates name it."""
        return OUTCOME_CODES[self.outcome]


class RollupCount(models.Model):
    """How many people of a kind have a value in a period today: `item` 0 is the outcome of the year, 1 to 99 the level
    in a criterion, from 101 on in a standard."""

    period = models.ForeignKey(Period, models.DO_NOTHING, db_constraint=False, related_name="+")
    kind = models.ForeignKey(PersonKind, models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False)
    item = models.SmallIntegerField()
    value = models.SmallIntegerField()
    people = models.IntegerField()

    class Meta:
        verbose_name = _("số đếm cộng sẵn")
        constraints = [
            models.UniqueConstraint(fields=["period", "kind", "item", "value"], name="one_rollup_count"),
            models.CheckConstraint(name="rollup_count_positive", condition=models.Q(people__gt=0)),
        ]


class Snapshot(models.Model):
    """The last snapshot of a period: its number grows with each refresh that found a difference."""

    period = models.OneToOneField(Period, models.CASCADE, primary_key=True, related_name="+")
    number = models.IntegerField()
    taken_at = models.DateTimeField()
    # What the counts of standards were made with; another edition means counting anew.
    standards = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("lần chụp số liệu")


class ProvinceHash(models.Model):
    """The fingerprint of a province's people in a period today; absent where it has to be computed anew."""

    period = models.ForeignKey(Period, models.CASCADE, related_name="+")
    province_code = models.CharField(max_length=4, blank=True)
    data_hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("mã băm của tỉnh")
        constraints = [models.UniqueConstraint(fields=["period", "province_code"], name="one_province_hash")]


class StaleMark(models.Model):
    """Somebody may count differently from now on; written by triggers with the change itself, never updated.

    Without a person: everybody of the body; without either: everybody. Without a period: in all of them.
    """

    period_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    organization_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("dấu cần đếm lại")
