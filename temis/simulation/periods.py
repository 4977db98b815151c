"""The periods: past ones, closed; the one of today, open, with its stages around today."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from temis.appraisals.enums import PeriodState, Stage
from temis.appraisals.models import Period, PeriodEdition, StageWindow
from temis.organizations.models import Organization
from temis.simulation.figures import figure, read
from temis.simulation.plan import Plan
from temis.standards.actions import lock_edition
from temis.standards.enums import Subject
from temis.standards.models import Edition

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
EDITIONS = {Subject.TEACHER: "GVPT-20/2018", Subject.MANAGER: "HT-14/2018"}
Days = dict[str, tuple[date, date]]


@dataclass(frozen=True, slots=True)
class Year:
    """A period and its days."""

    period: Period
    days: Days
    is_first: bool

    @property
    def is_past(self) -> bool:
        return self.period.state == PeriodState.CLOSED


def editions() -> dict[str, Edition]:
    """The editions in use, locked: they have decided."""
    return {subject: lock_edition(Edition.objects.get(code=code)) for subject, code in EDITIONS.items()}


def write_periods(plan: Plan, chosen: dict[str, Edition]) -> list[Year]:
    """One a year, the oldest first."""
    root = Organization.objects.get(parent=None, kind_id="MOET")
    years = [(year, _past_days(year)) for year in plan.past]
    years.append((plan.today.year, _current_days(plan.today)))
    return [_write(plan, root, year, days, chosen) for year, days in years]


def _write(plan: Plan, root: Organization, year: int, days: Days, chosen: dict[str, Edition]) -> Year:
    is_past = year < plan.today.year
    for_all = bool(figure("appraisals", "decision_for_all"))
    period = Period.objects.create(
        year=year,
        name=read("texts")["periods"].format(year),
        school_year=f"{year - 1}-{year}",
        reference_on=date(year, 5, 31) if is_past else plan.today,
        organization=root,
        decision_for_all=for_all,
        decision_reason=read("texts")["shortened"] if for_all else "",
        state=PeriodState.CLOSED if is_past else PeriodState.OPEN,
        opened_at=_at(days[Stage.SELF][0]),
        closed_at=_at(days[Stage.RESPONSE][1] + timedelta(days=15)) if is_past else None,
    )
    PeriodEdition.objects.bulk_create(
        PeriodEdition(period=period, subject=subject, edition=edition) for subject, edition in chosen.items()
    )
    StageWindow.objects.bulk_create(
        StageWindow(period=period, organization=root, stage=stage, opens_on=opens, closes_on=closes)
        for stage, (opens, closes) in days.items()
    )
    return Year(period, days, year == plan.past.start)


def _past_days(year: int) -> Days:
    """At the end of the school year; all done before the first of July, the day of the reform."""
    return {
        Stage.SELF: (date(year, 5, 1), date(year, 5, 25)),
        Stage.OPINIONS: (date(year, 5, 10), date(year, 5, 31)),
        Stage.DECISION: (date(year, 6, 1), date(year, 6, 15)),
        Stage.RESPONSE: (date(year, 6, 5), date(year, 6, 28)),
    }


def _current_days(today: date) -> Days:
    def around(before: int, after: int) -> tuple[date, date]:
        return today - timedelta(days=before), today + timedelta(days=after)

    return {
        Stage.SELF: around(20, 10),
        Stage.OPINIONS: around(10, 15),
        Stage.DECISION: around(5, 25),
        Stage.RESPONSE: around(5, 40),
    }


def _at(day: date) -> datetime:
    return datetime.combine(day, time(8), ZONE)
