"""Whom a reminder goes to: sets, as queries of user ids."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from temis.access import GRANTS, P, Reach, Scope
from temis.accounts.models import User
from temis.appraisals.enums import Stage
from temis.appraisals.models import Appraisal, Period, StageWindow
from temis.core import clock
from temis.following.enums import Waiting
from temis.following.queries.people import STANDS
from temis.following.queries.places import Place
from temis.following.queries.school import appraisals_at, asked_at
from temis.opinions.models import Asked, AskedQuerySet
from temis.opinions.queries.progress import missing_users
from temis.people.models import RoleAssignment

_CLOSING = """
SELECT o.id FROM appraisals_stagewindow w
JOIN organizations_organization above ON above.id = w.organization_id
JOIN organizations_organization o ON o.path <@ above.path
WHERE w.period_id = %(period)s AND w.stage = %(stage)s AND (%(path)s::ltree IS NULL OR o.path <@ %(path)s::ltree)
GROUP BY o.id HAVING min(w.closes_on) = %(on)s AND max(w.opens_on) <= %(today)s
"""
DECIDERS = [role for role, held in GRANTS.items() if P.APPRAISAL_DECIDE in held]


def closing(period: Period, stage: Stage, on: date, path: str | None = None) -> list[int]:
    """Ids of the bodies (within `path`) for which a stage that has begun ends on a day. The nearest window counts, and
    by APR-09 it is the one that ends first and begins last."""
    values: dict[str, Any] = {"period": period.pk, "stage": stage, "on": on, "today": clock.today(), "path": path}
    with connection.cursor() as cursor:
        cursor.execute(_CLOSING, values)
        return [pk for (pk,) in cursor.fetchall()]


def closing_days(period: Period, stage: Stage, place: Place) -> list[date]:
    """The last days that a stage can have in a place: of the windows above it and below it."""
    path = str(place.body.path)
    near = Q(organization__path__above=path) | Q(organization__path__within=path)
    found = StageWindow.objects.filter(near, period=period, stage=stage).order_by("closes_on")
    return list(found.values_list("closes_on", flat=True).distinct())


def at(scope: Scope, period: Period, place: Place, waiting: Waiting, bodies: Collection[int]) -> QuerySet:
    """Users whom somebody may remind of a step, in those of `bodies` that lie in his place; never himself."""
    if waiting == Waiting.OPINIONS:
        asked = asked_at(scope, P.REMIND, period, place).filter(organization_id__in=bodies)
        return _others(_raters(asked), scope)
    rows = appraisals_at(scope, P.REMIND, period, place).filter(STANDS[waiting], organization_id__in=bodies)
    if waiting.on_head:
        return _others(_heads(rows).filter(_reach_of_heads(scope)).values("user_id"), scope)
    return _others(_themselves(rows), scope)


def everywhere(period: Period, waiting: Waiting, bodies: Collection[int]) -> QuerySet:
    """Users whom the system itself reminds of a step."""
    if waiting == Waiting.OPINIONS:
        return _raters(Asked.objects.filter(period=period, organization_id__in=bodies))
    rows = Appraisal.objects.filter(STANDS[waiting], period=period, organization_id__in=bodies)
    return _heads(rows).values("user_id") if waiting.on_head else _themselves(rows)


def _themselves(rows: QuerySet[Appraisal]) -> QuerySet:
    return rows.order_by().filter(person__user__isnull=False).values("person__user_id")


def _raters(asked: AskedQuerySet) -> QuerySet:
    return missing_users(asked).order_by().values("rater__user_id")


def _heads(rows: QuerySet[Appraisal]) -> QuerySet[RoleAssignment]:
    """Those who may decide in the bodies that decide on `rows`, by their office or under a delegation."""
    held = RoleAssignment.objects.filter(role__in=DECIDERS, organization_id__in=rows.order_by().values("decided_in"))
    return held.filter(Q(permissions=None) | Q(permissions__contains=[P.APPRAISAL_DECIDE]))


def _reach_of_heads(scope: Scope) -> Q:
    """Nobody reminds a head of a body above his own, nor a leader of a group anybody's head."""
    match scope.reach(P.REMIND):
        case Reach.UNIT:
            return Q(organization_id=scope.unit_id)
        case Reach.SUBTREE:
            return Q(path__within=scope.path)
    return Q(pk__in=[])


def _others(users: QuerySet, scope: Scope) -> QuerySet:
    return User.objects.filter(pk__in=users, is_active=True).exclude(pk=scope.user_id).values("pk")
