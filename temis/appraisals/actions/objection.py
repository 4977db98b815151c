"""A person objects to his announced result; who decided answers with a reason."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from temis.access import Scope
from temis.accounts.models import User
from temis.appraisals import decision_rules, rules
from temis.appraisals.actions.advance import advance, lock
from temis.appraisals.actions.decision import signed
from temis.appraisals.enums import Outcome, Stage
from temis.appraisals.models import Appraisal, Objection
from temis.appraisals.queries.windows import window_of
from temis.core import clock
from temis.core.errors import RuleViolation
from temis.messaging.actions import Message, notify_in_own_language
from temis.standards.enums import Level
from temis.standards.queries import edition_rule
from temis.standards.rules import overall_level


@transaction.atomic
def object_to_result(pk: int, *, text: str, scope: Scope) -> Objection:
    """APR-24. Object, within the days for it, once on each result."""
    appraisal = lock(pk, rules.OBJECT, scope=scope)
    rules.check_step(rules.OBJECT, appraisal.state)
    decision_rules.check_objection(text)
    if reason := why_not_object(appraisal):
        raise RuleViolation("APR-24", reason)
    objection = Objection.objects.create(appraisal=appraisal, text=text.strip(), made_at=clock.now())
    advance(appraisal, rules.OBJECT, scope=scope, rule_id="APR-24")
    _tell_the_head(appraisal, objection)
    return objection


def why_not_object(appraisal: Appraisal) -> str:
    """Why the person cannot object to this result (any more); empty where he can."""
    window = window_of(appraisal.period_id, appraisal.organization_id, Stage.RESPONSE)
    return decision_rules.may_object(window, appraisal.objections.exists(), clock.today())


@transaction.atomic
def answer_objection(
    pk: int, *, outcome: str, answer: str, levels: Sequence[int | None] = (), revision: int | None, scope: Scope
) -> Appraisal:
    """APR-25. Answer the open objection to an appraisal: keep the result, or change it to `levels`, with a reason."""
    appraisal = lock(pk, rules.ANSWER, scope=scope)
    if revision is None or revision == appraisal.revision:  # else `advance` tells who was faster
        rules.check_step(rules.ANSWER, appraisal.state)
    decision_rules.check_answer(outcome, answer, appraisal.decided_levels, levels)
    changes = _changed(appraisal, levels, scope) if outcome == Outcome.CHANGED else {}
    done = advance(
        appraisal,
        rules.ANSWER,
        scope=scope,
        revision=revision,
        rule_id="APR-25",
        note=f"{Outcome(outcome).label}: {answer.strip()}",
        announced_at=clock.now(),
        **changes,
    )
    objection = Objection.objects.get(appraisal=appraisal, answered_at=None)
    objection.answer, objection.outcome = answer.strip(), outcome
    objection.answered_at, objection.answered_by_id = clock.now(), scope.user_id
    objection.save()
    _tell_the_person(appraisal, objection)
    return done


def _changed(appraisal: Appraisal, levels: Sequence[int | None], scope: Scope) -> dict[str, Any]:
    rule = edition_rule(appraisal.edition)
    rules.check_levels(levels, len(rule.criteria))
    decision_rules.check_levels(levels, rule.criteria)
    given = [int(level) for level in levels if level is not None]
    overall = int(overall_level([Level(one) for one in given], rule))
    return {"decided_levels": given, "decided_overall": overall, "decided_on": clock.today()} | signed(scope)


def _tell_the_head(appraisal: Appraisal, objection: Objection) -> None:
    """Who decided hears of it; whoever decides today has it in his list of tasks."""

    def write() -> Message:
        subject = _("%(name)s có phản hồi về kết quả đánh giá") % {"name": appraisal.person.full_name}
        url = reverse("appraisals:answer", args=[appraisal.pk])
        return Message(kind="appraisal.objected", key=f"objection:{objection.pk}", subject=subject, url=url)

    notify_in_own_language(User.objects.filter(pk=appraisal.decided_by_id or 0).values("pk"), write)


def _tell_the_person(appraisal: Appraisal, objection: Objection) -> None:
    def write() -> Message:
        outcome = Outcome(objection.outcome).label
        return Message(
            kind="appraisal.answered",
            key=f"objection.answered:{objection.pk}",
            subject=_("Phản hồi của thầy/cô đã được trả lời: %(outcome)s") % {"outcome": outcome},
            url=reverse("appraisals:result", args=[appraisal.pk]),
        )

    notify_in_own_language(User.objects.filter(pk=appraisal.person.user_id or 0).values("pk"), write)
