"""Reads of the audit trail: what happened in a body, what happened to one's own record, what exactly changed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

import pghistory.models
from django.apps import apps
from django.core.exceptions import EmptyResultSet
from django.db import models
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.lookups import IsNull
from django.utils import timezone
from django.utils.translation import gettext as _

from temis.access import P, Role, Scope
from temis.accounts.models import User
from temis.core.fields import AnyOf
from temis.core.models import AccessEntry, AuditEntry
from temis.core.paging import Page, keyset
from temis.core.sentences import looks, sentences
from temis.core.text import sort_key, spellings
from temis.organizations.models import Organization
from temis.organizations.queries import bodies_within, has_few_below
from temis.people.models import Employment, Person
from temis.people.queries import Period, delegation_notes

_MOST_ROWS = 100
_SAME = 100  # people of the same whole name who are looked up wherever they have worked
# Whose entries are read body by body, without and with something asked of them.
_BODIES_READ, _BODIES_ASKED = 1_000, 50
_FIRST = """
SELECT first.id FROM ({bodies}) body CROSS JOIN LATERAL ({first}) first ORDER BY first.at {way}, first.id {way} LIMIT %s
"""
_FEW = 10_000  # people whose entries are looked up one by one
# Which right one needs, beside that on the trail, to see what changed inside the records of an app.
_NEEDS: dict[str, P] = {"people": P.PERSON_VIEW, "appraisals": P.APPRAISAL_VIEW, "accounts": P.PERSON_VIEW}
# What a person sees changed in his own record; how a decision came about is told by its own page.
_OWN = ("people", "accounts")
_HIDDEN = {"id", "sort_key", "search", "is_minority", "pgh_id", "pgh_obj", "pgh_context", "pgh_label", "pgh_created_at"}


@dataclass(frozen=True)
class Line:
    """One entry in words."""

    entry: AuditEntry
    sentence: str
    role: str
    delegation: str
    person_id: int | None


@dataclass(frozen=True)
class Look:
    """Somebody looked at a record."""

    entry: AccessEntry
    what: str
    role: str
    delegation: str


@dataclass(frozen=True)
class Change:
    """One record before and after: (label, before, after) for each field that differs."""

    kind: str
    label: str
    name: str
    fields: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class TrailFilter:
    action: str = ""
    text: str = ""
    since: date | None = None
    until: date | None = None


def body_trail(scope: Scope, wanted: TrailFilter) -> QuerySet[AuditEntry]:
    """What happened in the bodies within reach."""
    bodies = Organization.objects.permitted(scope, P.AUDIT_VIEW).values_list("pk", flat=True)
    if "." not in (scope.path or ""):
        here = Q(organization_id__in=bodies)
    else:  # the nation apart, by number; where people are asked for, not by the index of all that happened here
        here = Q(AnyOf(F("organization_id") + 0 if wanted.text else F("organization_id"), bodies))
    return AuditEntry.objects.filter(_conditions(wanted, scope), here)


def body_page(scope: Scope, wanted: TrailFilter, *, after: str = "", before: str = "") -> Page[AuditEntry]:
    """A page of it, the latest first."""
    order = ("-at", "-id")
    # What else is asked has indexes of its own; body by body it costs a look at all that happened there.
    if not has_few_below(scope.path, _BODIES_ASKED if wanted.action or wanted.text else _BODIES_READ):
        return keyset(body_trail(scope, wanted), order, after=after, before=before)
    entries = AuditEntry.objects.filter(_conditions(wanted, scope))
    return keyset(entries, order, after=after, before=before, read=partial(_of_few_bodies, scope))


def _of_few_bodies(scope: Scope, entries: QuerySet[AuditEntry], number: int) -> list[AuditEntry]:
    """The first of each body within reach, then of these. In the order of the whole trail PostgreSQL would go through
    what happened everywhere else, however long it is since something happened here."""
    within = Organization.objects.permitted(scope, P.AUDIT_VIEW).values("id")
    of_one = entries.filter(organization_id=RawSQL("body.id", ())).values("at", "id")[:number]
    falls = entries.query.order_by[0] == "-at"
    try:
        (bodies, of_bodies), (first, values) = within.query.sql_with_params(), of_one.query.sql_with_params()
    except EmptyResultSet:  # no right
        return []
    ids = _FIRST.format(bodies=bodies, first=first, way="DESC" if falls else "ASC")
    found = AuditEntry.objects.filter(pk__in=RawSQL(ids, (*of_bodies, *values, number)))
    return list(found.order_by(*entries.query.order_by))


def own_trail(scope: Scope) -> QuerySet[AuditEntry]:
    """What happened to one's own record and account."""
    scope.require(P.OWN_AUDIT)
    account = Q(object_type="accounts.user", object_id=str(scope.user_id))
    return AuditEntry.objects.filter(account | (Q(person_id=scope.person_id) & ~Q(person_id=None)))


def own_looks(scope: Scope) -> QuerySet[AccessEntry]:
    """Who looked at one's own record."""
    scope.require(P.OWN_AUDIT)
    return AccessEntry.objects.filter(person_id=scope.person_id or 0)


def _conditions(wanted: TrailFilter, scope: Scope) -> Q:
    found = Q()
    if wanted.action:
        found &= Q(action=wanted.action)
    if wanted.text:
        found &= _by_or_about(wanted.text, scope)
    if wanted.since:
        found &= Q(at__gte=_midnight(wanted.since))
    if wanted.until:
        found &= Q(at__lt=_midnight(wanted.until + timedelta(days=1)))
    return found


def _by_or_about(text: str, scope: Scope) -> Q:
    """What those did, or was done to those, who are found by a part of the name among the people and officers here and
    above, or by the whole name or the code among all; where hundreds have the whole name, among those who have ever
    worked here.

    Few are looked up by indexes. Those with a name of many have done something everywhere in the trail: its entries are
    asked one after the other until a page is full.
    """
    bodies = bodies_within(scope.path)
    above = [int(label) for label in (scope.path or "").split(".") if label]
    here = Q() if bodies is None else Q(AnyOf("organization_id", {*bodies, *above}))
    whole = Q(sort_key=sort_key(text)) | Q(code__in=spellings(text))
    found = set(Person.objects.filter(whole).values_list("pk", "user_id")[: _FEW + 1])
    if len(found) > _SAME and bodies is not None:
        posts = Employment.objects.filter(AnyOf("person_id", dict(found)), AnyOf("organization_id", bodies))
        been_here = set(posts.values_list("person_id", flat=True))
        found = {(pk, user) for pk, user in found if pk in been_here}
    found |= set(Person.objects.filter(here, search__words=text).values_list("pk", "user_id")[: _FEW + 1])
    if len(found) > _FEW:
        return _named(text, user=OuterRef("user_id")) | _named(text, pk=OuterRef("person_id"))
    officers = User.objects.filter(grants__organization__path__above=scope.path, display_name__icontains=text)
    users = {user for _pk, user in found if user is not None} | set(officers.values_list("pk", flat=True)[:_FEW])
    return Q(AnyOf("user_id", users)) | Q(AnyOf("person_id", {pk for pk, _user in found}))


def _named(text: str, **lookup: OuterRef) -> Q:
    """As a value and no EXISTS, for which PostgreSQL would first look up all who have the name."""
    found = Person.objects.filter(search__words=text, **lookup).values("pk")[:1]
    return Q(IsNull(Subquery(found), False))


def _midnight(day: date) -> Any:
    return timezone.make_aware(datetime.combine(day, time.min))


def lines(entries: Iterable[AuditEntry]) -> list[Line]:
    """Entries in words: two queries for any number."""
    found = list(entries)
    names = dict(Person.objects.filter(pk__in={e.person_id for e in found}).values_list("pk", "full_name"))
    delegations = delegation_notes(e.delegation_id for e in found)
    words = sentences()
    return [
        Line(
            entry=entry,
            sentence=str(words.get(entry.action, entry.action))
            % {"person": names.get(entry.person_id or 0) or _several(entry.count), "count": entry.count or 1},
            role=_role(entry.role),
            delegation=delegations.get(entry.delegation_id or 0, ""),
            person_id=entry.person_id,
        )
        for entry in found
    ]


def _several(count: int | None) -> str:
    return _("%(count)d người") % {"count": count} if count else _("một người")


def look_lines(entries: Iterable[AccessEntry]) -> list[Look]:
    found = list(entries)
    delegations = delegation_notes(e.delegation_id for e in found)
    names = looks()
    return [
        Look(e, str(names.get(e.what, e.what)), _role(e.role), delegations.get(e.delegation_id or 0, "")) for e in found
    ]


def _role(code: str) -> str:
    return str(Role(code).label) if code in Role.values else ""


def changes(entry: AuditEntry, scope: Scope, *, own: bool = False) -> list[Change]:
    """What the action of an entry changed in records: those about its person, or of its body, that the one in front
    may see. At most 100 records of each kind."""
    if entry.context_id is None:
        return []
    found = (_changes_of(model, entry) for model in _event_models(scope, own))
    return [change for group in found for change in group]


def _event_models(scope: Scope, own: bool) -> Iterator[type[models.Model]]:
    for model in apps.get_models():
        if not issubclass(model, pghistory.models.Event):
            continue
        label = model._meta.app_label
        allowed = label in _OWN if own else label not in _NEEDS or scope.has(_NEEDS[label])
        if allowed:
            yield model


def _changes_of(model: Any, entry: AuditEntry) -> Iterator[Change]:
    belongs = _belongs(model, entry)
    if belongs is None:
        return
    names = [f.name for f in model._meta.fields if f.name not in _HIDDEN]
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
        old, new = _shown(before, name) if before else "", _shown(after, name)
        if old != new:
            yield label[:1].upper() + label[1:], old, new


def _shown(row: Any, name: str) -> str:
    """A value as a person reads it."""
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
        return ", ".join(str(P(v).label) if v in P.values else str(v) for v in value)
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%H:%M %d/%m/%Y}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return str(value)
