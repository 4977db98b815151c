"""Periods: prepare, open, close; their dates, and the narrower ones of lower bodies."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from temis.access import P, Scope
from temis.appraisals import rules
from temis.appraisals.actions.participation import Progress, enrol
from temis.appraisals.enums import PeriodState, Stage
from temis.appraisals.models import Period, PeriodEdition, StageWindow
from temis.appraisals.queries.windows import windows_of
from temis.appraisals.signals import period_closed, period_opened
from temis.core import audit, clock
from temis.core.errors import RuleViolation
from temis.organizations.models import Organization
from temis.standards.actions import lock_edition
from temis.standards.enums import Subject
from temis.standards.models import Edition

# Whose standards a period of general education needs.
SUBJECTS = (Subject.TEACHER, Subject.MANAGER)
# Days of each stage; None gives the stage back to the body above.
Dates = Mapping[str, tuple[date, date] | None]


@dataclass(frozen=True, slots=True)
class PeriodDraft:
    """What the ministry decides about a period before it opens."""

    year: int
    name: str
    school_year: str
    reference_on: date
    decision_every: int = 2
    late_hours: int = 12
    decision_for_all: bool = False
    decision_reason: str = ""


@transaction.atomic
def create_period(draft: PeriodDraft, *, editions: Mapping[str, Edition], windows: Dates, scope: Scope) -> Period:
    """A new period of the own body and all below it, not open yet."""
    body: Organization = Organization.objects.fetch(scope, P.PERIOD_MANAGE, pk=scope.unit_id)
    _check_draft(draft, None)
    period = Period.objects.create(organization=body, **asdict(draft))
    _set_editions(period, editions)
    _put_windows(period, body, windows)
    audit.record("period.create", scope=scope, target=period, organization_id=body.pk)
    return period


@transaction.atomic
def edit_period(
    pk: int, draft: PeriodDraft, *, editions: Mapping[str, Edition], windows: Dates, scope: Scope
) -> Period:
    """Change a period that is still being prepared; once it is open only its dates move (`set_windows`)."""
    period = _lock(pk, scope=scope)
    if period.state != PeriodState.DRAFT:
        raise RuleViolation("APR-11", _("Đợt đã mở nên chỉ đổi được thời hạn các bước."))
    _check_draft(draft, period)
    for name, value in asdict(draft).items():
        setattr(period, name, value)
    period.save()
    _set_editions(period, editions)
    _put_windows(period, period.organization, windows)
    audit.record("period.edit", scope=scope, target=period, organization_id=period.organization_id)
    return period


@transaction.atomic
def set_windows(pk: int, organization_pk: int, windows: Dates, *, scope: Scope) -> int:
    """APR-09. Set the days of the stages for a body and all below it, within those of the body above.

    The body of the period itself sets the widest days (PERIOD_MANAGE); any other narrows them (PERIOD_NARROW). Days of
    lower bodies that would stick out are cut to fit; returns how many bodies that touched.
    """
    period: Period = Period.objects.select_related("organization").fetch(scope, P.PERIOD_VIEW, pk=pk)
    permission = P.PERIOD_MANAGE if organization_pk == period.organization_id else P.PERIOD_NARROW
    body: Organization = Organization.objects.select_for_update().fetch(scope, permission, pk=organization_pk)
    if period.state == PeriodState.CLOSED:
        rules.check_period(period.state)
    cut = _put_windows(period, body, windows)
    note = "; ".join(f"{Stage(stage).label}: {_spoken(days)}" for stage, days in windows.items())
    audit.record(
        "period.windows", scope=scope, target=period, organization_id=body.pk, rule_id="APR-09", note=note, count=cut
    )
    return cut


def check_ready(period: Period) -> None:
    """APR-11. A period opens with a standard for teachers and for managers and with days for every stage."""
    found = dict(period.editions.values_list("subject", "edition__name"))
    for subject in SUBJECTS:
        if subject not in found:
            message = _("Chưa chọn chuẩn áp dụng cho: %(subject)s.")
            raise RuleViolation("APR-11", message % {"subject": subject.label}, field=f"edition-{subject}")
    known = windows_of(period.pk, period.organization_id)
    for stage in Stage:
        if stage not in known:
            message = _("Chưa đặt thời hạn cho bước “%(stage)s”.")
            raise RuleViolation("APR-11", message % {"stage": stage.label}, field=f"opens-{stage}")


@transaction.atomic
def open_period(pk: int, *, scope: Scope, progress: Progress | None = None) -> int:
    """Open a period: lock its editions, put everybody of the reference day into it. Returns how many people.

    All or nothing; for a country it takes a while, hence `jobs.request_opening`.
    """
    period = _lock(pk, scope=scope)
    if period.state != PeriodState.DRAFT:
        raise RuleViolation("APR-11", _("Đợt này đã được mở trước đó."))
    check_ready(period)
    for chosen in period.editions.select_related("edition"):
        lock_edition(chosen.edition, scope=scope)
    enrolled = enrol(period, path=str(period.organization.path), progress=progress)
    period.state, period.opened_at = PeriodState.OPEN, clock.now()
    period.save(update_fields=["state", "opened_at"])
    audit.record("period.open", scope=scope, target=period, organization_id=period.organization_id, count=enrolled)
    transaction.on_commit(lambda: period_opened.send(sender=Period, period_id=period.pk))
    return enrolled


@transaction.atomic
def close_period(pk: int, *, scope: Scope) -> Period:
    """Nothing in the period changes any more (APR-06)."""
    period = _lock(pk, scope=scope)
    rules.check_period(period.state)
    period.state, period.closed_at = PeriodState.CLOSED, clock.now()
    period.save(update_fields=["state", "closed_at"])
    audit.record("period.close", scope=scope, target=period, organization_id=period.organization_id)
    transaction.on_commit(lambda: period_closed.send(sender=Period, period_id=period.pk))
    return period


@transaction.atomic
def reopen_period(pk: int, *, reason: str, scope: Scope) -> Period:
    """Undo a closing, for a stated reason."""
    period = _lock(pk, scope=scope)
    if period.state != PeriodState.CLOSED:
        raise RuleViolation("APR-06", _("Chỉ mở lại được đợt đã đóng."))
    if not reason.strip():
        raise RuleViolation("APR-06", _("Hãy nêu lý do mở lại đợt."), field="reason")
    period.state, period.closed_at = PeriodState.OPEN, None
    period.save(update_fields=["state", "closed_at"])
    audit.record(
        "period.reopen", scope=scope, target=period, organization_id=period.organization_id, note=reason.strip()
    )
    return period


def _lock(pk: int, *, scope: Scope) -> Period:
    rows = Period.objects.select_related("organization").select_for_update(of=("self",))
    found: Period = rows.fetch(scope, P.PERIOD_MANAGE, pk=pk)
    return found


def _check_draft(draft: PeriodDraft, period: Period | None) -> None:
    taken = Period.objects.filter(year=draft.year)
    if (taken.exclude(pk=period.pk) if period else taken).exists():
        message = _("Đã có đợt đánh giá của năm %(year)s.")
        raise RuleViolation("APR-11", message % {"year": draft.year}, field="year")
    if draft.decision_for_all and not draft.decision_reason.strip():
        message = _("Hãy nêu căn cứ để thủ trưởng đánh giá tất cả mọi người trong đợt này.")
        raise RuleViolation("APR-10", message, field="decision_reason")


def _set_editions(period: Period, editions: Mapping[str, Edition]) -> None:
    for subject, edition in editions.items():
        if edition.subject != subject:
            raise RuleViolation("APR-11", _("Chuẩn đã chọn dành cho đối tượng khác."), field=f"edition-{subject}")
        PeriodEdition.objects.update_or_create(period=period, subject=subject, defaults={"edition": edition})


def _put_windows(period: Period, body: Organization, windows: Dates) -> int:
    """Check and write; returns how many bodies below had to be cut."""
    above = windows_of(period.pk, body.parent_id) if body.parent_id and body != period.organization else {}
    cut = 0
    for stage, days in windows.items():
        if days is None:
            StageWindow.objects.filter(period=period, organization=body, stage=stage).delete()
            continue
        _check_window(Stage(stage), days, above.get(stage))
        StageWindow.objects.update_or_create(
            period=period, organization=body, stage=stage, defaults={"opens_on": days[0], "closes_on": days[1]}
        )
        cut += _cut_below(period, body, stage, days)
    return cut


def _check_window(stage: Stage, days: tuple[date, date], above: rules.Window | None) -> None:
    if days[0] > days[1]:
        message = _("Bước “%(stage)s”: ngày kết thúc phải từ ngày bắt đầu trở đi.")
        raise RuleViolation("APR-09", message % {"stage": stage.label}, field=f"closes-{stage}")
    if above is not None and not above.holds(*days):
        message = _("Bước “%(stage)s”: chọn ngày trong khung %(days)s do %(body)s đặt.")
        spoken = {
            "stage": stage.label,
            "days": _spoken((above.opens_on, above.closes_on)),
            "body": above.set_by_name,
        }
        field = f"opens-{stage}" if days[0] < above.opens_on else f"closes-{stage}"
        raise RuleViolation("APR-09", message % spoken, field=field)


# Days below that have nothing in common with the new ones are given back to the body above, others are cut.
_BELOW = """
organizations_organization o
WHERE w.organization_id = o.id AND o.path <@ %(path)s::ltree AND o.id <> %(body)s
  AND w.period_id = %(period)s AND w.stage = %(stage)s
"""
_DROP = f"""
DELETE FROM appraisals_stagewindow w USING {_BELOW} AND (w.closes_on < %(opens)s OR w.opens_on > %(closes)s)
"""
_CUT = f"""
UPDATE appraisals_stagewindow w
SET opens_on = greatest(w.opens_on, %(opens)s), closes_on = least(w.closes_on, %(closes)s)
FROM {_BELOW} AND (w.opens_on < %(opens)s OR w.closes_on > %(closes)s)
"""


def _cut_below(period: Period, body: Organization, stage: str, days: tuple[date, date]) -> int:
    values: dict[str, Any] = {
        "path": str(body.path),
        "body": body.pk,
        "period": period.pk,
        "stage": stage,
        "opens": days[0],
        "closes": days[1],
    }
    with connection.cursor() as cursor:
        cursor.execute(_DROP, values)
        dropped = cursor.rowcount
        cursor.execute(_CUT, values)
        return dropped + cursor.rowcount


def _spoken(days: tuple[date, date] | None) -> str:
    if days is None:
        return _("theo cấp trên")
    return " – ".join(date_format(day, "SHORT_DATE_FORMAT") for day in days)
