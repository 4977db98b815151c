"""News of the appraisal domain for those above it, sent when the change is committed."""

from django.dispatch import Signal

# ids: list of appraisals (None: a whole set), period_id, step: name of rules.Step
appraisals_stepped = Signal()
# period_id
period_opened = Signal()
period_closed = Signal()
