"""The sums of a period as its own page shows them: the roll-up added up, without what is late."""

from dataclasses import asdict

from django.db.models import Sum

from temis.access import P, Scope
from temis.appraisals.enums import State
from temis.appraisals.models import Period
from temis.appraisals.totals import Totals
from temis.following.models import COUNTS, Progress
from temis.following.queries.places import place_for
from temis.following.queries.school import appraisals_at, counted
from temis.following.rules import Tally

_COUNT_OF = {
    State.OPEN: "unsent",
    State.SUBMITTED: "submitted",
    State.DECIDED: "decided",
    State.ANNOUNCED: "announced",
    State.ACKNOWLEDGED: "acknowledged",
    State.OBJECTED: "objected",
    State.EXCLUDED: "excluded",
}


def totals_for(scope: Scope, period: Period) -> Totals:
    """Over the body or the subject group for which the scope stands; a large body costs as many rows as it has schools,
    not people."""
    place = place_for(scope, P.PROGRESS_VIEW)
    if place.group:
        return _totals(counted(appraisals_at(scope, P.PROGRESS_VIEW, period, place)))
    rows = Progress.objects.filter(period=period)
    if place.body.pk != period.organization_id:
        rows = rows.filter(organization__path__within=str(place.body.path))
    sums = rows.aggregate(**{name: Sum(name, default=0) for name in COUNTS})
    return _totals(Tally(**sums))


def _totals(tally: Tally) -> Totals:
    counts = asdict(tally)
    return Totals(
        {state: counts[name] for state, name in _COUNT_OF.items()},
        due=tally.has_result + tally.awaiting,
        decided=tally.has_result,
    )
