"""Counts that follow the appraisals, counts of opinions, reminders that were sent, and the rules of those to come."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from temis.access import ScopedQuerySet
from temis.accounts.models import User
from temis.appraisals.enums import Stage
from temis.appraisals.models import Period
from temis.following.enums import Waiting
from temis.organizations.enums import SchoolLevel
from temis.organizations.models import Organization
from temis.people.enums import Position
from temis.people.models import SubjectGroup
from temis.standards.enums import Subject

# The counts of `Progress`, each with the condition on an appraisal that it counts; `excluded` are in no other one.
COUNTS = {
    "unsent": "state = 'OPEN'",
    "submitted": "state = 'SUBMITTED'",
    "decided": "state = 'DECIDED'",
    "announced": "state = 'ANNOUNCED'",
    "acknowledged": "state = 'ACKNOWLEDGED'",
    "objected": "state = 'OBJECTED'",
    "excluded": "state = 'EXCLUDED'",
    # Of those in the period: who has sent a self-assessment, whatever came after.
    "sent": "submitted_at IS NOT NULL AND state <> 'EXCLUDED'",
    # The head's decision is due and not made; and those of them who have not sent either.
    "awaiting": "decision_due AND state IN ('OPEN', 'SUBMITTED')",
    "awaiting_unsent": "decision_due AND state = 'OPEN'",
}
KEYS = ("period_id", "organization_id", "subject", "position", "level")


class Counted(models.Model):
    """A column for each of `COUNTS`."""

    unsent = models.IntegerField()
    submitted = models.IntegerField()
    decided = models.IntegerField()
    announced = models.IntegerField()
    acknowledged = models.IntegerField()
    objected = models.IntegerField()
    excluded = models.IntegerField()
    sent = models.IntegerField()
    awaiting = models.IntegerField()
    awaiting_unsent = models.IntegerField()

    class Meta:
        abstract = True


class Progress(Counted):
    """How many appraisals of a body stand where; kept by triggers on the appraisals, in their own transaction.

    Rows are only added: each statement on appraisals adds the differences it makes, so nobody waits for anybody and
    what is true is the sum of the rows. `actions.fold` sums them up from time to time; `folded` are those that are in
    the `Subtotal`s. No constraint to other tables: a check of the body at each difference would lock its row.
    """

    period = models.ForeignKey(Period, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    organization = models.ForeignKey(Organization, models.DO_NOTHING, related_name="+", db_constraint=False)
    subject = models.CharField(max_length=10, choices=Subject)
    position = models.CharField(max_length=20, choices=Position)
    level = models.CharField(max_length=4, choices=SchoolLevel, blank=True)
    folded = models.BooleanField(db_default=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("tiến độ")
        indexes = [
            models.Index(fields=["period", "organization"], name="progress_of_body"),
            models.Index(fields=["period", "organization"], condition=Q(folded=False), name="progress_not_folded"),
        ]


class OpinionProgress(models.Model):
    """How far the opinions of a body were at a moment. Counted from time to time, never by a trigger: a row that
    changes with each opinion would tell when it was given (ADR 4)."""

    period = models.ForeignKey(Period, models.CASCADE, related_name="+")
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    asked = models.IntegerField(_("số ý kiến cần có"))
    given = models.IntegerField(_("số ý kiến đã có"))
    raters = models.IntegerField(_("số người được hỏi"))
    raters_left = models.IntegerField(_("số người còn ý kiến phải góp"))
    counted_at = models.DateTimeField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("tiến độ lấy ý kiến")
        constraints = [models.UniqueConstraint(fields=["period", "organization"], name="one_count_of_opinions")]


class Subtotal(Counted):
    """What the folded rows of `Progress` come to for a body and all below it, with what is late and the opinions.

    Large bodies are read here, so that a page of the nation adds up its provinces and the few schools where something
    happened since, not all schools. An empty `position` or `level` stands for all of them;
    schools below a Phòng or a commune have no rows with both.
    """

    period = models.ForeignKey(Period, models.CASCADE, related_name="+")
    organization = models.ForeignKey(Organization, models.DO_NOTHING, related_name="+", db_constraint=False)
    position = models.CharField(max_length=20, choices=Position, blank=True)
    level = models.CharField(max_length=4, choices=SchoolLevel, blank=True)
    is_school = models.BooleanField()
    asked = models.IntegerField(null=True)
    given = models.IntegerField(null=True)
    raters_left = models.IntegerField(null=True)
    late_self = models.IntegerField()
    late_opinions = models.IntegerField(null=True)
    late_decision = models.IntegerField()
    late_announcement = models.IntegerField()
    late_response = models.IntegerField()
    late_answer = models.IntegerField()
    late_people = models.IntegerField()
    schools = models.IntegerField()
    schools_late = models.IntegerField()
    counted_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("tiến độ cộng dồn")
        constraints = [
            models.UniqueConstraint(fields=["period", "organization", "position", "level"], name="one_subtotal")
        ]
        indexes = [
            # By whose numbers alone all schools of the nation are ranked.
            models.Index(
                fields=["period", "position", "level"],
                include=["organization", *COUNTS, "asked", "given", "late_people"],
                condition=Q(is_school=True),
                name="subtotal_of_school",
            ),
            # In the order in which they are listed first; the sum is `queries.order.OPEN`.
            models.Index(
                F("period"),
                F("position"),
                F("level"),
                F("late_people").desc(),
                (F("unsent") + F("awaiting") + F("decided") + F("announced") + F("objected")).desc(),
                condition=Q(is_school=True),
                name="subtotal_latest_schools",
            ),
        ]


class SubtotalsHold(models.Model):
    """The subtotals of a period are right from a day to a day: on the next one more is late. No end: for good."""

    period = models.OneToOneField(Period, models.CASCADE, primary_key=True, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField(null=True)

    objects = ScopedQuerySet.as_manager()


class SubtotalsUpset(models.Model):
    """Windows or the tree of bodies have changed: while a row is here no subtotal holds, and everything is added up
    from `Progress`. Triggers add rows, so that nobody waits for anybody; `actions.fold` takes them away."""

    objects = ScopedQuerySet.as_manager()


class Reminder(models.Model):
    """Somebody pressed the button: who of which body was reminded of what, how many had not been told that day."""

    period = models.ForeignKey(Period, models.CASCADE, related_name="reminders")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    group = models.ForeignKey(SubjectGroup, models.CASCADE, null=True, related_name="+")
    waiting = models.CharField(max_length=12, choices=Waiting)
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    on = models.DateField()
    count = models.IntegerField(_("số người đã nhắc"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("lần nhắc")
        indexes = [models.Index(fields=["organization", "on"], name="reminder_of_day")]
        constraints = [models.CheckConstraint(name="reminder_known", condition=Q(waiting__in=Waiting.values))]


@pghistory.track()
class ReminderRule(models.Model):
    """So many days before the last day of a stage (negative: after it) those who are missing are told by themselves.

    Shipped ones are switched off, never deleted: `temis migrate` adds those that are absent.
    """

    stage = models.CharField(_("bước"), max_length=10, choices=Stage)
    days = models.SmallIntegerField(_("số ngày trước hạn"))
    active = models.BooleanField(_("đang dùng"), default=True)
    # By SMS too, where the installation has a gateway and the person a telephone.
    sms = models.BooleanField(_("kèm tin nhắn"), default=False)

    class Meta:
        verbose_name = _("quy tắc nhắc")
        ordering = ["stage", "-days"]
        constraints = [
            models.UniqueConstraint(fields=["stage", "days"], name="one_reminder_rule_per_day"),
            models.CheckConstraint(name="reminder_rule_days", condition=Q(days__range=(-30, 60))),
            models.CheckConstraint(name="sms_on_last_day_only", condition=Q(sms=False) | Q(days=0)),
        ]
