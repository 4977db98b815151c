"""Opinions on the fixed cast."""

from collections.abc import Iterable, Sequence

from temis.access import Role
from temis.appraisals.models import Appraisal, Period
from temis.appraisals.tests.factories import appraisal_of
from temis.core import clock
from temis.opinions.actions import give_opinion
from temis.opinions.enums import Circle
from temis.opinions.models import Ballot, OpinionTally
from temis.opinions.tests import DURING_OPINIONS
from temis.standards.enums import Level
from tests.cast import Cast

SCIENCE = ("leader", "teacher", "teacher_2", "teacher_3", "teacher_4")


def rate(
    cast: Cast,
    rater: str,
    appraisal: Appraisal,
    levels: Iterable[int] | int = 2,
    remark: str = "",
    role: Role | None = None,
) -> None:
    """`rater` gives his opinion, on a day of the opinions: one level for all criteria, or one for each."""
    total = 15 if appraisal.subject == "GVPT" else 18
    given = [levels] * total if isinstance(levels, int) else list(levels)
    circle = Circle.COLLEAGUES if appraisal.subject == "GVPT" else Circle.STAFF
    with clock.hold(DURING_OPINIONS):
        give_opinion(appraisal.pk, circle=circle, levels=given, remark=remark, scope=cast.scope(rater, role))


def all_rate(cast: Cast, ratee: str, period: Period, levels: int = 2) -> Appraisal:
    """Every colleague of the group of five gives an opinion on one."""
    appraisal = appraisal_of(cast, ratee, period)
    for rater in SCIENCE:
        if rater != ratee:
            rate(cast, rater, appraisal, levels)
    return appraisal


def put_sums(cast: Cast, appraisal: Appraisal, given: int, levels: Sequence[int], *, closed: bool) -> None:
    """So many opinions on one, all of them of these levels, written past the actions."""
    others = [person for person in cast.people.values() if person.pk != appraisal.person_id]
    Ballot.objects.bulk_create(Ballot(appraisal=appraisal, rater=rater) for rater in others[:given])
    counts = [given * (level == chosen) for chosen in levels for level in Level]
    OpinionTally.objects.create(
        appraisal=appraisal, given=given, counts=counts, overall=[given, 0, 0, 0], closed=closed
    )
