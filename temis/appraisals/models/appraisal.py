"""One person's appraisal in one period: from the self-assessment to the answered objection."""

from typing import Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from temis.access import P, Scope, ScopedQuerySet
from temis.accounts.models import Delegation, User
from temis.admission.tokens import spoken
from temis.appraisals.enums import DECIDED_STATES, Exclusion, Outcome, Source, State
from temis.appraisals.models.period import Period
from temis.core.models import AppendOnly
from temis.evidence.models import EvidenceItem
from temis.organizations.enums import SchoolLevel
from temis.organizations.models import Organization
from temis.people.enums import Position
from temis.people.models import Person, SubjectGroup
from temis.standards.enums import Level, Subject
from temis.standards.models import Edition

# Levels of all criteria in the order of their numbers, 0 to 3; one array instead of 15 rows, because a country
# has 15 million of them a year and they are only ever read together.
LEVELS_HELP = _("Mức của từng tiêu chí theo thứ tự, 0 (chưa đạt) đến 3 (tốt)")


class AppraisalQuerySet(ScopedQuerySet["Appraisal"]):
    group = "group_id"

    def permitted(self, scope: Scope, permission: P) -> Self:
        """APR-12. To decide is the head's of the body that the appraisal names (`decided_in`), neither of one above nor
        below, and nobody's on himself; everything else follows the body of the appraisal."""
        if permission != P.APPRAISAL_DECIDE:
            return super().permitted(scope, permission)
        if not scope.has(permission) or scope.unit_id is None:
            return self.none()
        others = self if scope.person_id is None else self.exclude(person_id=scope.person_id)
        return others.filter(decided_in_id=scope.unit_id)


@pghistory.track()
class Appraisal(models.Model):
    """The official record. It keeps the body, position, level and group under which it was made."""

    period = models.ForeignKey(Period, models.PROTECT, related_name="appraisals", verbose_name=_("đợt đánh giá"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="appraisals", verbose_name=_("nhân sự"))
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="appraisals", verbose_name=_("đơn vị"))
    group = models.ForeignKey(
        SubjectGroup, models.PROTECT, null=True, related_name="appraisals", verbose_name=_("tổ chuyên môn")
    )
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+", verbose_name=_("bộ chuẩn"))
    subject = models.CharField(_("đối tượng"), max_length=10, choices=Subject)
    position = models.CharField(_("vị trí việc làm"), max_length=20, choices=Position)
    level = models.CharField(_("cấp học"), max_length=4, choices=SchoolLevel, blank=True)
    # The body whose head decides: the school for teachers and deputies, the one above for principals (DeciderRule).
    decided_in = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name=_("đơn vị xếp loại"))
    decision_due = models.BooleanField(_("đến kỳ thủ trưởng đánh giá"), default=True)
    decision_due_reason = models.CharField(_("lý do đánh giá sớm"), max_length=300, blank=True)
    state = models.CharField(_("trạng thái"), max_length=12, choices=State, default=State.OPEN)
    exclusion = models.CharField(_("lý do ngoài đợt"), max_length=20, choices=Exclusion, blank=True)
    exclusion_note = models.CharField(_("ghi chú về lý do ngoài đợt"), max_length=300, blank=True)

    self_levels = ArrayField(
        models.SmallIntegerField(choices=Level),
        null=True,
        help_text=LEVELS_HELP,
        verbose_name=_("mức tự đánh giá từng tiêu chí"),
    )
    self_overall = models.SmallIntegerField(_("kết quả tự đánh giá"), null=True, choices=Level)
    submitted_at = models.DateTimeField(_("gửi tự đánh giá lúc"), null=True)

    # Empty where an old paper result gave only the overall level.
    decided_levels = ArrayField(
        models.SmallIntegerField(choices=Level),
        null=True,
        help_text=LEVELS_HELP,
        verbose_name=_("mức xếp loại từng tiêu chí"),
    )
    decided_overall = models.SmallIntegerField(_("kết quả xếp loại"), null=True, choices=Level)
    decided_on = models.DateField(_("ngày đánh giá"), null=True)
    decided_at = models.DateTimeField(_("xếp loại lúc"), null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("người xếp loại"))
    decided_by_person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    # The delegation under which somebody decided in the head's place.
    decided_under = models.ForeignKey(Delegation, models.PROTECT, null=True, related_name="+")
    decision_note = models.TextField(_("nhận xét"), blank=True)
    source = models.CharField(_("nguồn"), max_length=8, choices=Source, default=Source.SYSTEM)
    batch_id = models.BigIntegerField(null=True)  # the import that brought it (exchange.ImportBatch)

    announced_at = models.DateTimeField(_("thông báo kết quả lúc"), null=True)
    acknowledged_at = models.DateTimeField(_("xác nhận kết quả lúc"), null=True)
    # Grows with each step, so that of two people who decide at once the second is told.
    revision = models.IntegerField(default=0)

    objects = AppraisalQuerySet.as_manager()

    class Meta:
        verbose_name = _("đánh giá")
        indexes = [
            # The level at the end: a page of those of one level passes by schools that have none.
            models.Index(fields=["organization", "period", "state", "level"], name="appraisal_of_body"),
            models.Index(fields=["decided_in", "period", "state"], name="appraisal_by_decider"),
            models.Index(fields=["group", "period"], name="appraisal_by_group"),
            models.Index(fields=["period", "state"], name="appraisal_by_state"),
            # Often nobody; without it PostgreSQL reads a whole period to say so.
            models.Index(fields=["period", "organization"], condition=Q(decision_due=False), name="appraisal_not_due"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["period", "person", "subject"], name="one_appraisal_per_period"),
            models.CheckConstraint(name="appraisal_state", condition=Q(state__in=State.values)),
            models.CheckConstraint(
                name="appraisal_excluded_iff_reason",
                condition=(Q(state=State.EXCLUDED) & ~Q(exclusion="")) | (~Q(state=State.EXCLUDED) & Q(exclusion="")),
            ),
            models.CheckConstraint(
                name="appraisal_decided_iff_level_and_when",
                condition=Q(state__in=DECIDED_STATES, decided_overall__isnull=False, decided_at__isnull=False)
                | (
                    ~Q(state__in=DECIDED_STATES)
                    & Q(decided_overall=None, decided_at=None, decided_levels=None, decided_by=None)
                ),
            ),
            models.CheckConstraint(
                name="appraisal_submitted_iff_levels",
                condition=Q(submitted_at=None, self_levels=None, self_overall=None)
                | Q(submitted_at__isnull=False, self_levels__isnull=False, self_overall__isnull=False),
            ),
            models.CheckConstraint(
                name="appraisal_submitted_state",
                condition=~Q(state=State.OPEN, submitted_at__isnull=False)
                & ~Q(state=State.SUBMITTED, submitted_at=None),
            ),
            models.CheckConstraint(
                name="appraisal_nobody_decides_on_himself",
                condition=Q(decided_by_person=None) | ~Q(decided_by_person=F("person")),
            ),
            models.CheckConstraint(
                name="appraisal_announced_when_told",
                condition=Q(announced_at__isnull=False)
                | ~Q(state__in=[State.ANNOUNCED, State.ACKNOWLEDGED, State.OBJECTED]),
            ),
            models.CheckConstraint(
                name="appraisal_levels_in_range",
                condition=(Q(decided_overall=None) | Q(decided_overall__range=(0, 3)))
                & (Q(self_overall=None) | Q(self_overall__range=(0, 3))),
            ),
        ]

    @property
    def result_is_told(self) -> bool:
        """May its person know the result? Not before it is announced; an imported one is known already."""
        is_decided = self.decided_overall is not None
        return is_decided and (self.announced_at is not None or self.source == Source.IMPORT)


class SelfAssessment(models.Model):
    """The self-assessment as it is being written (Biểu mẫu 01). Saved while typing, hence no row history; what counts
    is copied to the appraisal on submission."""

    PERSONAL_FIELDS = ("strengths", "improvements", "goals", "wishes", "conditions")

    appraisal = models.OneToOneField(Appraisal, models.CASCADE, primary_key=True, related_name="self_assessment")
    levels = ArrayField(models.SmallIntegerField(null=True), default=list, help_text=LEVELS_HELP)
    strengths = models.TextField(_("điểm mạnh"), blank=True)
    improvements = models.TextField(_("những vấn đề cần cải thiện"), blank=True)
    goals = models.TextField(_("mục tiêu"), blank=True)
    wishes = models.TextField(_("nội dung đăng ký học tập, bồi dưỡng"), blank=True)
    schedule = models.CharField(_("thời gian"), max_length=300, blank=True)
    conditions = models.TextField(_("điều kiện thực hiện"), blank=True)
    saved_at = models.DateTimeField()
    # The number of the last save that was accepted, and which open page made it (APR-13): a page's own older save
    # that arrives late changes nothing, a save of another page that has not seen this one is refused.
    revision = models.BigIntegerField(default=0)
    writer = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = _("phiếu tự đánh giá")


class EvidenceUse(models.Model):
    """An item of the portfolio that supports a criterion of an appraisal."""

    appraisal = models.ForeignKey(Appraisal, models.CASCADE, related_name="evidence_uses")
    criterion = models.PositiveSmallIntegerField(_("tiêu chí"))
    item = models.ForeignKey(EvidenceItem, models.PROTECT, related_name="uses")

    class Meta:
        verbose_name = _("minh chứng của tiêu chí")
        constraints = [models.UniqueConstraint(fields=["appraisal", "criterion", "item"], name="one_use_per_criterion")]


class LateAcceptance(AppendOnly):
    """A self-assessment that was sent after its last day by somebody who had come in time (APR-16): when he came, which
    is the time that counts, and when it was sent."""

    appraisal = models.ForeignKey(Appraisal, models.PROTECT, related_name="late_acceptances")
    receipt = models.CharField(_("số biên nhận"), max_length=20, unique=True)
    closed_on = models.DateField(_("hạn gửi"))
    arrived_at = models.DateTimeField(_("lúc đến"))
    accepted_at = models.DateTimeField(_("lúc gửi"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("phiếu nhận sau hạn")
        constraints = [
            models.CheckConstraint(name="late_acceptance_came_before", condition=Q(arrived_at__lt=F("accepted_at"))),
            models.CheckConstraint(name="late_acceptance_has_receipt", condition=~Q(receipt="")),
        ]

    @property
    def spoken_number(self) -> str:
        return spoken(self.receipt)


@pghistory.track()
class Objection(models.Model):
    """A person's objection to his announced result and the head's answer, which must give a reason."""

    PERSONAL_FIELDS = ("text", "answer")

    appraisal = models.ForeignKey(Appraisal, models.CASCADE, related_name="objections")
    text = models.TextField(_("nội dung phản hồi"))
    made_at = models.DateTimeField(_("phản hồi lúc"))
    answer = models.TextField(_("trả lời"), blank=True)
    outcome = models.CharField(_("kết quả giải quyết"), max_length=8, choices=Outcome, blank=True)
    answered_at = models.DateTimeField(_("trả lời lúc"), null=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("người trả lời"))

    class Meta:
        verbose_name = _("phản hồi kết quả")
        constraints = [
            models.UniqueConstraint(fields=["appraisal"], condition=Q(answered_at=None), name="one_open_objection"),
            models.CheckConstraint(
                name="objection_answered_with_reason",
                condition=Q(answered_at=None, answer="", outcome="", answered_by=None)
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="") & ~Q(outcome="")),
            ),
            models.CheckConstraint(name="objection_says_something", condition=~Q(text="")),
        ]
