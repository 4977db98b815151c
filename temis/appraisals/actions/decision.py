"""The head's decision: written, made, revised, taken back, made for many at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from temis.access import NotPermitted, P, Scope
from temis.appraisals import decision_rules, rules
from temis.appraisals.actions.advance import advance, advance_all, lock
from temis.appraisals.enums import Stage, State
from temis.appraisals.models import Appraisal, DecisionDraft
from temis.appraisals.queries.windows import who_can_extend, window_of
from temis.core import clock
from temis.core.errors import RuleViolation
from temis.standards.enums import Level
from temis.standards.queries import edition_rule
from temis.standards.rules import overall_level

UNDECIDED: dict[str, Any] = {
    "decided_levels": None,
    "decided_overall": None,
    "decided_on": None,
    "decided_at": None,
    "decided_by": None,
    "decided_by_person": None,
    "decided_under": None,
    "decision_note": "",
}


@dataclass(frozen=True, slots=True)
class Saved:
    """What is kept of a draft now."""

    revision: int
    saved_at: datetime
    is_late: bool = False


_SAVE = """
INSERT INTO appraisals_decisiondraft AS d (appraisal_id, levels, note, saved_at, saved_by_id, revision)
VALUES (%(id)s, %(levels)s::smallint[], %(note)s, %(now)s, %(user)s, %(revision)s)
ON CONFLICT (appraisal_id) DO UPDATE
SET levels = excluded.levels, note = excluded.note, saved_at = excluded.saved_at, saved_by_id = excluded.saved_by_id,
    revision = excluded.revision
WHERE d.revision = excluded.revision - 1
   OR (d.saved_by_id = excluded.saved_by_id AND d.revision < excluded.revision)
RETURNING revision, saved_at
"""


@transaction.atomic
def save_decision_draft(pk: int, *, levels: Sequence[int | None], note: str, revision: int, scope: Scope) -> Saved:
    """APR-27. Keep what is on the page. `revision` is one more than the page has seen; of two who write at once the
    second is told (`is_late`), and nothing of the first is lost."""
    appraisal = lock(pk, rules.DECIDE, scope=scope)
    rules.check_period(appraisal.period.state)
    _check_undecided_or_untold(appraisal)
    rules.check_levels(levels, len(edition_rule(appraisal.edition).criteria))
    decision_rules.check_text(note, "note")
    values: dict[str, Any] = {"id": pk, "levels": list(levels), "note": note, "now": clock.now()}
    values |= {"user": scope.user_id, "revision": revision}
    with connection.cursor() as cursor:
        cursor.execute(_SAVE, values)
        kept = cursor.fetchone()
    if kept:
        return Saved(*kept)
    draft = DecisionDraft.objects.get(pk=pk)
    return Saved(draft.revision, draft.saved_at, is_late=True)


@transaction.atomic
def decide(pk: int, *, levels: Sequence[int | None], note: str = "", revision: int | None, scope: Scope) -> Appraisal:
    """APR-21. Decide, or revise what nobody has been told yet. The overall level is computed.

    `revision` is the one the page showed. The same decision sent twice (a double click) is one. Errors: APR-01 somebody
    was faster, APR-02, APR-06, APR-10 the person is not due, APR-20 not the days of the decision, APR-21.
    """
    appraisal = lock(pk, rules.DECIDE, scope=scope)
    rule = edition_rule(appraisal.edition)
    rules.check_levels(levels, len(rule.criteria))
    decision_rules.check_levels(levels, rule.criteria)
    decision_rules.check_text(note, "note")
    given = [int(level) for level in levels if level is not None]
    if _is_same(appraisal, given, note, scope):
        return appraisal
    step = rules.REVISE if appraisal.state == State.DECIDED else rules.DECIDE
    if revision is None or revision == appraisal.revision:  # else `advance` tells who was faster
        rules.check_step(step, appraisal.state)
        check_due(appraisal)
        check_window(appraisal)
    decided = _decided(given, int(overall_level([Level(one) for one in given], rule)), note, scope)
    done = advance(appraisal, step, scope=scope, revision=revision, rule_id="APR-21", **decided)
    DecisionDraft.objects.filter(pk=pk).delete()
    return done


def _is_same(appraisal: Appraisal, levels: list[int], note: str, scope: Scope) -> bool:
    mine = appraisal.decided_by_id == scope.user_id
    return (
        appraisal.state == State.DECIDED
        and mine
        and (appraisal.decided_levels, appraisal.decision_note) == (levels, note)
    )


def _decided(levels: Any, overall: Any, note: str, scope: Scope) -> dict[str, Any]:
    return {
        "decided_levels": levels,
        "decided_overall": overall,
        "decided_on": clock.today(),
        "decision_note": note,
    } | signed(scope)


def signed(scope: Scope) -> dict[str, Any]:
    """By whom and when, and under whose delegation."""
    return {
        "decided_at": clock.now(),
        "decided_by_id": scope.user_id,
        "decided_by_person_id": scope.person_id,
        "decided_under_id": scope.delegation_id,
    }


@transaction.atomic
def accept_self_assessments(pks: Collection[int], *, scope: Scope) -> int:
    """APR-22. Decide as these people assessed themselves: one statement and one audit entry for all.

    Takes those who are due, have sent theirs and are not decided yet; returns how many.
    """
    rows = all_reachable(pks, scope=scope).filter(decision_due=True, state=State.SUBMITTED)
    for appraisal in _one_of_each_body(rows):
        check_window(appraisal)
    chosen = list(rows.select_for_update(of=("self",)).values_list("pk", flat=True))
    body = scope.unit_id
    decided = _decided(F("self_levels"), F("self_overall"), "", scope)
    count = advance_all(
        Appraisal.objects.filter(pk__in=chosen),
        rules.DECIDE,
        scope=scope,
        organization_id=body,
        rule_id="APR-22",
        note=_("theo tự đánh giá"),
        **decided,
    )
    if not count:
        raise RuleViolation("APR-22", _("Trong những người đã chọn không ai còn chờ xếp loại theo tự đánh giá."))
    DecisionDraft.objects.filter(pk__in=chosen).delete()
    return count


@transaction.atomic
def retract(pks: Collection[int], *, scope: Scope) -> int:
    """APR-26. Take decisions back that nobody has been told yet; each returns to where it stood. Returns how many."""
    rows = all_reachable(pks, scope=scope)
    shared: dict[str, Any] = {"scope": scope, "organization_id": scope.unit_id, "rule_id": "APR-26"}
    count = advance_all(rows.filter(submitted_at__isnull=False), rules.RETRACT, **shared, **UNDECIDED)
    count += advance_all(rows.filter(submitted_at=None), rules.RETRACT_UNSENT, **shared, **UNDECIDED)
    if not count:
        raise RuleViolation("APR-26", _("Không còn gì để hủy: kết quả đã được thông báo hoặc đã hủy trước đó."))
    return count


def check_due(appraisal: Appraisal) -> None:
    """APR-10. The head decides every second year; earlier only once a reason was stated (`call_early_decision`)."""
    if not appraisal.decision_due:
        message = _("%(name)s chưa đến kỳ thủ trưởng đánh giá. Hãy nêu lý do đánh giá sớm trước khi xếp loại.")
        raise RuleViolation("APR-10", message % {"name": appraisal.person.full_name}, field="reason")


def check_window(appraisal: Appraisal) -> None:
    """APR-20. The head decides within the days of the decision of the person's body; who can extend them is named."""
    today = clock.today()
    window = window_of(appraisal.period_id, appraisal.organization_id, Stage.DECISION)
    if window is None or window.is_open(today):
        return
    if not window.has_begun(today):
        message = _("Thời gian đánh giá của thủ trưởng bắt đầu từ ngày %(day)s.")
        raise RuleViolation("APR-20", message % {"day": date_format(window.opens_on, "SHORT_DATE_FORMAT")})
    ended = who_can_extend(appraisal.period_id, appraisal.organization_id, Stage.DECISION, today) or window
    message = _("Thời gian đánh giá của thủ trưởng đã hết ngày %(day)s. %(body)s có thể gia hạn.")
    shown = {"day": date_format(window.closes_on, "SHORT_DATE_FORMAT"), "body": ended.set_by_name}
    raise RuleViolation("APR-20", message % shown)


def _check_undecided_or_untold(appraisal: Appraisal) -> None:
    rules.check_step(rules.REVISE if appraisal.state == State.DECIDED else rules.DECIDE, appraisal.state)


def all_reachable(pks: Collection[int], *, scope: Scope) -> Any:
    """All of these, or NotPermitted where one of them is not his to decide."""
    rows = Appraisal.objects.permitted(scope, P.APPRAISAL_DECIDE).filter(pk__in=pks)
    if not pks or rows.count() != len(set(pks)):
        raise NotPermitted(P.APPRAISAL_DECIDE)
    return rows


def _one_of_each_body(rows: Any) -> list[Appraisal]:
    """One appraisal for each body and period: enough to look up the days."""
    return list(rows.order_by("period_id", "organization_id", "pk").distinct("period_id", "organization_id"))


def faster_than(saved: Saved) -> str:
    """APR-27 in words."""
    message = _("Người khác đã lưu bản mới hơn lúc %(at)s. Hãy tải lại trang để xem.")
    return message % {"at": date_format(localtime(saved.saved_at), "SHORT_DATETIME_FORMAT")}
