"""What is due from a head, and from a person who has been told his result."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from temis.access import P, Scope
from temis.appraisals import rules
from temis.appraisals.enums import DECIDED_STATES, PeriodState, Stage, State
from temis.appraisals.models import Appraisal, Period
from temis.appraisals.queries.windows import window_of
from temis.appraisals.rules import Window
from temis.core.prepared import Prepared
from temis.core.tasks import Task


def tasks(scope: Scope) -> list[Task]:
    return [*_of_the_head(scope), *_of_the_person(scope)]


def _of_the_head(scope: Scope) -> list[Task]:
    """Decide, announce, answer: one card each per open period; one query, and the days of the own body."""
    if not scope.has(P.APPRAISAL_DECIDE) or scope.unit_id is None:
        return []
    rows = Appraisal.objects.permitted(scope, P.APPRAISAL_DECIDE).filter(period__state=PeriodState.OPEN)
    due = Q(decision_due=True) | Q(state__in=DECIDED_STATES)
    counted = (
        rows.exclude(state=State.EXCLUDED)
        .order_by()
        .values("period_id")
        .annotate(
            total=Count("pk", filter=due),
            waiting=Count("pk", filter=due & Q(state__in=rules.DECIDE.sources)),
            to_announce=Count("pk", filter=Q(state=State.DECIDED)),
            objected=Count("pk", filter=Q(state=State.OBJECTED)),
            first_objected=Min("pk", filter=Q(state=State.OBJECTED)),
        )
    )
    periods = Period.objects.in_bulk([row["period_id"] for row in counted])
    found = []
    for row in counted:
        period = periods[row["period_id"]]
        window = window_of(period.pk, scope.unit_id, Stage.DECISION)
        found += [_decide(row, period, window), _announce(row, period, window), _answer(row, period)]
    return [task for task in found if task is not None]


def _decide(row: Mapping[str, Any], period: Period, window: Window | None) -> Task | None:
    if not row["total"]:
        return None
    decided = row["total"] - row["waiting"]
    state = ngettext("Đã xếp loại %(decided)s/%(count)s người", "Đã xếp loại %(decided)s/%(count)s người", row["total"])
    return Task(
        title=_("Đánh giá, xếp loại"),
        for_whom=period.name,
        url=reverse("appraisals:school"),
        button=_("Xếp loại tiếp") if decided else _("Bắt đầu"),
        state=state % {"decided": decided, "count": row["total"]},
        due=window.closes_on if window else None,
        opens=window.opens_on if window else None,
        done=not row["waiting"],
    )


def _announce(row: Mapping[str, Any], period: Period, window: Window | None) -> Task | None:
    if not row["to_announce"]:
        return None
    state = ngettext("%(count)s kết quả chưa thông báo", "%(count)s kết quả chưa thông báo", row["to_announce"])
    return Task(
        title=_("Thông báo kết quả"),
        for_whom=period.name,
        url=reverse("appraisals:announce"),
        button=_("Xem và thông báo"),
        state=state % {"count": row["to_announce"]},
        due=window.closes_on if window else None,
    )


def _answer(row: Mapping[str, Any], period: Period) -> Task | None:
    if not row["objected"]:
        return None
    state = ngettext("%(count)s phản hồi chờ trả lời", "%(count)s phản hồi chờ trả lời", row["objected"])
    one = row["objected"] == 1
    return Task(
        title=_("Trả lời phản hồi kết quả"),
        for_whom=period.name,
        url=reverse("appraisals:answer", args=[row["first_objected"]])
        if one
        else f"{reverse('appraisals:school')}?show=objected",
        button=_("Trả lời"),
        state=state % {"count": row["objected"]},
    )


def _of_the_person(scope: Scope) -> list[Task]:
    """Take note of an announced result."""
    if not scope.has(P.OWN_APPRAISAL):
        return []
    return [_take_note(one) for one in _TOLD.rows(scope)]


def _told(scope: Scope) -> QuerySet[Appraisal]:
    rows = Appraisal.objects.permitted(scope, P.OWN_APPRAISAL).filter(
        state__in=(State.ANNOUNCED, State.OBJECTED), period__state=PeriodState.OPEN
    )
    return rows.select_related("period").order_by("pk")


_TOLD = Prepared(Appraisal, _told)


def _take_note(appraisal: Appraisal) -> Task:
    window = window_of(appraisal.period_id, appraisal.organization_id, Stage.RESPONSE)
    waits = appraisal.state == State.OBJECTED
    return Task(
        title=_("Xem và xác nhận kết quả đánh giá"),
        for_whom=appraisal.period.name,
        url=reverse("appraisals:result", args=[appraisal.pk]),
        button=_("Xem kết quả"),
        state=_("Phản hồi đang chờ trả lời") if waits else _("Chưa xác nhận"),
        due=None if waits or window is None else window.closes_on,
        done=waits,
    )
