"""What the public front page shows."""

from django.db.models import Q

from temis.core import clock
from temis.standards.enums import Subject
from temis.standards.models import Edition


def editions_in_force() -> list[Edition]:
    """The standards of today, general education before preschool."""
    today = clock.today()
    found = Edition.objects.filter(Q(effective_to__isnull=True) | Q(effective_to__gte=today), effective_from__lte=today)
    order = list(Subject)
    return sorted(found, key=lambda edition: (order.index(Subject(edition.subject)), edition.effective_from))
