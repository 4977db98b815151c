"""Records of the appraisal domain."""

from temis.appraisals.models.appraisal import Appraisal, EvidenceUse, Objection, SelfAssessment
from temis.appraisals.models.period import DeciderRule, Period, PeriodEdition, StageWindow

__all__ = [
    "Appraisal",
    "DeciderRule",
    "EvidenceUse",
    "Objection",
    "Period",
    "PeriodEdition",
    "SelfAssessment",
    "StageWindow",
]
