"""What all tests of a module begin with, made once."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from pytest_django import DjangoDbBlocker


@contextmanager
def rows_of_a_module(blocker: DjangoDbBlocker) -> Iterator[None]:
    """Rows that are made inside are there for all tests of a module whose fixture enters this; each test's own
    transaction lies within this one. The module's fixture needs `django_db_setup`; its tests use `db`."""
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
