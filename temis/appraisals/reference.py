"""Loads who decides on principals after each `temis migrate`: law as data, the same as often as it is loaded.

Only the rules that hold for all provinces are shipped; those of a province, and the end of a shipped one that an
installation set itself, are never touched.
"""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db import connections, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from temis.appraisals.models import DeciderRule

DATA = Path(__file__).parent / "data" / "deciders.json"


def load_deciders(*, using: str = "default", **_: Any) -> None:
    """APR-12. The table of TT 14/2018 Điều 11 with the changes since."""
    if DeciderRule._meta.db_table not in connections[using].introspection.table_names():
        return
    with transaction.atomic(using):
        for row in json.loads(DATA.read_text()):
            _load(row)


def _load(row: dict[str, Any]) -> None:
    """A rule is known by its level and first day; where the installation has its own for these days, that one stays."""
    starts = date.fromisoformat(row["from"])
    ends = date.fromisoformat(row["to"]) + timedelta(days=1) if row["to"] else None
    known = DeciderRule.objects.filter(province=None, level=row["level"])
    if ends:  # a rule that was open when it was shipped and has ended since
        known.filter(validity__startswith=starts, validity__endswith=None).update(validity=DateRange(starts, ends))
    if not known.filter(validity__overlap=DateRange(starts, ends)).exists():
        DeciderRule.objects.create(
            level=row["level"],
            tier=row["tier"],
            validity=DateRange(starts, ends),
            document=row["document"],
            verified=row["verified"],
        )
