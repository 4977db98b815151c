"""The sums of a period as its own page shows them: the roll-up added up, without what is late."""

from dataclasses import asdict

from temis.access import P, Scope
from temis.appraisals.enums import State
from temis.appraisals.models import Period
from temis.appraisals.queries.windows import windows_of
from temis.appraisals.totals import Totals
from temis.following.queries.bodies import total_of
from temis.following.queries.filters import Filters
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
    """Over the body or the subject group for which the scope stands."""
    place = place_for(scope, P.PROGRESS_VIEW)
    if place.group:
        return _totals(counted(appraisals_at(scope, P.PROGRESS_VIEW, period, place)))
    windows = windows_of(period.pk, place.body.pk)
    return _totals(total_of(period, place, Filters(), windows).tally or Tally())


def _totals(tally: Tally) -> Totals:
    counts = asdict(tally)
    return Totals(
        {state: counts[name] for state, name in _COUNT_OF.items()},
        due=tally.has_result + tally.awaiting,
        decided=tally.has_result,
    )
