"""Whose post is no longer where his appraisal is."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from temis.appraisals.models.appraisal import Appraisal
from temis.appraisals.models.period import Period
from temis.organizations.models import Organization


class WorkElsewhere(models.Model):
    """An appraisal whose person works in another body by now, or in none. Few among many, so they are kept: by triggers
    on people and appraisals (migration 0014), and looked for once more every night.

    No constraint to other tables: those who write there would lock rows that have nothing to do with it.
    """

    appraisal = models.OneToOneField(
        Appraisal, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="work_elsewhere"
    )
    period = models.ForeignKey(Period, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    organization = models.ForeignKey(
        Organization, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )

    class Meta:
        verbose_name = _("nay công tác nơi khác")
        indexes = [models.Index(fields=["period", "organization"], name="elsewhere_of_body")]
