"""One-time codes of the first login, for many people at once."""

from django.db import transaction
from django.db.models import QuerySet

from temis.access import P, Scope
from temis.accounts.actions import store_codes
from temis.core import audit
from temis.people.models import Person
from temis.people.standing import standing_below


def may_get_code(scope: Scope) -> QuerySet[Person]:
    """ACC-06. People within reach who have an account and hold no role as high as the issuer's, himself excluded:
    a code opens an account, so it must not open the way up."""
    return (
        Person.objects.permitted(scope, P.CODE_ISSUE)
        .filter(user__is_active=True)
        .exclude(user_id=scope.user_id)
        .filter(standing_below(scope.role))
    )


def in_need_of_code(scope: Scope, within: str | None = None, *, newcomers: bool) -> QuerySet[Person]:
    """Of those who may get a code: all within reach, or in the body with the path `within` and all below it; everybody,
    or who never came."""
    people = may_get_code(scope)
    if within is not None:
        people = people.filter(organization__path__within=within)
    return people.filter(user__last_login=None) if newcomers else people


@transaction.atomic
def issue_codes(people: QuerySet[Person], *, scope: Scope) -> dict[int, str]:
    """New codes for those of `people` who may get one from this scope; returns the codes by person, shown once and
    kept nowhere. Two statements for any number of people, one audit entry for each body."""
    chosen = may_get_code(scope).filter(pk__in=people.order_by().values("pk"))
    rows = list(chosen.values_list("pk", "user_id", "organization_id"))
    made = store_codes([user for _pk, user, _body in rows])
    bodies: dict[int | None, list[int]] = {}
    for pk, _user, body in rows:
        bodies.setdefault(body, []).append(pk)
    for where, members in bodies.items():
        audit.record(
            "account.codes_issue",
            scope=scope,
            organization_id=where,
            person_id=members[0] if len(members) == 1 else None,
            count=len(members),
            rule_id="ACC-06",
        )
    return {pk: made[user] for pk, user, _body in rows}
