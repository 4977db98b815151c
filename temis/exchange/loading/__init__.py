"""Loading: the accepted rows of a batch into the tables of the domain, in sets, within the caller's transaction."""

from temis.exchange.enums import Kind
from temis.exchange.loading import organizations, results, staff
from temis.exchange.loading.counts import Counts, count_rows
from temis.exchange.models import ImportBatch
from temis.exchange.reach import ImportReach

_LOADERS = {Kind.ORGANIZATIONS: organizations.load, Kind.STAFF: staff.load, Kind.RESULTS: results.load}

__all__ = ["Counts", "load_rows"]


def load_rows(batch: ImportBatch, reach: ImportReach, present: set[str]) -> Counts:
    """Load what `run_checks` accepted (it must have run in this transaction). `present`: fields the file has."""
    _LOADERS[Kind(batch.kind)](batch, reach, present)
    return count_rows()
