"""Which teacher fills which post: the atoms dealt out over the schools, level by level."""

from collections import defaultdict
from dataclasses import dataclass
from random import Random

from temis.demo.atoms import Atom
from temis.demo.posts import Post, make_posts
from temis.demo.schools import School
from temis.demo.targets import LEVELS, OUTCOMES


@dataclass(frozen=True, slots=True)
class Place:
    """A post of one school, and the kind of teacher who fills it."""

    post: Post
    atom: Atom


@dataclass(frozen=True, slots=True)
class _Temper:
    """Some schools are late with many, others with nobody; some judge more kindly."""

    lateness: float
    kindness: float


def match_posts(schools: list[School], atoms: dict[Atom, int], random: Random) -> dict[str, list[Place]]:
    """The places of each school, by its code, in the order of its posts."""
    tempers = {school.code: _temper(school, random) for school in schools}
    posts = [(school, post) for school in schools for post in make_posts(school)]
    filled: dict[int, Atom] = {}
    for level in LEVELS:
        for disadvantaged in (True, False):
            alike = [
                index
                for index, (school, post) in enumerate(posts)
                if post.level == level and school.disadvantaged == disadvantaged
            ]
            kinds = [atom for atom in atoms if atom.level == level and atom.disadvantaged == disadvantaged]
            people = [atom for atom in kinds for _ in range(atoms[atom])]
            filled |= _deal(alike, people, [tempers[school.code] for school, _ in posts], random)
    places: dict[str, list[Place]] = defaultdict(list)
    for index, (school, post) in enumerate(posts):
        places[school.code].append(Place(post, filled[index]))
    return places


def _temper(school: School, random: Random) -> _Temper:
    temper = _Temper(lateness=random.gauss(0, 1), kindness=random.gauss(0, 1))
    # Nobody of the cast's school is late, and its results are mixed.
    return _Temper(lateness=-99, kindness=-0.3) if school.is_cast else temper


def _deal(indexes: list[int], people: list[Atom], tempers: list[_Temper], random: Random) -> dict[int, Atom]:
    """Posts of the latest schools go to those not done, of the kindest to those with the best results."""
    random.shuffle(people)
    people.sort(key=lambda atom: OUTCOMES.index(atom.outcome))
    late = sum(atom.outcome == "ND" for atom in people)
    by_lateness = sorted(indexes, key=lambda index: random.gauss(-tempers[index].lateness, 0.6))
    done = sorted(by_lateness[late:], key=lambda index: random.gauss(tempers[index].kindness, 1.5))
    return dict(zip([*by_lateness[:late], *done], people, strict=True))
