"""A period of the cast with people on every step."""

from temis.appraisals.enums import State
from temis.appraisals.models import Period
from temis.appraisals.tests.factories import appraisal_of, make_open_period, put_in_state
from tests.cast import Cast

# Where everybody stands; who is not named has not sent a self-assessment.
STATES = {
    "deputy": State.SUBMITTED,
    "leader": State.DECIDED,
    "teacher": State.ANNOUNCED,
    "teacher_2": State.ACKNOWLEDGED,
    "teacher_3": State.EXCLUDED,
    "principal_20": State.OBJECTED,
    "teacher_b": State.SUBMITTED,
}


def make_busy_period(cast: Cast) -> Period:
    period = make_open_period(cast)
    for name, state in STATES.items():
        put_in_state(appraisal_of(cast, name, period), state)
    return period
