"""Opinions of colleagues and staff, kept so that nobody can tell who gave which.

Two tables with no bridge between them. `Ballot` says who has answered about whom, without time or order. `OpinionTally`
is one row per appraisal in which each answer is added to counts and forgotten; single answers are never stored. Both
are written in one transaction, and the tally row always carries the last writer's transaction only. See ADR 4.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from temis.access import ScopedQuerySet
from temis.appraisals.models import Appraisal
from temis.people.models import Person


class Ballot(models.Model):
    """`rater` has given an opinion on this appraisal; that he cannot do twice."""

    appraisal = models.ForeignKey(Appraisal, models.CASCADE, related_name="ballots")
    rater = models.ForeignKey(Person, models.PROTECT, related_name="ballots")

    class Meta:
        verbose_name = _("lượt góp ý kiến")
        constraints = [models.UniqueConstraint(fields=["appraisal", "rater"], name="one_ballot_per_rater")]


class OpinionTally(models.Model):
    """Sums of the opinions on one appraisal: for criterion c (1…n) and level l (0…3) `counts[4 * (c - 1) + l]`."""

    appraisal = models.OneToOneField(Appraisal, models.CASCADE, primary_key=True, related_name="tally")
    given = models.IntegerField(_("số ý kiến"), default=0)
    counts = ArrayField(models.IntegerField())
    overall = ArrayField(models.IntegerField(), size=4)
    # Free remarks in alphabetical order, which is not the order in which they came.
    remarks = ArrayField(models.TextField(), default=list)

    class TallyQuerySet(ScopedQuerySet["OpinionTally"]):
        owner, group = "appraisal__person_id", "appraisal__group_id"
        unit, path = "appraisal__organization_id", "appraisal__organization__path"

    objects = TallyQuerySet.as_manager()

    class Meta:
        verbose_name = _("tổng hợp ý kiến")
        constraints = [models.CheckConstraint(name="tally_not_negative", condition=Q(given__gte=0))]
