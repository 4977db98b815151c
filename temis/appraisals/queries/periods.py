"""Periods as screens want them: where each stands, who is in, how far they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from temis.access import P, Scope
from temis.appraisals.enums import PeriodState, Stage, State
from temis.appraisals.models import Appraisal, Period
from temis.appraisals.queries.windows import windows_of
from temis.appraisals.rules import Window
from temis.core import clock
from temis.core.models import Job, JobState
from temis.core.paging import Page, found_first, keyset, read_by_key
from temis.organizations.queries import has_few_below


@dataclass(frozen=True, slots=True)
class StageDates:
    """One stage as the strip of deadlines prints it."""

    stage: Stage
    window: Window

    @property
    def label(self) -> str | Promise:
        return self.stage.label

    @property
    def due(self) -> date:
        return self.window.closes_on

    @property
    def state(self) -> str:
        day = date_format(self.window.opens_on, "SHORT_DATE_FORMAT")
        return "" if self.done else _("từ %(day)s") % {"day": day}

    @property
    def done(self) -> bool:
        return self.window.has_ended(clock.today())

    @property
    def current(self) -> bool:
        return self.window.is_open(clock.today())


def stage_dates(period_id: int, organization_id: int) -> list[StageDates]:
    """The stages in their order with the days that hold for a body; those without days are left out."""
    known = windows_of(period_id, organization_id)
    return [StageDates(stage, known[stage]) for stage in Stage if stage in known]


def visible_periods(scope: Scope) -> QuerySet[Period]:
    """Periods that a scope may see, latest first."""
    return Period.objects.permitted(scope, P.PERIOD_VIEW).select_related("organization").order_by("-year")


def current_period() -> Period | None:
    """The open period of the latest year."""
    return Period.objects.filter(state=PeriodState.OPEN).order_by("-year").first()


# How the list is filtered: every state, and what is told apart from them.
GONE, NOT_DUE = "GONE", "NOT_DUE"
# By body, then by name: by name alone PostgreSQL would go through the people of the whole country for those of a Sở,
# and for the few of one state through all of them.
_ORDER = ("organization__search", "organization_id", "person__sort_key", "id")


def participants(
    scope: Scope, period: Period, *, state: str = "", words: str = "", organization_id: int | None = None
) -> QuerySet[Appraisal]:
    """People of a period within reach, unordered. `state`: one of State, GONE (works elsewhere today) or NOT_DUE."""
    rows = Appraisal.objects.permitted(scope, P.APPRAISAL_VIEW).filter(period=period)
    if state in State.values:
        rows = rows.filter(state=state)
    elif state == GONE:
        rows = rows.filter(work_elsewhere__period=period)
    elif state == NOT_DUE:
        rows = rows.filter(decision_due=False).exclude(state=State.EXCLUDED)
    if organization_id:
        rows = rows.filter(organization_id=organization_id)
    if words:
        rows = rows.filter(person__search__words=words)
    return rows.select_related("person", "organization", "group", "decided_in")


def participants_page(
    scope: Scope, rows: QuerySet[Appraisal], *, after: str = "", before: str = "", size: int = 50
) -> Page[Appraisal]:
    """A page of them, by body and name."""
    order: Sequence[str] = _ORDER
    if has_few_below(scope.path):
        rows, order = found_first(rows, order)
    return keyset(rows, order, after=after, before=before, size=size, read=read_by_key)


def running_opening(period: Period) -> Job | None:
    """The work that opens this period, while it waits or runs."""
    waiting = Job.objects.filter(kind="period.open", state__in=[JobState.WAITING, JobState.RUNNING])
    return waiting.filter(title__endswith=period.name).order_by("-id").first()
