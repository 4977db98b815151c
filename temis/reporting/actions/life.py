"""The steps of a version from freezing to approval. Publication and sending have modules of their own."""

from typing import Any

from django.db import transaction

from temis.access import Scope
from temis.core import clock
from temis.reporting import rules
from temis.reporting.actions.log import log_step
from temis.reporting.actions.words import prepare_words
from temis.reporting.models import ReportVersion
from temis.reporting.public import public_json


def lock(pk: int, step: rules.Step, *, scope: Scope) -> ReportVersion:
    """The version, locked until the transaction ends, if `scope` may take this step on it; else NotPermitted."""
    rows = ReportVersion.objects.select_related(
        "report__organization", "report__period", "report__province", "template"
    )
    found: ReportVersion = rows.select_for_update(of=("self",)).fetch(scope, step.permission, pk=pk)
    return found


def advance(
    version: ReportVersion, step: rules.Step, *, scope: Scope, note: str = "", rule_id: str = "", **changes: Any
) -> ReportVersion:
    """Take one step with a locked version: check it, set `changes`, write the log."""
    rules.check_step(step, version.state)
    changes |= {"state": step.to}
    for name, value in changes.items():
        setattr(version, name, value)
    version.save(update_fields=list(changes))
    log_step(version, step.name, scope=scope, note=note, rule_id=rule_id)
    return version


@transaction.atomic
def freeze_version(pk: int, *, scope: Scope) -> ReportVersion:
    """RPT-05. From here on the figures never change; the officer writes the words around them."""
    version = lock(pk, rules.FREEZE, scope=scope)
    rules.check_step(rules.FREEZE, version.state)
    rules.check_complete(version.without_level)
    version.public_json = version.public_json or public_json(version)
    prepare_words(version)
    return advance(
        version,
        rules.FREEZE,
        scope=scope,
        rule_id="RPT-05",
        public_json=version.public_json,
        frozen_at=clock.now(),
        frozen_by_id=scope.user_id,
    )


@transaction.atomic
def submit_version(pk: int, *, scope: Scope) -> ReportVersion:
    """To the leader. A returned one goes the same way again."""
    version = lock(pk, rules.SUBMIT, scope=scope)
    rules.check_step(rules.SUBMIT, version.state)
    rules.check_letterhead(version.letterhead)
    return advance(
        version,
        rules.SUBMIT,
        scope=scope,
        submitted_at=clock.now(),
        submitted_by_id=scope.user_id,
        return_reason="",
    )


@transaction.atomic
def withdraw_version(pk: int, *, scope: Scope) -> ReportVersion:
    """Back to the officer's desk, while nobody has approved it."""
    version = lock(pk, rules.WITHDRAW, scope=scope)
    return advance(version, rules.WITHDRAW, scope=scope, submitted_at=None, submitted_by_id=None)


@transaction.atomic
def approve_version(pk: int, *, scope: Scope) -> ReportVersion:
    """RPT-07. By somebody else than who submitted it."""
    version = lock(pk, rules.APPROVE, scope=scope)
    rules.check_step(rules.APPROVE, version.state)
    rules.check_approver(scope.user_id, version.submitted_by_id)
    return advance(
        version, rules.APPROVE, scope=scope, rule_id="RPT-07", approved_at=clock.now(), approved_by_id=scope.user_id
    )


@transaction.atomic
def return_version(pk: int, *, reason: str, scope: Scope) -> ReportVersion:
    """RPT-06. Back to the officer with what to change."""
    version = lock(pk, rules.RETURN, scope=scope)
    rules.check_step(rules.RETURN, version.state)
    rules.check_reason(reason)
    text = reason.strip()
    return advance(version, rules.RETURN, scope=scope, note=text, rule_id="RPT-06", return_reason=text)
