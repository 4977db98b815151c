"""Opinions of colleagues and staff, kept so that nobody can tell who gave which.

Two tables with no bridge between them. `Ballot` says who has answered about whom, without time or order. `OpinionTally`
is one row per appraisal in which each answer is added to counts and forgotten; single answers are never stored. Both
are written in one transaction, and all ballots of one appraisal are written anew with each answer, so that every row
of both tables carries the last writer's transaction only. Neither table has a row history. See ADR 4.
"""

import uuid
from typing import Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from temis.access import P, Scope, ScopedQuerySet
from temis.appraisals.models import Appraisal, Period
from temis.opinions.enums import Circle
from temis.organizations.models import Organization
from temis.people.models import Person, SubjectGroup


class Ballot(models.Model):
    """`rater` has given an opinion on this appraisal; that he cannot do twice. The id is random: it tells no order."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    appraisal = models.ForeignKey(Appraisal, models.CASCADE, related_name="ballots")
    rater = models.ForeignKey(Person, models.PROTECT, related_name="ballots")

    class Meta:
        verbose_name = _("lượt góp ý kiến")
        constraints = [models.UniqueConstraint(fields=["appraisal", "rater"], name="one_ballot_per_rater")]
        triggers = [
            # OPN-01. Nobody gives an opinion on himself.
            pgtrigger.Trigger(
                name="not_on_himself",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF EXISTS (SELECT FROM appraisals_appraisal
                                WHERE id = NEW.appraisal_id AND person_id = NEW.rater_id) THEN
                        RAISE EXCEPTION 'OPN-01: nobody gives an opinion on himself'
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update),
        ]


class OpinionTally(models.Model):
    """Sums of the opinions on one appraisal: for criterion c (1…n) and level l (0…3) `counts[4 * (c - 1) + l]`."""

    PERSONAL_FIELDS = ("remarks",)

    appraisal = models.OneToOneField(Appraisal, models.CASCADE, primary_key=True, related_name="tally")
    given = models.IntegerField(_("số ý kiến"), default=0)
    counts = ArrayField(models.IntegerField())
    overall = ArrayField(models.IntegerField(), size=4)
    # Free remarks in alphabetical order, which is not the order in which they came.
    remarks = ArrayField(models.TextField(), default=list)
    # From then on the sums may be seen and no answer is taken any more (OPN-05).
    closed = models.BooleanField(_("đã đóng"), default=False)

    class TallyQuerySet(ScopedQuerySet["OpinionTally"]):
        owner, group = "appraisal__person_id", "appraisal__group_id"
        unit, path = "appraisal__organization_id", "appraisal__organization__path"

    objects = TallyQuerySet.as_manager()

    class Meta:
        verbose_name = _("tổng hợp ý kiến")
        constraints = [models.CheckConstraint(name="tally_not_negative", condition=Q(given__gte=0))]
        triggers = [
            # OPN-05. What has been seen never changes: two looks would tell what was said between them.
            pgtrigger.Protect(
                name="closed_for_good",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.closed"),
            ),
        ]


def _given() -> Exists:
    """This rater has given his opinion on this appraisal."""
    return Exists(Ballot.objects.filter(appraisal_id=OuterRef("appraisal_id"), rater_id=OuterRef("rater_id")))


class AskedQuerySet(ScopedQuerySet["Asked"]):
    """`permitted` is for following who has not answered; who may answer himself is `for_rater`."""

    owner, group = "rater_id", "group_id"

    def for_rater(self, scope: Scope) -> Self:
        """OPN-01. Whom the one who acts is asked about, as what he is in this body; never under a delegation."""
        circles = [circle for circle, permission in GIVES.items() if scope.has(permission)]
        if scope.person_id is None or scope.unit_id is None or scope.delegation_id is not None:
            return self.none()
        return self.filter(rater_id=scope.person_id, organization_id=scope.unit_id, circle__in=circles)

    def with_answered(self) -> Self:
        """`answered`: has this rater given his opinion on this appraisal?"""
        return self.annotate(answered=_given())

    def unanswered(self) -> Self:
        return self.filter(~_given())


# Which right gives an opinion in which circle.
GIVES = {Circle.COLLEAGUES: P.PEER_OPINION_GIVE, Circle.STAFF: P.STAFF_OPINION_GIVE}


class Asked(models.Model):
    """Who is asked about whom today: a view, so that a late arrival, a transfer or an exclusion needs no upkeep.

    Colleagues of the subject group in the same period about a teacher (TT 20/2018 Điều 10); teachers and staff who work
    in the school today about its principal and deputies (TT 14/2018 Điều 10). Who is out of the period, or away from
    work, neither asks nor is asked.
    """

    id = models.CharField(max_length=50, primary_key=True)
    appraisal = models.ForeignKey(Appraisal, models.DO_NOTHING, related_name="asked")
    rater = models.ForeignKey(Person, models.DO_NOTHING, related_name="asked")
    circle = models.CharField(max_length=10, choices=Circle)
    period = models.ForeignKey(Period, models.DO_NOTHING, related_name="+")
    organization = models.ForeignKey(Organization, models.DO_NOTHING, related_name="+")
    group = models.ForeignKey(SubjectGroup, models.DO_NOTHING, null=True, related_name="+")

    objects = AskedQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "opinions_asked"
