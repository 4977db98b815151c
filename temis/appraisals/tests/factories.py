"""Periods and appraisals on the fixed cast."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from temis.access import Role
from temis.appraisals.actions.periods import PeriodDraft, create_period, open_period
from temis.appraisals.enums import DECIDED_STATES, Stage, State
from temis.appraisals.models import Appraisal, Period
from temis.standards.enums import Subject
from temis.standards.models import Edition
from tests.cast import Cast

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
# A day on which teachers assess themselves, and no decision has begun.
DURING_SELF = datetime(2020, 5, 10, 20, 14, tzinfo=ZONE)
DURING_DECISION = datetime(2020, 6, 10, 9, 0, tzinfo=ZONE)
BEFORE = datetime(2020, 4, 1, 9, 0, tzinfo=ZONE)
AFTER = datetime(2020, 8, 1, 9, 0, tzinfo=ZONE)

WINDOWS = {
    Stage.SELF: (date(2020, 5, 1), date(2020, 5, 31)),
    Stage.OPINIONS: (date(2020, 5, 15), date(2020, 6, 5)),
    Stage.DECISION: (date(2020, 6, 1), date(2020, 6, 30)),
    Stage.RESPONSE: (date(2020, 6, 15), date(2020, 7, 15)),
}


def editions() -> dict[str, Edition]:
    return {
        Subject.TEACHER: Edition.objects.get(code="GVPT-20/2018"),
        Subject.MANAGER: Edition.objects.get(code="HT-14/2018"),
    }


def draft(year: int = 2020, **changes: Any) -> PeriodDraft:
    values = {
        "year": year,
        "name": f"Đợt đánh giá năm {year}",
        "school_year": f"{year - 1}-{year}",
        "reference_on": date(year, 5, 31),
    }
    return PeriodDraft(**values | changes)


def make_period(cast: Cast, year: int = 2020, *, windows: dict[str, Any] | None = None, **changes: Any) -> Period:
    """A period of the ministry that is not open yet."""
    scope = cast.scope("ministry_officer", Role.MINISTRY_OFFICER)
    return create_period(draft(year, **changes), editions=editions(), windows=windows or WINDOWS, scope=scope)


def make_open_period(cast: Cast, year: int = 2020, **changes: Any) -> Period:
    """A period that everybody of the cast is in."""
    period = make_period(cast, year, **changes)
    open_period(period.pk, scope=cast.scope("ministry_officer", Role.MINISTRY_OFFICER))
    period.refresh_from_db()
    return period


def appraisal_of(cast: Cast, name: str, period: Period) -> Appraisal:
    return Appraisal.objects.select_related("period", "edition", "organization", "person").get(
        period=period, person=cast.people[name]
    )


def names_of(cast: Cast, rows: QuerySet[Appraisal]) -> set[str]:
    """The people of these appraisals, by their names in the cast."""
    found = set(rows.values_list("person_id", flat=True))
    return {name for name, person in cast.people.items() if person.pk in found}


def put_in_state(appraisal: Appraisal, state: str, **changes: Any) -> Appraisal:
    """An appraisal as it would be in a state, written past the actions."""
    Appraisal.objects.filter(pk=appraisal.pk).update(**in_state(appraisal.subject, state, **changes))
    appraisal.refresh_from_db()
    return appraisal


def in_state(subject: str, state: str, **changes: Any) -> dict[str, Any]:
    """What an appraisal says in a state."""
    total = 15 if subject == Subject.TEACHER else 18
    if state not in (State.OPEN, State.EXCLUDED):
        changes = {"self_levels": [2] * total, "self_overall": 2, "submitted_at": DURING_SELF} | changes
    if state in DECIDED_STATES:
        changes = {
            "decided_levels": [2] * total,
            "decided_overall": 2,
            "decided_at": DURING_DECISION,
            "announced_at": None if state == State.DECIDED else DURING_DECISION,
        } | changes
    if state == State.EXCLUDED:
        changes = {"exclusion": "MATERNITY"} | changes
    return {"state": state} | changes
