"""What a list is narrowed to and in which order: read from the address, written into it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from temis.core.text import fold
from temis.following.enums import Waiting
from temis.organizations.enums import SchoolLevel
from temis.people.enums import Position

POSITIONS = (Position.TEACHER, Position.PRINCIPAL, Position.DEPUTY)
OUT = "OUT"
SORTS = ("late", "name", "people", *(waiting.value.lower() for waiting in Waiting if waiting != Waiting.ANSWER))


@dataclass(frozen=True, slots=True)
class Filters:
    """`out`: those out of the period. `schools`: all schools below instead of the bodies next below.
    `sort`: a column, "-" for falling."""

    q: str = ""
    position: str = ""
    level: str = ""
    waiting: Waiting | None = None
    out: bool = False
    schools: bool = False
    sort: str = "-late"
    after: str = ""
    before: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "Filters":
        """Values that are not known count as absent."""
        waiting, sort = given.get("waiting", ""), given.get("sort", "")
        return cls(
            q=given.get("q", "").strip()[:100],
            position=given["position"] if given.get("position") in POSITIONS else "",
            level=given["level"] if given.get("level") in SchoolLevel.values else "",
            waiting=Waiting(waiting) if waiting in Waiting.values else None,
            out=waiting == OUT,
            schools=given.get("by") == "school",
            sort=sort if sort.removeprefix("-") in SORTS else "-late",
            after=given.get("after", ""),
            before=given.get("before", ""),
        )

    def as_asked(self) -> dict[str, str]:
        """The other way round: what `read` makes the same filters of, without the page."""
        return {
            "q": self.q,
            "position": self.position,
            "level": self.level,
            "waiting": OUT if self.out else self.waiting.value if self.waiting else "",
            "by": "school" if self.schools else "",
            "sort": self.sort,
        }

    @property
    def folded(self) -> str:
        return fold(self.q)

    def all_pages(self) -> "Filters":
        """The same list from its beginning, as a download holds it."""
        return replace(self, after="", before="")

    @property
    def is_narrow(self) -> bool:
        return bool(self.q or self.position or self.level or self.waiting or self.out)
