"""Which step an import may take from where it stands."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from temis.core.errors import RuleViolation
from temis.exchange.enums import BatchState

# step → states it may begin in
STEPS: dict[str, Collection[str]] = {
    "check": (BatchState.UPLOADED,),
    "mend": (BatchState.CHECKED,),
    "load": (BatchState.CHECKED,),
    "undo": (BatchState.LOADED,),
    "evidence": (BatchState.LOADED,),
    "discard": (BatchState.UPLOADED, BatchState.REFUSED, BatchState.CHECKED),
}


def check_step(step: str, state: str) -> None:
    """IMP-04. RuleViolation where the import has gone on in the meantime."""
    if state not in STEPS[step]:
        message = _("Đợt nạp này đang ở bước “%(state)s”, không làm được việc này nữa. Hãy tải lại trang.")
        raise RuleViolation("IMP-04", message % {"state": BatchState(state).label})


def allowed_steps(state: str) -> set[str]:
    return {step for step, states in STEPS.items() if state in states}
