"""Records of the reporting domain."""

from temis.reporting.models.facts import PersonFact, PersonKind, ProvinceHash, RollupCount, Snapshot, StaleMark
from temis.reporting.models.issue import Dispatch, IssuedLetterhead, NarrativeSection, ReportFile
from temis.reporting.models.reference import Letterhead, Recipient, ReportDeadlines, ReportTemplate
from temis.reporting.models.report import Report, ReportEvent, ReportVersion

__all__ = [
    "Dispatch",
    "IssuedLetterhead",
    "Letterhead",
    "NarrativeSection",
    "PersonFact",
    "PersonKind",
    "ProvinceHash",
    "Recipient",
    "Report",
    "ReportDeadlines",
    "ReportEvent",
    "ReportFile",
    "ReportTemplate",
    "ReportVersion",
    "RollupCount",
    "Snapshot",
    "StaleMark",
]
