"""The log of a report's steps: for the page of the report, and for the audit trail."""

from temis.access import Scope
from temis.core import audit, clock
from temis.reporting.models import ReportEvent, ReportVersion


def log_step(version: ReportVersion, step: str, *, scope: Scope | None, note: str = "", rule_id: str = "") -> None:
    ReportEvent.objects.create(
        version=version,
        step=step,
        at=clock.now(),
        by_id=scope.user_id if scope else None,
        actor=scope.actor if scope else version.extracted_by_name,
        note=note,
    )
    audit.record(
        f"report.{step}",
        scope=scope,
        target=version,
        organization_id=version.report.organization_id,
        rule_id=rule_id,
        note=note,
    )
