"""One small country for all tests of this folder, made once and taken back at the end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import override_settings

from temis.core import clock
from temis.simulation.periods import ZONE
from temis.simulation.plan import Plan
from temis.simulation.run import LARGE, Progress, simulate

NOW = datetime(2026, 11, 23, 10, tzinfo=ZONE)
PLAN = Plan(people=2_000, years=2, seed=7, today=NOW.date())


@dataclass(frozen=True)
class World:
    """What the run said, and the schema before it."""

    made: dict[str, Any]
    schema: list[tuple[str, ...]]
    progress: list[tuple[int, int]]


def schema() -> list[tuple[str, ...]]:
    """Constraints, indexes, triggers and storage of the large tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated::text"
            " FROM pg_constraint WHERE conrelid::regclass::text = ANY(%(tables)s)"
            " UNION ALL SELECT tablename, indexname, indexdef, '' FROM pg_indexes WHERE tablename = ANY(%(tables)s)"
            " UNION ALL SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), tgenabled::text FROM pg_trigger"
            " WHERE NOT tgisinternal AND tgrelid::regclass::text = ANY(%(tables)s)"
            " UNION ALL SELECT relname, 'option', unnest(reloptions), '' FROM pg_class WHERE relname = ANY(%(tables)s)"
            " AND relkind = 'r' ORDER BY 1, 2, 3, 4",
            {"tables": list(LARGE)},
        )
        return cursor.fetchall()


def run(plan: Plan, progress: Progress = lambda *told: None) -> dict[str, Any]:
    """The real run, at a fixed moment, its few files in memory."""
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    with clock.hold(NOW), override_settings(STORAGES=settings.STORAGES | {"default": memory}):
        return simulate(plan, progress)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Its tests are marked `django_db` themselves: each works in a savepoint within this transaction."""
    with django_db_blocker.unblock(), transaction.atomic():
        point = transaction.savepoint()
        before, told = schema(), []
        made = run(PLAN, lambda done, total=None, doing="": told.append((done, total)))
        yield World(made, before, told)
        transaction.savepoint_rollback(point)
