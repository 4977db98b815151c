"""After a change of some rows: what is wrong is found anew for them and for the rows they are compared with alone.

Two rows are neighbours where a check compares them with each other, before the change or after it. No check looks
from a row beyond its neighbours and theirs, so all other rows keep the problems they have.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from temis.exchange import engine
from temis.exchange.checks import neighbours_of, rejected_among
from temis.exchange.models import ImportBatch
from temis.exchange.reach import ImportReach

# From here on checking the whole file costs less than finding out what need not be checked.
MANY = 2_000


@contextmanager
def rechecked(batch: ImportBatch, numbers: Collection[int], reach: ImportReach) -> Iterator[None]:
    """Around a change of the rows with these numbers."""
    before = neighbours_of(batch, set(numbers), MANY)
    rejected = rejected_among(batch, before) if before is not None else set()
    yield
    after = neighbours_of(batch, before, MANY) if before is not None else None
    if before is None or after is None:
        engine.check(batch, reach)
        return
    rejected |= rejected_among(batch, after - before)
    engine.check_rows(batch, reach, after, rejected)
