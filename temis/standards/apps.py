from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

_NEEDED = {"standards_edition", "standards_leveldescriptor", "core_auditentry"}


class StandardsConfig(AppConfig):
    name = "temis.standards"
    verbose_name = _("Chuẩn nghề nghiệp, chuẩn hiệu trưởng")

    def ready(self) -> None:
        post_migrate.connect(_load_shipped_editions, sender=self)


def _load_shipped_editions(*, using: str, verbosity: int = 1, **_kwargs: Any) -> None:
    """The editions that come with the program are there after `temis migrate` (not after a partial migration)."""
    if not set(connections[using].introspection.table_names()) >= _NEEDED:
        return
    from temis.standards.actions import load_editions  # models are not ready when this module is read

    for loaded in load_editions():
        if verbosity > 1:
            print(f"  {loaded.code}: {loaded.outcome}")  # noqa: T201 - migrate reports on standard output
