"""Loads kinds of bodies and provinces after each `temis migrate`: law as data, the same as often as it is loaded."""

import json
from pathlib import Path
from typing import Any

from django.db import transaction

from temis.organizations.models import OrganizationKind, Province

DATA = Path(__file__).parent / "data"


def load_reference(**_: Any) -> None:
    with transaction.atomic():
        _load_kinds(json.loads((DATA / "kinds.json").read_text()))
        _load_provinces(json.loads((DATA / "provinces.json").read_text())["provinces"])


def _load_kinds(rows: list[dict[str, Any]]) -> None:
    names = ["name", "label", "tier", "effective_from", "effective_to"]
    OrganizationKind.objects.bulk_create(
        (OrganizationKind(code=row["code"], **{name: row.get(name) for name in names}) for row in rows),
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=names,
    )


def _load_provinces(rows: list[dict[str, Any]]) -> None:
    """Successors first: a province that goes on has none."""
    for batch in ([r for r in rows if "successor" not in r], [r for r in rows if "successor" in r]):
        Province.objects.bulk_create(
            (
                Province(
                    code=row["code"],
                    name=row["name"],
                    later_name=row.get("later_name", ""),
                    effective_to=row.get("effective_to"),
                    successor_id=row.get("successor"),
                )
                for row in batch
            ),
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["name", "later_name", "effective_to", "successor"],
        )
