"""The head's decision as it is being written; what counts is copied to the appraisal when he decides."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from temis.accounts.models import User
from temis.appraisals.models.appraisal import LEVELS_HELP, Appraisal


class DecisionDraft(models.Model):
    """Saved while typing, hence no row history. Gone once the head has decided."""

    PERSONAL_FIELDS = ("note",)

    appraisal = models.OneToOneField(Appraisal, models.CASCADE, primary_key=True, related_name="decision_draft")
    levels = ArrayField(models.SmallIntegerField(null=True), default=list, help_text=LEVELS_HELP)
    note = models.TextField(_("nhận xét"), blank=True)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    # Grows with each save: a page that has not seen the last one is told (APR-27).
    revision = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("xếp loại đang soạn")
