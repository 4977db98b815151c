"""What exactly an entry of the audit trail changed: the records it touched, field by field, before and after."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import zip_longest
from typing import Any

import pghistory.models
from django.apps import apps
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from temis.access import P, Scope
from temis.core.models import AuditEntry
from temis.people.models import Person
from temis.people.queries import Period

_MOST_ROWS = 100
# Which right one needs, beside that on the trail, to see what changed inside the records of an app.
_NEEDS: dict[str, P] = {"people": P.PERSON_VIEW, "appraisals": P.APPRAISAL_VIEW, "accounts": P.PERSON_VIEW}
# What a person sees changed in his own record; how a decision came about is told by its own page.
_OWN = ("people", "accounts")
# Neither what PostgreSQL derives, nor what a program counts by, nor what another field or the entry itself says.
_HIDDEN = {
    *("id", "pgh_id", "pgh_obj", "pgh_context", "pgh_label", "pgh_created_at"),
    *("sort_key", "search", "is_minority", "path"),
    *("source_hash", "updated_at", "revision", "batch_id"),
    *("appraisal", "decided_by_person", "decided_under"),
}


@dataclass(frozen=True)
class Change:
    """One record before and after: (label, before, after) for each field that differs."""

    kind: str
    label: str
    name: str
    fields: list[tuple[str, str, str]] = field(default_factory=list)


def changes_of(entry: AuditEntry, scope: Scope, *, own: bool = False) -> list[Change]:
    """What the action of an entry changed in records: those about its person, or of its body, that the one in front
    may see. At most 100 records of each kind."""
    if entry.context_id is None:
        return []
    found = (_of_table(model, entry) for model in _event_models(scope, own))
    return [change for group in found for change in group]


def _event_models(scope: Scope, own: bool) -> Iterator[type[models.Model]]:
    for model in apps.get_models():
        if not issubclass(model, pghistory.models.Event):
            continue
        label = model._meta.app_label
        allowed = label in _OWN if own else label not in _NEEDS or scope.has(_NEEDS[label])
        if allowed:
            yield model


def _of_table(model: Any, entry: AuditEntry) -> Iterator[Change]:
    belongs = _belongs(model, entry)
    if belongs is None:
        return
    names = [f.name for f in shown_fields(model)]
    related = [f.name for f in model._meta.fields if f.is_relation and f.name in names]
    earlier = model.objects.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id"))
    rows = list(
        model.objects.filter(belongs, pgh_context_id=entry.context_id)
        .annotate(earlier_id=Subquery(earlier.order_by("-pgh_id").values("pgh_id")[:1]))
        .select_related(*related)
        .order_by("pgh_id")[:_MOST_ROWS]
    )
    before = model.objects.select_related(*related).in_bulk([r.earlier_id for r in rows if r.earlier_id])
    for row in rows:
        differing = list(_fields(names, before.get(row.earlier_id), row))
        if differing:
            yield Change(_kind(row), str(model.pgh_tracked_model._meta.verbose_name), _name(row), differing)


def shown_fields(model: type[models.Model]) -> list[Any]:
    """Which fields of an event table are told."""
    return [each for each in model._meta.fields if each.name not in _HIDDEN]


def _belongs(model: Any, entry: AuditEntry) -> Q | None:
    """Which rows of an event table an entry may tell about; None where it cannot be known."""
    tracked = model.pgh_tracked_model
    has = {f.name for f in model._meta.fields}
    if entry.person_id is not None:
        if tracked is Person:
            return Q(pgh_obj_id=entry.person_id)
        if tracked._meta.label_lower == "accounts.user":
            return Q(pgh_obj_id__in=Person.objects.filter(pk=entry.person_id).values("user_id"))
        if "person" in has:
            return Q(person_id=entry.person_id)
    if entry.object_type == tracked._meta.label_lower and entry.object_id.isdigit():
        return Q(pgh_obj_id=int(entry.object_id))
    if entry.person_id is None and "organization" in has:
        return Q(organization_id=entry.organization_id)
    return None


def _kind(row: Any) -> str:
    words = {"insert": _("Thêm"), "update": _("Sửa"), "delete": _("Xóa")}
    return words.get(row.pgh_label, row.pgh_label)


def _name(row: Any) -> str:
    for name in ("full_name", "name", "display_name"):
        if getattr(row, name, ""):
            return str(getattr(row, name))
    person = getattr(row, "person", None)
    return str(person) if person else ""


def _fields(names: list[str], before: Any, after: Any) -> Iterator[tuple[str, str, str]]:
    for name in names:
        label = str(after._meta.get_field(name).verbose_name)
        old, new = _shown(before, name, after) if before else "", _shown(after, name, before)
        if old != new:
            yield label[:1].upper() + label[1:], old, new


def _shown(row: Any, name: str, other: Any) -> str:
    """A value as a person reads it; of the levels of criteria those that are not as in the `other` row."""
    value = getattr(row, name)
    if value is None or value == "":
        return ""
    if hasattr(row, f"get_{name}_display"):
        return str(getattr(row, f"get_{name}_display")())
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if hasattr(value, "lower") and hasattr(value, "upper") and not isinstance(value, str):
        return str(Period.of(value))
    if isinstance(value, list):
        return ", ".join(_shown_items(row._meta.get_field(name).base_field, value, getattr(other, name, None) or []))
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%H:%M %d/%m/%Y}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return str(value)


def _shown_items(of: Any, values: list[Any], others: list[Any]) -> Iterator[str]:
    labels = dict(of.flatchoices)
    is_numbered = bool(labels) and isinstance(of, models.IntegerField)
    for number, (value, other) in enumerate(zip_longest(values, others[: len(values)]), start=1):
        told = str(labels.get(value, value))
        if not is_numbered:
            yield told
        elif value != other:
            yield f"{number}:\N{NO-BREAK SPACE}{told}"
