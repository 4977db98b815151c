"""Opinions on the fixed cast."""

from collections.abc import Iterable

from temis.access import Role
from temis.appraisals.models import Appraisal, Period
from temis.appraisals.tests.factories import appraisal_of
from temis.core import clock
from temis.opinions.actions import give_opinion
from temis.opinions.enums import Circle
from temis.opinions.tests import DURING_OPINIONS
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
