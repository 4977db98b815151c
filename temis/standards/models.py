"""Editions of the standards: what people are appraised against, and the rule that classifies them."""

from datetime import date
from fractions import Fraction
from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from temis.core.errors import RuleViolation
from temis.standards import rules
from temis.standards.enums import Level, Subject
from temis.standards.triggers import EDITION_TRIGGERS, guarded_child

RESULTS = (Level.PASS, Level.FAIR, Level.GOOD)  # levels that have a threshold and a descriptor


class EditionQuerySet(models.QuerySet["Edition"]):
    def in_force(self, subject: str, *, on: date) -> "Edition":
        """STD-04. The edition for these people on that day; of two that overlap, the one that began later."""
        open_or_later = Q(effective_to__isnull=True) | Q(effective_to__gte=on)
        found = self.filter(open_or_later, subject=subject, effective_from__lte=on).order_by("-effective_from", "-id")
        if edition := found.first():
            return edition
        message = gettext(
            "Chưa có bộ chuẩn dành cho %(subject)s có hiệu lực vào ngày %(date)s. Cần nạp bộ chuẩn đó trước."
        )
        spoken = {"subject": Subject(subject).label, "date": date_format(on, "SHORT_DATE_FORMAT")}
        raise RuleViolation("STD-04", message % spoken)


@pghistory.track(pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Edition(models.Model):
    """One standard as one circular put it. In use (`locked_at`), its rule never changes again (STD-03)."""

    code = models.CharField(_("mã"), max_length=40, unique=True)
    name = models.CharField(_("tên"), max_length=300)
    subject = models.CharField(_("đối tượng"), max_length=10, choices=Subject)
    document = models.CharField(_("văn bản"), max_length=100)
    issued_on = models.DateField(_("ngày ban hành"), null=True)
    effective_from = models.DateField(_("có hiệu lực từ ngày"))
    effective_to = models.DateField(_("hết hiệu lực sau ngày"), null=True)
    verified = models.BooleanField(_("quy tắc đã được xác nhận từ nguồn công khai"), default=False)
    source_note = models.TextField(_("ghi chú về nguồn"), blank=True)
    source_hash = models.CharField(max_length=64, editable=False)
    locked_at = models.DateTimeField(_("dùng từ"), null=True)
    updated_at = models.DateTimeField()

    objects: ClassVar[EditionQuerySet] = EditionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("bộ chuẩn")
        ordering = ["subject", "-effective_from"]
        constraints = [
            models.CheckConstraint(name="edition_subject", condition=Q(subject__in=Subject.values)),
            models.CheckConstraint(
                name="edition_dates_ordered",
                condition=Q(effective_to__isnull=True) | Q(effective_to__gte=F("effective_from")),
            ),
        ]
        triggers = EDITION_TRIGGERS

    def __str__(self) -> str:
        return self.code


class EditionThreshold(models.Model):
    """What it takes to reach one level in one edition (see `rules.Threshold`)."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="thresholds")
    level = models.PositiveSmallIntegerField(choices=Level)
    floor = models.PositiveSmallIntegerField(choices=Level)
    key_floor = models.PositiveSmallIntegerField(choices=Level)
    share_count = models.PositiveSmallIntegerField()
    share_of = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("điều kiện của mức")
        ordering = ["edition_id", "-level"]
        constraints = [
            models.UniqueConstraint(name="threshold_one_per_level", fields=["edition", "level"]),
            models.CheckConstraint(
                name="threshold_levels",
                condition=Q(level__in=RESULTS, floor__lte=F("level"), key_floor__lte=F("level")),
            ),
            models.CheckConstraint(
                name="threshold_share", condition=Q(share_of__gte=1, share_count__lte=F("share_of"))
            ),
        ]
        triggers = [guarded_child()]

    def as_rule(self) -> rules.Threshold:
        share = Fraction(self.share_count, self.share_of)
        return rules.Threshold(Level(self.level), Level(self.floor), share, Level(self.key_floor))


class Standard(models.Model):
    """A group of criteria (tiêu chuẩn)."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="standards")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=400)

    class Meta:
        verbose_name = _("tiêu chuẩn")
        ordering = ["edition_id", "number"]
        constraints = [
            models.UniqueConstraint(name="standard_number_unique", fields=["edition", "number"]),
            models.UniqueConstraint(name="standard_with_edition", fields=["id", "edition"]),
            models.CheckConstraint(name="standard_number_positive", condition=Q(number__gte=1)),
        ]
        triggers = [guarded_child("number")]

    def __str__(self) -> str:
        return f"{self.number}. {self.name}"


@pghistory.track(pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Criterion(models.Model):
    """One thing that is appraised (tiêu chí); `is_key` where the rule asks more of it."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="criteria", verbose_name=_("bộ chuẩn"))
    standard = models.ForeignKey(
        Standard, on_delete=models.CASCADE, related_name="criteria", verbose_name=_("tiêu chuẩn")
    )
    number = models.PositiveSmallIntegerField(_("số thứ tự"))
    name = models.CharField(_("tên"), max_length=400)
    is_key = models.BooleanField(_("tiêu chí quyết định kết quả"), default=False)
    name_verified = models.BooleanField(_("tên đã được xác nhận từ nguồn công khai"), default=False)
    evidence_hint = models.TextField(_("gợi ý minh chứng"), blank=True)

    class Meta:
        verbose_name = _("tiêu chí")
        ordering = ["edition_id", "number"]
        constraints = [
            models.UniqueConstraint(name="criterion_number_unique", fields=["edition", "number"]),
            models.CheckConstraint(name="criterion_number_positive", condition=Q(number__gte=1)),
        ]
        triggers = [guarded_child("number", "is_key", "standard_id")]

    def __str__(self) -> str:
        return f"{self.number}. {self.name}"


@pghistory.track(pghistory.UpdateEvent(), pghistory.DeleteEvent())
class LevelDescriptor(models.Model):
    """What one level of one criterion asks for, in the words of the circular."""

    criterion = models.ForeignKey(
        Criterion, on_delete=models.CASCADE, related_name="descriptors", verbose_name=_("tiêu chí")
    )
    level = models.PositiveSmallIntegerField(_("mức"), choices=Level)
    text = models.TextField(_("nội dung"))
    verified = models.BooleanField(_("đã được xác nhận từ nguồn công khai"), default=False)
    source_note = models.TextField(_("ghi chú về nguồn"), blank=True)

    class Meta:
        verbose_name = _("nội dung của mức")
        ordering = ["criterion_id", "level"]
        constraints = [
            models.UniqueConstraint(name="descriptor_one_per_level", fields=["criterion", "level"]),
            models.CheckConstraint(name="descriptor_level", condition=Q(level__in=RESULTS)),
        ]
