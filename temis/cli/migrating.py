"""`temis migrate`: the schema, and the data that the apps load after their migrations."""

from collections.abc import Callable
from typing import Any

from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from temis.cli.problems import CommandError
from temis.cli.text import gettext as _

# PostgreSQL takes a table for ten pages long until it is analyzed, and never analyzes by itself one that stays small:
# pages that join it with bodies or people would then read all of those.
_UNKNOWN = """
SELECT string_agg(oid::regclass::text, ', ') FROM pg_class
WHERE relkind = 'r' AND reltuples < 0 AND relnamespace = 'public'::regnamespace
"""
ADVISORY_LOCK = 7_364_719  # any number, the same in every process


class _Migrate(migrate.Command):
    """Django's command, telling how far it is."""

    def __init__(self, progress: Callable[..., None], total: int) -> None:
        super().__init__()
        self._progress, self._done, self._total = progress, 0, total

    def migration_progress_callback(self, action: str, migration: Any = None, fake: bool = False) -> None:
        if action in ("apply_success", "unapply_success"):
            self._done += 1
            self._progress(self._done, self._total, str(migration))


def pending_migrations() -> list[str]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def migrate_database(progress: Callable[..., None]) -> list[str]:
    """Apply what is pending, one command at a time; the names of the migrations applied."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
        try:
            pending = pending_migrations()
            call_command(_Migrate(progress, len(pending)), verbosity=0, interactive=False)
            cursor.execute(_UNKNOWN)
            if tables := cursor.fetchone()[0]:
                cursor.execute(f"ANALYZE {tables}")
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])
    return pending


def require_migrated() -> None:
    pending = pending_migrations()
    if pending:
        raise CommandError(
            _("Cơ sở dữ liệu chưa được chuẩn bị (còn %(count)d bước). Hãy chạy: temis migrate")
            % {"count": len(pending)}
        )
