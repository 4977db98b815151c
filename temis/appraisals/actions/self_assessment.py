"""The self-assessment: saved while it is written, sent, taken back; and the evidence that supports it."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.timezone import get_default_timezone, localtime
from django.utils.translation import gettext as _

from temis.access import NotPermitted, P, Scope
from temis.admission.tokens import spoken
from temis.appraisals import rules
from temis.appraisals.actions.advance import advance, lock
from temis.appraisals.enums import Stage, State
from temis.appraisals.models import Appraisal, EvidenceUse, LateAcceptance, SelfAssessment
from temis.appraisals.queries.own import own_appraisal_in_time
from temis.appraisals.queries.windows import who_can_extend, windows_of
from temis.appraisals.rules import Arrival
from temis.core import clock
from temis.core.errors import RuleViolation
from temis.core.planned import planned_once
from temis.core.prepared import Prepared
from temis.evidence.models import EvidenceItem
from temis.standards.enums import Level
from temis.standards.queries import edition_rule, edition_sheet
from temis.standards.rules import overall_level


@dataclass(frozen=True, slots=True)
class Draft:
    """What is on the page: a level or None for each criterion in their order, and the words of Biểu mẫu 01."""

    levels: tuple[int | None, ...]
    strengths: str = ""
    improvements: str = ""
    goals: str = ""
    wishes: str = ""
    schedule: str = ""
    conditions: str = ""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which open page saves (`writer`), and the number of this save: one more than the last that the page has seen."""

    writer: str
    revision: int


@dataclass(frozen=True, slots=True)
class Saved:
    """What is kept now; `is_late` where the same page had already saved something newer."""

    revision: int
    saved_at: datetime
    is_late: bool = False


class SavedElsewhere(RuleViolation):
    """APR-13. Another page or device has saved since; `revision` is what it saved, nothing of either is lost."""

    def __init__(self, message: str, revision: int, saved_at: datetime) -> None:
        super().__init__("APR-13", message)
        self.revision, self.saved_at = revision, saved_at


# One statement: who writes it and whether it was sent meanwhile is decided in it. No audit entry per keystroke; what
# counts is copied to the appraisal, with one, when it is sent.
_SAVE = """
INSERT INTO appraisals_selfassessment AS s
    (appraisal_id, levels, strengths, improvements, goals, wishes, schedule, conditions, saved_at, revision, writer)
SELECT a.id, %(levels)s::smallint[], %(strengths)s, %(improvements)s, %(goals)s, %(wishes)s, %(schedule)s,
       %(conditions)s, %(now)s, %(revision)s, %(writer)s
FROM appraisals_appraisal a WHERE a.id = %(id)s AND a.state = 'OPEN' FOR SHARE
ON CONFLICT (appraisal_id) DO UPDATE
SET levels = excluded.levels, strengths = excluded.strengths, improvements = excluded.improvements,
    goals = excluded.goals, wishes = excluded.wishes, schedule = excluded.schedule,
    conditions = excluded.conditions, saved_at = excluded.saved_at, revision = excluded.revision,
    writer = excluded.writer
WHERE (s.writer = excluded.writer AND s.revision <= excluded.revision) OR s.revision = excluded.revision - 1
RETURNING revision, saved_at
"""


def save_self_assessment(
    pk: int,
    draft: Draft | Callable[[Sequence[int]], Draft],
    stamp: Stamp,
    *,
    arrivals: Sequence[Arrival] = (),
    scope: Scope,
) -> Saved:
    """Keep what is on the page. The same save twice is the same as once (its answer may have been lost, and more may
    have been typed since); a page's older save that comes late changes nothing; a page that has not seen what another
    one saved is told (SavedElsewhere).

    `draft` may be what reads it from the page, by the numbers of the criteria: a save is the commonest request of all,
    and looks its appraisal up once. It is one statement, and asks for no transaction around it: whether the
    self-assessment was sent meanwhile is decided in it.
    """
    appraisal, window = own_appraisal_in_time(scope, pk)
    rules.check_period(appraisal.period.state)
    rules.check_writable(appraisal.state)
    criteria = edition_rule(appraisal.edition).criteria
    draft = draft if isinstance(draft, Draft) else draft(criteria)
    rules.check_levels(draft.levels, len(criteria))
    _check_days(appraisal, window, arrivals)
    values = asdict(draft) | {"id": pk, "levels": list(draft.levels), "now": clock.now()}
    values |= {"revision": stamp.revision, "writer": stamp.writer}
    with planned_once(), connection.cursor() as cursor:
        cursor.execute(_SAVE, values)
        kept = cursor.fetchone()
    return Saved(*kept) if kept else _not_kept(pk, stamp)


def _not_kept(pk: int, stamp: Stamp) -> Saved:
    """Why a save was not accepted: late, sent meanwhile, or another page was here."""
    appraisal = Appraisal.objects.select_related("self_assessment").get(pk=pk)
    rules.check_writable(appraisal.state)
    kept: SelfAssessment = appraisal.self_assessment
    if kept.writer == stamp.writer:
        return Saved(kept.revision, kept.saved_at, is_late=True)
    raise SavedElsewhere(_saved_elsewhere(kept.saved_at), kept.revision, kept.saved_at)


@transaction.atomic
def submit_self_assessment(
    pk: int, *, draft_revision: int | None = None, arrivals: Sequence[Arrival] = (), scope: Scope
) -> Appraisal:
    """APR-03. Send it. Sending twice (a double click) sends once; evidence is never a condition.

    `draft_revision` is the save that the person had before him when he sent; `arrivals` are his receipts (APR-16).
    """
    appraisal = lock(pk, rules.SUBMIT, scope=scope)
    if appraisal.state == State.SUBMITTED:
        return appraisal
    rules.check_step(rules.SUBMIT, appraisal.state)
    arrival, now = check_window(appraisal, arrivals), clock.now()
    draft = SelfAssessment.objects.select_for_update().filter(pk=pk).first()
    sheet = edition_sheet(appraisal.edition)
    rules.check_complete(draft.levels if draft else [], [criterion.number for criterion in sheet.criteria])
    assert draft is not None
    if draft_revision is not None and draft_revision != draft.revision:
        raise SavedElsewhere(_saved_elsewhere(draft.saved_at), draft.revision, draft.saved_at)
    levels = [Level(level) for level in draft.levels if level is not None]
    if arrival is not None:
        _accept_late(appraisal, arrival, now)
    return advance(
        appraisal,
        rules.SUBMIT,
        scope=scope,
        rule_id="APR-16" if arrival else "APR-03",
        note=late_note(arrival) if arrival else "",
        self_levels=[int(level) for level in levels],
        self_overall=int(overall_level(levels, sheet.rule)),
        submitted_at=now,
    )


def _accept_late(appraisal: Appraisal, arrival: Arrival, now: datetime) -> None:
    """APR-16. Both times are kept; a receipt that somebody else has used, or that was used before, is none."""
    window = windows_of(appraisal.period_id, appraisal.organization_id)[Stage.SELF]
    try:
        with transaction.atomic():
            LateAcceptance.objects.create(
                appraisal=appraisal,
                receipt=arrival.number,
                closed_on=window.closes_on,
                arrived_at=arrival.at,
                accepted_at=now,
            )
    except IntegrityError as used:
        message = _("Biên nhận số %(number)s đã được dùng. Thầy/cô hãy liên hệ nhà trường để được gia hạn.")
        raise RuleViolation("APR-16", message % {"number": spoken(arrival.number)}) from used


def late_note(arrival: Arrival) -> str:
    """Both times in words, for the audit trail and the page."""
    at = date_format(localtime(arrival.at), "SHORT_DATETIME_FORMAT")
    return _("Đã nhận lúc %(at)s (biên nhận số %(number)s)") % {"at": at, "number": spoken(arrival.number)}


@transaction.atomic
def withdraw_self_assessment(pk: int, *, scope: Scope) -> Appraisal:
    """APR-05. Take it back to change it, until the head's decision has begun."""
    appraisal = lock(pk, rules.WITHDRAW, scope=scope)
    rules.check_step(rules.WITHDRAW, appraisal.state)
    windows = windows_of(appraisal.period_id, appraisal.organization_id)
    own, decision = windows.get(Stage.SELF), windows.get(Stage.DECISION)
    if not rules.can_withdraw(appraisal.state, clock.today(), own, decision):
        raise RuleViolation("APR-05", _too_late(own, decision))
    return advance(
        appraisal, rules.WITHDRAW, scope=scope, rule_id="APR-05", self_levels=None, self_overall=None, submitted_at=None
    )


@transaction.atomic
def attach_evidence(pk: int, criterion: int, item_pk: int, *, arrivals: Sequence[Arrival] = (), scope: Scope) -> None:
    """Support a criterion with an item of the own portfolio; twice is once. The item is tagged for it, so that it is
    offered first next year."""
    appraisal = _open_for_writing(pk, arrivals, scope=scope)
    if criterion not in [one.number for one in edition_sheet(appraisal.edition).criteria]:
        raise RuleViolation("APR-14", _("Chuẩn này không có tiêu chí %(number)s.") % {"number": criterion})
    item = _OWN_ITEM.first(scope, pk=item_pk)
    if item is None:
        raise NotPermitted(P.OWN_EVIDENCE)
    use = EvidenceUse(appraisal=appraisal, criterion=criterion, item=item)
    EvidenceUse.objects.bulk_create([use], ignore_conflicts=True)
    if item.subject == appraisal.subject and criterion not in item.criteria:
        EvidenceItem.objects.filter(pk=item.pk).update(criteria=sorted([*item.criteria, criterion]))


def _own_item(scope: Scope, pk: int) -> QuerySet[EvidenceItem]:
    return EvidenceItem.objects.permitted(scope, P.OWN_EVIDENCE).filter(archived_at=None, pk=pk)


_OWN_ITEM = Prepared(EvidenceItem, _own_item, "pk")


@transaction.atomic
def detach_evidence(pk: int, criterion: int, item_pk: int, *, arrivals: Sequence[Arrival] = (), scope: Scope) -> int:
    """Take an item off a criterion; it stays in the portfolio."""
    appraisal = _open_for_writing(pk, arrivals, scope=scope)
    gone, _by_model = EvidenceUse.objects.filter(appraisal=appraisal, criterion=criterion, item_id=item_pk).delete()
    return gone


def check_window(appraisal: Appraisal, arrivals: Sequence[Arrival] = ()) -> Arrival | None:
    """APR-04. Self-assessment is written and sent within its days; who can extend them is named.

    Past them a receipt of the last day may count (APR-16): it is returned.
    """
    return _check_days(appraisal, windows_of(appraisal.period_id, appraisal.organization_id).get(Stage.SELF), arrivals)


def _check_days(appraisal: Appraisal, window: rules.Window | None, arrivals: Sequence[Arrival]) -> Arrival | None:
    today = clock.today()
    if window is None or window.is_open(today):
        return None
    if arrival := late_arrival(appraisal, window, arrivals):
        return arrival
    raise RuleViolation("APR-04", closed_message(appraisal, window, today))


def late_arrival(appraisal: Appraisal, window: rules.Window, arrivals: Sequence[Arrival]) -> Arrival | None:
    """APR-16. The receipt that counts now, if there is one."""
    return rules.arrival_that_counts(
        arrivals,
        window,
        hours=appraisal.period.late_hours,
        now=clock.now(),
        appraisal_id=appraisal.pk,
        zone=get_default_timezone(),
    )


def closed_message(appraisal: Appraisal, window: rules.Window, today: date) -> str:
    """Why nothing can be written today, and whom to ask."""
    if not window.has_begun(today):
        message = _("Thời gian tự đánh giá bắt đầu từ ngày %(day)s.")
        return message % {"day": date_format(window.opens_on, "SHORT_DATE_FORMAT")}
    ended = who_can_extend(appraisal.period_id, appraisal.organization_id, Stage.SELF, today) or window
    message = _(
        "Thời gian tự đánh giá đã hết ngày %(day)s. %(body)s có thể gia hạn; thầy/cô hãy liên hệ với đơn vị này."
    )
    return message % {"day": date_format(window.closes_on, "SHORT_DATE_FORMAT"), "body": ended.set_by_name}


def _open_for_writing(pk: int, arrivals: Sequence[Arrival], *, scope: Scope) -> Appraisal:
    appraisal = lock(pk, rules.SUBMIT, scope=scope)
    rules.check_period(appraisal.period.state)
    rules.check_step(rules.SUBMIT, appraisal.state)
    check_window(appraisal, arrivals)
    return appraisal


def _saved_elsewhere(at: datetime) -> str:
    message = _(
        "Phiếu đã được lưu ở cửa sổ hoặc thiết bị khác lúc %(at)s. Những gì thầy/cô vừa nhập vẫn còn trên trang này: "
        "hãy chọn giữ bản trên trang này hoặc mở bản đã lưu."
    )
    return message % {"at": date_format(localtime(at), "SHORT_DATETIME_FORMAT")}


def _too_late(own: rules.Window | None, decision: rules.Window | None) -> str:
    if decision is not None and decision.has_begun(clock.today()):
        return _(
            "Bước đánh giá của thủ trưởng đã bắt đầu nên không rút lại được. Cần sửa gì, hãy trao đổi với thủ trưởng."
        )
    return _("Thời gian tự đánh giá đã hết nên không rút lại được: rút lại sẽ không gửi lại được nữa.")
