"""Every write on opinions. None of them leaves an audit entry that ties a person to a moment (ADR 4)."""

from collections.abc import Collection, Sequence
from datetime import date
from functools import partial

from django.db import connection, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from temis.access import P, Scope
from temis.appraisals.enums import PeriodState, Stage
from temis.appraisals.models import Appraisal, Period
from temis.appraisals.queries.windows import windows_for
from temis.core import audit, clock
from temis.core.errors import RuleViolation
from temis.core.text import clean, fold
from temis.messaging.actions import Message, notify_in_own_language
from temis.opinions import rules
from temis.opinions.enums import Circle
from temis.opinions.models import Asked, Ballot, OpinionTally
from temis.opinions.queries.progress import missing_users
from temis.opinions.queries.requests import request_for
from temis.standards.enums import Level
from temis.standards.queries import edition_rule
from temis.standards.rules import overall_level

# All ballots of the appraisal in an order of chance and by one transaction: neither place nor transaction of a row
# tells who came when.
_SHUFFLE = """
WITH before AS (DELETE FROM opinions_ballot WHERE appraisal_id = %(appraisal)s RETURNING rater_id)
INSERT INTO opinions_ballot (id, appraisal_id, rater_id)
SELECT gen_random_uuid(), %(appraisal)s, rater_id
FROM (SELECT rater_id FROM before UNION ALL SELECT %(rater)s) AS all_raters ORDER BY random()
"""


@transaction.atomic
def give_opinion(
    appraisal_pk: int, *, circle: Circle, levels: Sequence[int | None], remark: str = "", scope: Scope
) -> None:
    """Add one opinion to the sums and forget it; what stays is that `scope` has answered. It cannot be taken back.

    Errors: NotPermitted where he is not asked; OPN-01 given before, OPN-02 not the time, OPN-04 not complete, OPN-05
    closed.
    """
    request = request_for(scope, appraisal_pk, circle)
    appraisal, rater_id = request.appraisal, scope.person_id
    assert rater_id is not None
    rule = edition_rule(appraisal.edition)
    rules.check_levels(levels, rule.criteria)
    rules.check_remark(remark)
    tally = _locked_tally(appraisal_pk, len(rule.criteria))
    _check_first(appraisal_pk, rater_id)
    state = Appraisal.objects.filter(pk=appraisal_pk).values_list("state", flat=True).get()
    in_time = request.window is not None and request.window.is_open(clock.today())
    if refused := rules.refusal(state=state, in_time=in_time, closed=tally.closed):
        raise refused
    with connection.cursor() as cursor:
        cursor.execute(_SHUFFLE, {"appraisal": appraisal_pk, "rater": rater_id})
    given = [Level(level) for level in levels if level is not None]
    _add(tally, given, int(overall_level(given, rule)), remark)


def _check_first(appraisal_pk: int, rater_id: int) -> None:
    """OPN-01. One opinion each; the sums are locked, so nobody slips in between (and a constraint stands behind)."""
    if Ballot.objects.filter(appraisal_id=appraisal_pk, rater_id=rater_id).exists():
        raise RuleViolation(
            "OPN-01",
            _("Thầy/cô đã góp ý về người này. Mỗi người góp ý một lần và không sửa được, vì phiếu không ghi tên."),
        )


def _locked_tally(appraisal_pk: int, criteria: int) -> OpinionTally:
    """The row of sums, made where there is none yet, locked until the transaction ends."""
    empty = OpinionTally(appraisal_id=appraisal_pk, counts=rules.empty_counts(criteria), overall=rules.empty_counts(1))
    OpinionTally.objects.bulk_create([empty], ignore_conflicts=True)
    return OpinionTally.objects.select_for_update(of=("self",)).get(pk=appraisal_pk)


def _add(tally: OpinionTally, levels: Sequence[int], overall: int, remark: str) -> None:
    tally.given += 1
    tally.counts = rules.added(tally.counts, levels)
    tally.overall = rules.added(tally.overall, [overall])
    if text := clean(remark):
        tally.remarks = sorted([*tally.remarks, text], key=lambda one: (fold(one), one))
    left = Asked.objects.unanswered().filter(appraisal_id=tally.pk).count()
    tally.closed = rules.is_complete(left=left, given=tally.given)
    tally.save()


def close_ended(period: Period, organization_ids: Sequence[int] | None = None) -> int:
    """OPN-05. Close, for good, the opinions whose days are over for their body (all, or some); returns how many.

    Those on whom the head has decided are closed too, and everything of a closed period. One statement for any number
    of bodies.
    """
    waiting = OpinionTally.objects.filter(appraisal__period=period, closed=False)
    if organization_ids is not None:
        waiting = waiting.filter(appraisal__organization_id__in=organization_ids)
    if period.state != PeriodState.CLOSED:
        bodies = waiting.values_list("appraisal__organization_id", flat=True)
        over = Q(appraisal__organization_id__in=_bodies_past(period, set(bodies)))
        waiting = waiting.filter(over | ~Q(appraisal__state__in=rules.ASKED_STATES))
    # By key: an update of joined rows would lock the appraisals out of order.
    return OpinionTally.objects.filter(pk__in=waiting.order_by().values("pk")).update(closed=True)


def _bodies_past(period: Period, bodies: Collection[int]) -> list[int]:
    today = clock.today()
    return [
        body
        for body, stages in windows_for(period.pk, bodies).items()
        if (window := stages.get(Stage.OPINIONS)) and window.has_ended(today)
    ]


@transaction.atomic
def open_sums(*, scope: Scope) -> int:
    """The head's button: close what is over in the bodies he decides for, without waiting for the night."""
    rows = Appraisal.objects.permitted(scope, P.APPRAISAL_DECIDE).filter(period__state=PeriodState.OPEN)
    bodies: dict[int, set[int]] = {}
    for period_id, body_id in rows.order_by().values_list("period_id", "organization_id").distinct():
        bodies.setdefault(period_id, set()).add(body_id)
    periods = Period.objects.in_bulk(bodies)
    count = sum(close_ended(periods[period_id], sorted(ids)) for period_id, ids in bodies.items())
    if count:
        audit.record("opinions.close", scope=scope, rule_id="OPN-05", count=count)
    return count


@transaction.atomic
def remind_raters(*, organization_id: int | None = None, scope: Scope) -> int:
    """Tell those who have not answered, within reach of `scope` (or in one body): one notice a day, whoever sends it.

    Returns how many had not been told yet today.
    """
    told = 0
    for period in Period.objects.filter(state=PeriodState.OPEN):
        rows = Asked.objects.permitted(scope, P.REMIND).filter(period=period)
        if organization_id is not None:
            rows = rows.filter(organization_id=organization_id)
        open_bodies = _bodies_open(period, set(rows.order_by().values_list("organization_id", flat=True).distinct()))
        for closes_on, bodies in open_bodies.items():
            users = missing_users(rows.filter(organization_id__in=bodies))
            told += notify_in_own_language(users, partial(_reminder, period, closes_on))
    if told:
        audit.record("opinions.remind", scope=scope, organization_id=organization_id, count=told)
    return told


def _bodies_open(period: Period, bodies: Collection[int]) -> dict[date, list[int]]:
    """Last day of the opinions → bodies in which they are being given today; usually one day for all."""
    found: dict[date, list[int]] = {}
    for body, stages in windows_for(period.pk, bodies).items():
        if (window := stages.get(Stage.OPINIONS)) and window.is_open(clock.today()):
            found.setdefault(window.closes_on, []).append(body)
    return found


def _reminder(period: Period, closes_on: date) -> Message:
    return Message(
        kind="opinions.missing",
        key=f"remind:{Stage.OPINIONS}:{period.pk}:{clock.today().isoformat()}",
        subject=_("Thầy/cô còn ý kiến góp ý chưa gửi"),
        body=_("Phiếu không ghi tên người góp ý. Hạn: %(due)s.") % {"due": date_format(closes_on, "SHORT_DATE_FORMAT")},
        url=reverse("opinions:list"),
        due_on=closes_on,
    )
