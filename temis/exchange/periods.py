"""The period that completed results belong to: that of their year, made (closed) where there is none."""

from datetime import date

from django.utils.translation import gettext as _

from temis.access import Scope
from temis.appraisals.enums import PeriodState
from temis.appraisals.models import Period, PeriodEdition
from temis.core import audit, clock
from temis.core.errors import RuleViolation
from temis.organizations.models import Organization
from temis.standards.actions import lock_edition
from temis.standards.models import Edition


def reference_day(year: int) -> date:
    """Where no period says otherwise: the end of the school year, before the new one begins on 1 September."""
    return date(year, 8, 31)


def find_period(year: int, edition: Edition) -> Period | None:
    """The period of the year, if results by this edition may be put into it; RuleViolation IMP-03 where not."""
    period = Period.objects.filter(year=year).first()
    if period is None:
        return None
    if period.state == PeriodState.DRAFT:
        message = _("Đợt đánh giá năm %(year)s đang được chuẩn bị. Đợi Bộ GDĐT mở đợt rồi nạp kết quả.")
        raise RuleViolation("IMP-03", message % {"year": year})
    chosen = period.editions.filter(subject=edition.subject).select_related("edition").first()
    if chosen and chosen.edition_id != edition.pk:
        message = _("Đợt năm %(year)s dùng bộ chuẩn %(used)s, không phải %(given)s.")
        raise RuleViolation("IMP-03", message % {"year": year, "used": chosen.edition.code, "given": edition.code})
    return period


def ensure_period(year: int, edition: Edition, *, scope: Scope | None) -> tuple[Period, bool]:
    """The period of the year with this edition locked in it, and whether it was made now."""
    period = find_period(year, edition)
    made = period is None
    if period is None:
        now = clock.now()
        period = Period.objects.create(
            year=year,
            name=_("Đánh giá theo chuẩn năm học %(begin)s-%(end)s") % {"begin": year - 1, "end": year},
            school_year=f"{year - 1}-{year}",
            reference_on=reference_day(year),
            organization=_widest_body(),
            state=PeriodState.CLOSED,
            opened_at=now,
            closed_at=now,
        )
        audit.record("period.create_by_import", scope=scope, target=period, organization_id=period.organization_id)
    PeriodEdition.objects.get_or_create(period=period, subject=edition.subject, defaults={"edition": edition})
    lock_edition(edition, scope=scope)
    return period, made


def _widest_body() -> Organization:
    """A period is the whole country's: the ministry's, or that of the topmost body there is."""
    bodies = Organization.objects.filter(parent=None)
    body = bodies.filter(kind__tier="NATION").order_by("pk").first() or bodies.order_by("pk").first()
    if body is None:
        raise RuleViolation("IMP-03", _("Chưa có đơn vị nào. Nạp danh sách đơn vị và nhân sự trước."))
    return body
