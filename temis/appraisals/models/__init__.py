"""Records of the appraisal domain."""

from temis.appraisals.models.appraisal import Appraisal, EvidenceUse, LateAcceptance, Objection, SelfAssessment
from temis.appraisals.models.decision import DecisionDraft
from temis.appraisals.models.elsewhere import WorkElsewhere
from temis.appraisals.models.period import DeciderRule, Period, PeriodEdition, StageWindow

__all__ = [
    "Appraisal",
    "DeciderRule",
    "DecisionDraft",
    "EvidenceUse",
    "LateAcceptance",
    "Objection",
    "Period",
    "PeriodEdition",
    "SelfAssessment",
    "StageWindow",
    "WorkElsewhere",
]
