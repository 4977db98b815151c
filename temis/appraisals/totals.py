"""How many people of a period stand where. Filled by `temis.following`, which lies above and keeps the sums."""

from collections.abc import Callable
from dataclasses import dataclass

from temis.access import Scope
from temis.appraisals.enums import State
from temis.appraisals.models import Period


@dataclass(frozen=True, slots=True)
class Totals:
    """People by the state of their appraisal; `due` are those on whom the head decides in this period, and of them
    `decided` have a result."""

    by_state: dict[State, int]
    due: int
    decided: int

    @property
    def total(self) -> int:
        return sum(self.by_state.values())

    @property
    def excluded(self) -> int:
        return self.by_state.get(State.EXCLUDED, 0)

    @property
    def taking_part(self) -> int:
        return self.total - self.excluded

    @property
    def submitted(self) -> int:
        return self.taking_part - self.by_state.get(State.OPEN, 0)

    @property
    def states(self) -> list[tuple[State, int]]:
        return [(state, self.by_state[state]) for state in State if self.by_state.get(state)]


Source = Callable[[Scope, Period], Totals]
_sources: list[Source] = []


def register(source: Source) -> Source:
    """Called once by the app that keeps the sums."""
    _sources[:] = [source]
    return source


def totals_for(scope: Scope, period: Period) -> Totals | None:
    """Over all that the scope follows (PROGRESS_VIEW)."""
    return _sources[0](scope, period) if _sources else None
