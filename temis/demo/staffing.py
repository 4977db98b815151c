"""Who works where: in departments, ministry, universities, and in schools as head, deputy, staff, teacher."""

from dataclasses import dataclass, field

from temis.demo.matching import Place
from temis.demo.people import Maker, Person, Position
from temis.demo.schools import School
from temis.demo.targets import Outcome


@dataclass(slots=True)
class Roster:
    """People as they are made. `heads`: body → code of its leader; `outcomes`: teacher's code → outcome."""

    maker: Maker
    people: list[Person] = field(default_factory=list)
    heads: dict[str, str] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)

    def add_body(self, code: str, position: Position, number: int) -> None:
        """Officers or lecturers of a body; the first leads it."""
        people = [self.maker.make(code, position, youngest=42 if n == 0 else 28) for n in range(number)]
        if people:
            self.heads[code] = people[0].code
        self.people += people

    def add_school(self, school: School, places: list[Place]) -> None:
        self._add_managers(school)
        for place in places:
            post, atom = place.post, place.atom
            teacher = self.maker.make(
                school.code,
                "TEACHER",
                level=post.level,
                subject=post.subject,
                group=post.group,
                female=atom.female,
                minority=atom.minority,
                reachable=school.is_cast,
            )
            self.outcomes[teacher.code] = atom.outcome
            self.people.append(teacher)

    def _add_managers(self, school: School) -> None:
        """A principal, one deputy or two, and two to four staff, by the size of the school."""
        size = sum(school.sizes.values())
        principal = self.maker.make(school.code, "PRINCIPAL", level=school.highest, youngest=38)
        self.heads[school.code] = principal.code
        self.people.append(principal)
        for _ in range(1 if size < 25 else 2):
            self.people.append(self.maker.make(school.code, "DEPUTY", level=school.highest, youngest=34))
        for _ in range(2 if size < 15 else 3 if size < 28 else 4):
            self.people.append(self.maker.make(school.code, "STAFF", reachable=school.is_cast))
