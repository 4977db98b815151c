"""Records of the reporting domain."""

from temis.reporting.models.issue import Dispatch, IssuedLetterhead, NarrativeSection, ReportFile
from temis.reporting.models.reference import Letterhead, Recipient, ReportDeadlines, ReportTemplate
from temis.reporting.models.report import CountedPerson, Report, ReportEvent, ReportVersion

__all__ = [
    "CountedPerson",
    "Dispatch",
    "IssuedLetterhead",
    "Letterhead",
    "NarrativeSection",
    "Recipient",
    "Report",
    "ReportDeadlines",
    "ReportEvent",
    "ReportFile",
    "ReportTemplate",
    "ReportVersion",
]
