"""Periods (đợt), their dates per stage and body, and who decides on principals: data."""

from typing import Self

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from temis.access import P, Scope, ScopedQuerySet
from temis.appraisals.enums import PeriodState, Stage
from temis.organizations.enums import SchoolLevel, Tier
from temis.organizations.models import Organization, Province
from temis.standards.enums import Subject
from temis.standards.models import Edition


class PeriodQuerySet(ScopedQuerySet["Period"]):
    def permitted(self, scope: Scope, permission: P) -> Self:
        """A period is of a body and for all below it: those below see it once it is open."""
        if permission != P.PERIOD_VIEW or scope.has(P.PERIOD_MANAGE):
            return super().permitted(scope, permission)
        if not scope.has(permission) or not scope.path:
            return self.none()
        return self.filter(organization__path__above=scope.path).exclude(state=PeriodState.DRAFT)


@pghistory.track()
class Period(models.Model):
    """One appraisal period of the whole country. `year` is the year of the report ("năm 2020" holds the school year
    2019-2020); `reference_on` the day whose tree, levels and disadvantaged areas the report uses."""

    year = models.PositiveSmallIntegerField(_("năm"), unique=True)
    name = models.CharField(_("tên đợt"), max_length=200)
    school_year = models.CharField(_("năm học"), max_length=9)
    reference_on = models.DateField(_("ngày chốt số liệu"))
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="periods", verbose_name=_("đơn vị"))
    decision_for_all = models.BooleanField(
        _("thủ trưởng đánh giá tất cả"),
        default=False,
        help_text=_("Bỏ trống: chỉ những người đến kỳ hai năm (TT 20/2018 Điều 11)."),
    )
    decision_reason = models.CharField(_("căn cứ rút ngắn chu kỳ"), max_length=300, blank=True)
    # APR-07. Years between two decisions of the head; the circulars say two.
    decision_every = models.PositiveSmallIntegerField(_("số năm giữa hai lần thủ trưởng đánh giá"), default=2)
    # APR-16. For so long after the last day a self-assessment is taken from somebody who came in time and had to wait.
    late_hours = models.PositiveSmallIntegerField(_("số giờ nhận phiếu của người đã đến trước hạn"), default=12)
    state = models.CharField(_("trạng thái"), max_length=8, choices=PeriodState, default=PeriodState.DRAFT)
    opened_at = models.DateTimeField(_("mở lúc"), null=True)
    closed_at = models.DateTimeField(_("đóng lúc"), null=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("đợt đánh giá")
        constraints = [
            models.CheckConstraint(
                name="period_state_dates",
                condition=Q(state="DRAFT", opened_at=None, closed_at=None)
                | Q(state="OPEN", opened_at__isnull=False, closed_at=None)
                | Q(state="CLOSED", opened_at__isnull=False, closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="period_shortened_with_reason",
                condition=Q(decision_for_all=False) | ~Q(decision_reason=""),
            ),
            models.CheckConstraint(name="period_cadence", condition=Q(decision_every__gte=1)),
            models.CheckConstraint(name="period_late_hours", condition=Q(late_hours__lte=72)),
        ]

    def __str__(self) -> str:
        return self.name


class PeriodEdition(models.Model):
    """The edition of the standard that a period uses for teachers, and the one for managers."""

    period = models.ForeignKey(Period, models.CASCADE, related_name="editions")
    subject = models.CharField(max_length=10, choices=Subject)
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("chuẩn áp dụng")
        constraints = [models.UniqueConstraint(fields=["period", "subject"], name="one_edition_per_subject")]


@pghistory.track()
class StageWindow(models.Model):
    """First and last day of a stage for a body and all below it, until a lower body narrows it (`queries.windows`)."""

    period = models.ForeignKey(Period, models.CASCADE, related_name="windows", verbose_name=_("đợt đánh giá"))
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name=_("đơn vị"))
    stage = models.CharField(_("bước"), max_length=10, choices=Stage)
    opens_on = models.DateField(_("từ ngày"))
    closes_on = models.DateField(_("đến hết ngày"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("thời hạn")
        constraints = [
            models.UniqueConstraint(fields=["period", "organization", "stage"], name="one_window_per_stage"),
            models.CheckConstraint(name="window_in_order", condition=Q(opens_on__lte=F("closes_on"))),
        ]


class DeciderRule(models.Model):
    """Who decides on principals of a level of schooling (TT 14/2018 Điều 11, TT 12/2025): tier of the body above the
    school, for all provinces or one, from a day to a day. The rule of the own province comes first."""

    level = models.CharField(_("cấp học cao nhất của trường"), max_length=4, choices=SchoolLevel)
    province = models.ForeignKey(Province, models.PROTECT, null=True, related_name="+")
    tier = models.CharField(_("cấp quyết định"), max_length=12, choices=Tier)
    validity = DateRangeField(_("thời gian"))
    document = models.CharField(_("căn cứ"), max_length=200)
    verified = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("thẩm quyền đánh giá hiệu trưởng")
        constraints = [
            ExclusionConstraint(
                name="one_national_decider_at_a_time",
                expressions=[("level", RangeOperators.EQUAL), ("validity", RangeOperators.OVERLAPS)],
                condition=Q(province=None),
            ),
            ExclusionConstraint(
                name="one_provincial_decider_at_a_time",
                expressions=[
                    ("level", RangeOperators.EQUAL),
                    ("province", RangeOperators.EQUAL),
                    ("validity", RangeOperators.OVERLAPS),
                ],
                condition=Q(province__isnull=False),
            ),
        ]
