"""The one way in which an appraisal changes its state. Private to `actions`."""

from functools import cache
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from temis.access import NotPermitted, P, Scope
from temis.appraisals import rules
from temis.appraisals.enums import PeriodState
from temis.appraisals.models import Appraisal
from temis.appraisals.signals import appraisals_stepped
from temis.core import audit
from temis.core.errors import RuleViolation
from temis.core.models import AuditEntry
from temis.core.prepared import Prepared


def lock(pk: int, step: rules.Step, *, scope: Scope) -> Appraisal:
    """The appraisal, locked until the transaction ends, if `scope` may take this step on it; else NotPermitted."""
    found = _locked(step.permission).first(scope, pk=pk)
    if found is None:
        raise NotPermitted(step.permission)
    return found


@cache
def _locked(permission: P) -> Prepared[Appraisal]:
    def rows(scope: Scope, pk: int) -> QuerySet[Appraisal]:
        related = Appraisal.objects.select_related("period", "edition", "organization", "person")
        return related.select_for_update(of=("self",)).permitted(scope, permission).filter(pk=pk)

    return Prepared(Appraisal, rows, "pk")


def advance(
    appraisal: Appraisal,
    step: rules.Step,
    *,
    scope: Scope,
    revision: int | None = None,
    rule_id: str = "",
    note: str = "",
    **changes: Any,
) -> Appraisal:
    """Take one step with a locked appraisal (`lock`): check it, set `changes`, write the audit entry.

    `revision` is the one that the page showed; RuleViolation APR-01 where somebody was faster, APR-06 where the period
    is not open, APR-02 where the state does not allow the step.
    """
    if revision is not None and revision != appraisal.revision:
        raise RuleViolation("APR-01", _faster(appraisal))
    rules.check_period(appraisal.period.state)
    rules.check_step(step, appraisal.state)
    changes |= {"state": step.to, "revision": appraisal.revision + 1}
    for name, value in changes.items():
        setattr(appraisal, name, value)
    appraisal.save(update_fields=list(changes))
    audit.record(
        f"appraisal.{step.name}",
        scope=scope,
        target=appraisal,
        organization_id=appraisal.organization_id,
        person_id=appraisal.person_id,
        rule_id=rule_id,
        note=note,
    )
    _tell([appraisal.pk], appraisal.period_id, step)
    return appraisal


def advance_all(
    rows: QuerySet[Appraisal],
    step: rules.Step,
    *,
    scope: Scope,
    organization_id: int | None = None,
    rule_id: str = "",
    note: str = "",
    **changes: Any,
) -> int:
    """Take one step with all of `rows` that stand where it can be taken, in open periods: one statement, one audit
    entry with the count. Returns how many. `rows` must come from `permitted(scope, step.permission)`."""
    taken = rows.filter(state__in=step.sources, period__state=PeriodState.OPEN)
    periods = set(taken.order_by().values_list("period_id", flat=True).distinct())
    count = taken.order_by().update(state=step.to, revision=F("revision") + 1, **changes)
    if count:
        audit.record(
            f"appraisal.{step.name}",
            scope=scope,
            organization_id=organization_id,
            rule_id=rule_id,
            note=note,
            count=count,
        )
        for period_id in periods:
            _tell(None, period_id, step)
    return count


def _tell(ids: list[int] | None, period_id: int, step: rules.Step) -> None:
    def send() -> None:
        appraisals_stepped.send(sender=Appraisal, ids=ids, period_id=period_id, step=step.name)

    transaction.on_commit(send)


def _faster(appraisal: Appraisal) -> str:
    """APR-01 in words: since when the page is out of date."""
    entries = AuditEntry.objects.filter(object_type=appraisal._meta.label_lower, object_id=str(appraisal.pk))
    last = entries.order_by("-id").first()
    if last is None:
        return _("Phiếu của %(name)s đã được cập nhật ở thẻ khác hoặc bởi người khác. Hãy tải lại trang.") % {
            "name": appraisal.person.full_name
        }
    message = _("Phiếu của %(name)s đã được cập nhật lúc %(at)s, ở thẻ khác hoặc bởi người khác. Hãy tải lại trang.")
    at = date_format(localtime(last.at), "SHORT_DATETIME_FORMAT")
    return message % {"name": appraisal.person.full_name, "at": at}
