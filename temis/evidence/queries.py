"""Reads of a portfolio."""

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, ExtractYear, TruncDate

from temis.access import P, Scope
from temis.core.text import fold
from temis.evidence.models import EvidenceItem


def used_bytes(person_id: int) -> int:
    """How much of his share of the storage a person uses; what was put away does not count."""
    held = EvidenceItem.objects.filter(person_id=person_id, archived_at=None)
    total: int = held.aggregate(total=Coalesce(Sum("file__size"), 0))["total"]
    return total


def portfolio(
    scope: Scope, *, criterion: int | None = None, year: int | None = None, words: str = "", archived: bool = False
) -> QuerySet[EvidenceItem]:
    """The own items, each with `uses_count`: in how many criteria of all years it was used."""
    rows = EvidenceItem.objects.permitted(scope, P.OWN_EVIDENCE).filter(archived_at__isnull=not archived)
    if criterion:
        rows = rows.filter(criteria__contains=[criterion])
    if year:
        rows = rows.filter(Q(dated_on__year=year) | Q(dated_on=None, created_at__year=year))
    for word in fold(words).split():
        rows = rows.filter(search__contains=word)
    return rows.select_related("file").annotate(uses_count=Count("uses"))


def years(scope: Scope) -> list[int]:
    """Years from which there is evidence, latest first."""
    rows = EvidenceItem.objects.permitted(scope, P.OWN_EVIDENCE)
    year = ExtractYear(Coalesce("dated_on", TruncDate("created_at")))
    return sorted(set(rows.values_list(year, flat=True)), reverse=True)


def uses(item: EvidenceItem) -> list[tuple[int, int]]:
    """(year, criterion) of each use in a self-assessment, latest first."""
    found = item.uses.order_by("-appraisal__period__year", "criterion")
    return list(found.values_list("appraisal__period__year", "criterion"))
