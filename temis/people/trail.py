"""Reads of the audit trail: what happened in a body, what happened to one's own record. Field by field: `changes`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from django.core.exceptions import EmptyResultSet
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
from temis.people.queries import delegation_notes

_SAME = 100  # people of the same whole name who are looked up wherever they have worked
# Whose entries are read body by body, without and with something asked of them.
_BODIES_READ, _BODIES_ASKED = 1_000, 50
_FIRST = """
SELECT first.id FROM ({bodies}) body CROSS JOIN LATERAL ({first}) first ORDER BY first.at {way}, first.id {way} LIMIT %s
"""
_FEW = 10_000  # people whose entries are looked up one by one


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
