"""What is due in the appraisal domain: the own self-assessment, the ministry's periods."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from temis.access import P, Scope
from temis.appraisals import decision_tasks
from temis.appraisals.enums import PeriodState, Stage, State
from temis.appraisals.models import Appraisal, Period
from temis.appraisals.queries.windows import windows_for
from temis.appraisals.rules import Window
from temis.core import clock
from temis.core.planned import planned_once
from temis.core.prepared import Prepared
from temis.core.tasks import Task


def tasks(scope: Scope) -> list[Task]:
    return [*_own(scope), *_periods(scope), *decision_tasks.tasks(scope)]


def _own(scope: Scope) -> list[Task]:
    """One card for each own appraisal of an open period."""
    with planned_once():
        appraisals = _OWN.rows(scope)
    known: dict[int, dict[int, dict[str, Window]]] = {}
    for period_id in {one.period_id for one in appraisals}:
        known[period_id] = windows_for(period_id, {one.organization_id for one in appraisals})
    return [_self(one, known[one.period_id].get(one.organization_id, {}).get(Stage.SELF)) for one in appraisals]


def _own_open(scope: Scope) -> QuerySet[Appraisal]:
    rows = Appraisal.objects.permitted(scope, P.OWN_APPRAISAL).filter(period__state=PeriodState.OPEN)
    return rows.select_related("period", "edition", "self_assessment").order_by("period__year")


_OWN = Prepared(Appraisal, _own_open)


def _self(appraisal: Appraisal, window: Window | None) -> Task:
    draft = getattr(appraisal, "self_assessment", None)
    answered = sum(level is not None for level in draft.levels) if draft else 0
    is_open = appraisal.state == State.OPEN
    return Task(
        title=_("Tự đánh giá theo chuẩn"),
        for_whom=appraisal.period.name,
        url=reverse("appraisals:self_assessment", args=[appraisal.pk]),
        button=(_("Làm tiếp") if draft else _("Bắt đầu")) if is_open else _("Xem phiếu"),
        state=_state(appraisal, answered, len(draft.levels) if draft else 0),
        due=window.closes_on if window else None,
        opens=window.opens_on if window else None,
        done=not is_open,
    )


def _state(appraisal: Appraisal, answered: int, total: int) -> str:
    if appraisal.state == State.EXCLUDED:
        return _("Ngoài đợt: %(reason)s") % {"reason": appraisal.get_exclusion_display()}
    if appraisal.state != State.OPEN:
        return _("Đã gửi") if appraisal.submitted_at else _("Thủ trưởng đã đánh giá")
    if not total:
        return _("Chưa bắt đầu")
    if answered == total:
        return _("Đã chọn đủ mức, chưa gửi")
    return _("Đã chọn mức %(answered)s/%(total)s tiêu chí") % {"answered": answered, "total": total}


def _periods(scope: Scope) -> list[Task]:
    """The ministry: prepare this year's period, open it, close what is over."""
    if not scope.has(P.PERIOD_MANAGE):
        return []
    periods = list(Period.objects.permitted(scope, P.PERIOD_MANAGE).exclude(state=PeriodState.CLOSED))
    found = [_opening(one) if one.state == PeriodState.DRAFT else _closing(one) for one in periods]
    year = clock.today().year
    if not Period.objects.permitted(scope, P.PERIOD_MANAGE).filter(year=year).exists():
        title = _("Lập đợt đánh giá năm %(year)s") % {"year": year}
        found.append(Task(title=title, url=reverse("appraisals:period_add"), button=_("Lập đợt")))
    return [task for task in found if task is not None]


def _opening(period: Period) -> Task:
    first = windows_for(period.pk, [period.organization_id]).get(period.organization_id, {}).get(Stage.SELF)
    return Task(
        title=_("Mở đợt đánh giá"),
        for_whom=period.name,
        url=reverse("appraisals:period", args=[period.pk]),
        button=_("Xem và mở đợt"),
        state=_("Đang chuẩn bị"),
        due=first.opens_on if first else None,
    )


def _closing(period: Period) -> Task | None:
    """Once the last stage is over."""
    windows = windows_for(period.pk, [period.organization_id]).get(period.organization_id, {})
    last = max((window.closes_on for window in windows.values()), default=None)
    if last is None or last >= clock.today():
        return None
    return Task(
        title=_("Đóng đợt đánh giá"),
        for_whom=period.name,
        url=reverse("appraisals:period", args=[period.pk]),
        button=_("Xem và đóng đợt"),
        state=_("Mọi bước đã hết hạn"),
    )
