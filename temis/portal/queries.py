"""What the public front page shows."""

from django.db.models import Max, Q

from temis.core import clock
from temis.reporting.models import ReportVersion
from temis.reporting.queries.public import published
from temis.standards.enums import Subject
from temis.standards.models import Edition


def editions_in_force() -> list[Edition]:
    """The standards of today, general education before preschool."""
    today = clock.today()
    found = Edition.objects.filter(Q(effective_to__isnull=True) | Q(effective_to__gte=today), effective_from__lte=today)
    order = list(Subject)
    return sorted(found, key=lambda edition: (order.index(Subject(edition.subject)), edition.effective_from))


def latest_reports(count: int = 6) -> list[ReportVersion]:
    """The last published version of each report, the latest publication first."""
    newest = published().order_by().values("report_id").annotate(last=Max("pk")).values("last")
    return list(published().filter(pk__in=newest).defer("report_json", "public_json")[:count])
