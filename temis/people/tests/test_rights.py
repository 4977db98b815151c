"""Delegations, grants and codes: who may hand what to whom, and that it is gone when its source is."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from temis.access import DELEGABLE, GRANTS, NotPermitted, P, Reach, Role
from temis.accounts import codes
from temis.accounts.models import Delegation, Grant, User
from temis.accounts.rules import GRANTABLE, RANK, not_below
from temis.core import clock
from temis.core.errors import RuleViolation
from temis.core.models import AuditEntry
from temis.people import actions
from temis.people.assignments import assignments_of, scope_of
from temis.people.models import Person
from tests.cast import Cast, give

pytestmark = pytest.mark.django_db
DECIDE = {P.APPRAISAL_VIEW, P.APPRAISAL_DECIDE}


def _delegate(cast: Cast, deputy="deputy", rights=frozenset(DECIDE), days=(0, 10), head="principal", role=None):
    today = clock.today()
    return actions.give_delegation(
        cast.people[deputy].pk,
        set(rights),
        today + timedelta(days=days[0]),
        today + timedelta(days=days[1]),
        "Đi công tác",
        scope=cast.scope(head, role),
    )


def _held(cast: Cast, name: str) -> list[tuple[str, str, bool]]:
    """What somebody holds: role, body, whether by delegation."""
    found = assignments_of(cast.user(name))
    return [(a.role, a.organization.code, a.delegation_id is not None) for a in found]


OWN = ("DEPUTY_PRINCIPAL", "93-1-2", False)
LENT = ("PRINCIPAL", "93-1-2", True)


# delegation


@pytest.mark.parametrize(
    "name", ["teacher", "leader", "staff", "deputy", "local_officer", "province_officer", "administrator"]
)
def test_delegation_by_somebody_who_is_no_head_is_refused(cast: Cast, name):
    with pytest.raises(NotPermitted):
        _delegate(cast, head=name)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"rights": set()}, "ACC-01"),
        ({"rights": {P.GRANT_MANAGE}}, "ACC-02"),
        ({"rights": {P.DELEGATE}}, "ACC-02"),
        ({"rights": DECIDE | {P.REPORT_APPROVE}}, "ACC-02"),
        ({"deputy": "principal"}, "ACC-02"),
        ({"deputy": "teacher_20"}, "ACC-02"),
        ({"deputy": "teacher_b"}, "ACC-02"),
        ({"days": (5, 4)}, "ACC-03"),
        ({"days": (-9, -1)}, "ACC-03"),
        ({"days": (0, 367)}, "ACC-03"),
    ],
)
def test_delegation_that_breaks_a_rule_is_refused(cast: Cast, change, expected):
    with pytest.raises(RuleViolation) as error:
        _delegate(cast, **change)

    assert error.value.rule_id == expected
    assert not Delegation.objects.exists()


def test_delegation_to_oneself_is_refused_by_the_database_too(cast: Cast):
    with pytest.raises(IntegrityError, match="delegation_not_to_oneself"), transaction.atomic():
        Delegation.objects.create(
            head=cast.principal.user,
            deputy=cast.principal.user,
            role=Role.PRINCIPAL,
            organization=cast.school_2,
            permissions=[P.APPRAISAL_VIEW],
            validity=DateRange(date(2020, 1, 1), date(2030, 1, 1)),
            reason="x",
            created_at=clock.now(),
        )


def test_what_can_be_delegated_is_within_the_own_rights_and_never_the_right_to_delegate():
    for role, rights in DELEGABLE.items():
        assert rights <= set(GRANTS[role])
        assert not rights & {P.DELEGATE, P.GRANT_MANAGE, P.AUDIT_VIEW}


def test_delegation_gives_the_named_rights_and_home_only(cast: Cast):
    _delegate(cast)

    lent = next(a for a in assignments_of(cast.deputy.user) if a.delegation_id)
    scope = scope_of(lent, cast.deputy.user)

    assert {p for p in P if scope.has(p)} == DECIDE | {P.HOME}
    assert scope.reach(P.APPRAISAL_DECIDE) == Reach.UNIT
    assert (scope.unit_id, scope.person_id, scope.delegation_id) == (
        cast.school_2.pk,
        cast.deputy.pk,
        lent.delegation_id,
    )
    assert list(Person.objects.permitted(scope, P.PERSON_VIEW)) == []


def test_delegated_scope_names_itself_in_what_it_does(cast: Cast):
    given = _delegate(cast, rights={P.PERSON_MANAGE})
    scope = scope_of(next(a for a in assignments_of(cast.deputy.user) if a.delegation_id), cast.deputy.user)

    actions.create_group(cast.school_2.pk, "Tổ Sử", scope=scope)

    entry = AuditEntry.objects.get(action="group.create")
    assert (entry.delegation_id, entry.role, entry.actor) == (given.pk, "PRINCIPAL", "Lê Thị Thu")


def test_delegation_not_yet_begun_gives_nothing(cast: Cast):
    _delegate(cast, days=(1, 5))

    assert _held(cast, "deputy") == [OWN]


def test_delegation_counts_on_its_last_day_and_not_after(cast: Cast):
    given = _delegate(cast, days=(0, 0))
    on_the_day = _held(cast, "deputy")
    yesterday = clock.today() - timedelta(days=1)
    Delegation.objects.filter(pk=given.pk).update(validity=DateRange(yesterday, clock.today()))

    assert on_the_day == [OWN, LENT]
    assert _held(cast, "deputy") == [OWN]


def test_delegation_revoked_is_gone_at_once(cast: Cast):
    given = _delegate(cast)

    actions.revoke_delegation(given.pk, scope=cast.scope("principal"))

    assert _held(cast, "deputy") == [OWN]


@pytest.mark.parametrize("name", ["principal_20", "principal_b", "local_leader"])
def test_delegation_of_another_is_not_revoked(cast: Cast, name):
    given = _delegate(cast)

    with pytest.raises(NotPermitted):
        actions.revoke_delegation(given.pk, scope=cast.scope(name))

    assert _held(cast, "deputy") == [OWN, LENT]


def test_delegation_ends_when_the_head_loses_the_role(cast: Cast):
    _delegate(cast)

    actions.end_employment(cast.principal.employments.get().pk, date(2020, 6, 30), scope=cast.scope("local_officer"))

    assert _held(cast, "deputy") == [OWN]


def test_delegation_ends_when_the_deputy_leaves_the_body(cast: Cast):
    _delegate(cast)
    give(cast.deputy.user, Role.LOCAL_OFFICER, cast.local)

    actions.end_employment(cast.deputy.employments.get().pk, date(2020, 6, 30), scope=cast.scope("principal"))

    assert _held(cast, "deputy") == [("LOCAL_OFFICER", "93-1", False)]


def test_delegation_ends_with_the_body(cast: Cast):
    _delegate(cast)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE organizations_organization SET is_open = false WHERE id = %s", [cast.school_2.pk])

    assert _held(cast, "deputy") == []


def test_delegation_sent_twice_is_one_with_one_entry(cast: Cast):
    first, again = _delegate(cast), _delegate(cast)
    wider = _delegate(cast, rights=DECIDE | {P.PERSON_MANAGE})

    assert (first.pk == again.pk, first.pk == wider.pk) == (True, False)
    assert AuditEntry.objects.filter(action="delegation.give").count() == 2


# grants


def test_who_gives_which_role_is_exactly_this():
    assert {giver.value: {role.value for role in roles} for giver, roles in GRANTABLE.items()} == {
        "LOCAL_LEADER": {"LOCAL_OFFICER"},
        "PROVINCE_LEADER": {"PROVINCE_OFFICER", "LOCAL_LEADER", "LOCAL_OFFICER"},
        "MINISTRY_OFFICER": {"PROVINCE_LEADER", "PROVINCE_OFFICER", "LECTURER"},
        "MINISTRY_LEADER": {"MINISTRY_OFFICER", "PROVINCE_LEADER", "PROVINCE_OFFICER", "LECTURER"},
        "ADMINISTRATOR": {
            "ADMINISTRATOR",
            "MINISTRY_LEADER",
            "MINISTRY_OFFICER",
            "PROVINCE_LEADER",
            "PROVINCE_OFFICER",
            "LOCAL_LEADER",
            "LOCAL_OFFICER",
            "LECTURER",
        },
    }


def test_nobody_gives_a_role_above_his_own_and_givers_are_those_with_the_right():
    assert all(RANK[role] <= RANK[giver] for giver, roles in GRANTABLE.items() for role in roles)
    assert set(GRANTABLE) == {role for role, rights in GRANTS.items() if P.GRANT_MANAGE in rights}


def _grant(cast: Cast, giver="province_leader", code="93101", role=Role.LOCAL_LEADER, body="local"):
    return actions.give_grant(code, role, cast.bodies[body].pk, clock.today(), None, "QĐ 01", scope=cast.scope(giver))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"role": Role.PROVINCE_LEADER, "body": "province"}, "ACC-04"),
        ({"role": Role.ADMINISTRATOR, "body": "province"}, "ACC-04"),
        ({"role": Role.PRINCIPAL, "body": "school_2"}, "ACC-04"),
        ({"role": Role.LOCAL_LEADER, "body": "school_2"}, "ACC-05"),
        ({"role": Role.PROVINCE_OFFICER, "body": "local"}, "ACC-05"),
        ({"code": "93202"}, "ACC-04"),
        ({"code": "95002"}, "ACC-05"),
        ({"code": "khong-co"}, "ACC-05"),
    ],
)
def test_grant_that_breaks_a_rule_is_refused(cast: Cast, change, expected):
    before = set(Grant.objects.values_list("pk", flat=True))

    with pytest.raises(RuleViolation) as error:
        _grant(cast, **change)

    assert error.value.rule_id == expected
    assert set(Grant.objects.values_list("pk", flat=True)) == before


@pytest.mark.parametrize("giver", ["principal", "local_officer", "province_officer", "teacher", "lecturer"])
def test_grant_without_the_right_is_refused(cast: Cast, giver):
    with pytest.raises(NotPermitted):
        _grant(cast, giver=giver)


def test_grant_in_a_body_beyond_reach_is_refused(cast: Cast):
    with pytest.raises(NotPermitted):
        _grant(cast, body="province_b", role=Role.PROVINCE_OFFICER)


def test_grant_counts_at_once_and_ends_at_once(cast: Cast):
    grant = _grant(cast)
    with_it = _held(cast, "local_officer")

    actions.end_grant(grant.pk, scope=cast.scope("province_leader"))

    assert with_it == [("LOCAL_LEADER", "93-1", False), ("LOCAL_OFFICER", "93-1", False)]
    assert _held(cast, "local_officer") == [("LOCAL_OFFICER", "93-1", False)]
    entries = AuditEntry.objects.filter(action__startswith="grant.").order_by("id")
    assert list(entries.values_list("action", "person_id")) == [
        ("grant.give", cast.local_officer.pk),
        ("grant.end", cast.local_officer.pk),
    ]


def test_grant_of_a_higher_role_is_not_ended_from_below(cast: Cast):
    theirs = Grant.objects.get(role=Role.PROVINCE_LEADER)

    with pytest.raises(RuleViolation) as error:
        actions.end_grant(theirs.pk, scope=cast.scope("province_leader"))

    assert error.value.rule_id == "ACC-04"


def test_last_administrator_stays(cast: Cast):
    only = Grant.objects.get(role=Role.ADMINISTRATOR)

    with pytest.raises(RuleViolation) as error:
        actions.end_grant(only.pk, scope=cast.scope("administrator", Role.ADMINISTRATOR))
    give(cast.ministry_officer.user, Role.ADMINISTRATOR, cast.ministry)
    actions.end_grant(only.pk, scope=cast.scope("administrator", Role.ADMINISTRATOR))

    assert error.value.rule_id == "ACC-09"
    assert _held(cast, "administrator") == [("STAFF", "BO", False)]


# codes

EVERYBODY = {
    "principal", "deputy", "leader", "teacher", "teacher_2", "teacher_3", "teacher_4", "lone_teacher", "staff",
    "principal_20", "teacher_20", "principal_high", "teacher_high", "principal_b", "teacher_b", "local_officer",
    "local_leader", "province_officer", "province_leader", "province_officer_b", "ministry_officer", "lecturer",
    "ministry_leader", "administrator",
}  # fmt: skip
SCHOOL_2 = {"leader", "teacher", "teacher_2", "teacher_3", "teacher_4", "lone_teacher", "staff", "deputy"}
LOCAL = SCHOOL_2 | {"principal", "principal_20", "teacher_20"}
PROVINCE = LOCAL | {"principal_high", "teacher_high", "local_officer", "local_leader"}


@pytest.mark.parametrize(
    ("issuer", "role", "expected"),
    [
        ("teacher", None, set()),
        ("deputy", None, set()),
        ("lecturer", None, set()),
        ("ministry_officer", None, set()),
        ("local_leader", Role.LOCAL_LEADER, set()),
        ("principal", None, SCHOOL_2),
        ("principal_20", None, {"teacher_20"}),
        ("local_officer", None, LOCAL),
        ("province_officer", None, PROVINCE),
        ("province_leader", Role.PROVINCE_LEADER, PROVINCE | {"province_officer"}),
        ("administrator", Role.ADMINISTRATOR, EVERYBODY - {"administrator"}),
    ],
)
def test_codes_are_issued_to_exactly_these(cast: Cast, issuer, role, expected):
    issued = actions.issue_codes(Person.objects.all(), scope=cast.scope(issuer, role))

    names = {person.pk: name for name, person in cast.people.items()}
    assert {names[pk] for pk in issued} == expected
    assert User.objects.exclude(code_digest="").count() == len(expected)


def test_codes_of_a_school_are_one_update_whatever_the_number(cast: Cast, django_assert_num_queries):
    scope = cast.scope("principal")

    with django_assert_num_queries(5):  # who, the codes, the entry, and the two ends of the transaction
        issued = actions.issue_codes(Person.objects.all(), scope=scope)

    users = dict(Person.objects.exclude(user=None).values_list("pk", "user_id"))
    assert {pk: codes.digest(users[pk], code) for pk, code in issued.items()} == dict(
        Person.objects.filter(pk__in=issued).values_list("pk", "user__code_digest")
    )
    assert AuditEntry.objects.get(action="account.codes_issue").count == len(SCHOOL_2)


def test_delegated_codes_do_not_open_the_head(cast: Cast):
    _delegate(cast, rights={P.CODE_ISSUE})
    scope = scope_of(next(a for a in assignments_of(cast.deputy.user) if a.delegation_id), cast.deputy.user)

    issued = actions.issue_codes(Person.objects.all(), scope=scope)

    names = {person.pk: name for name, person in cast.people.items()}
    assert {names[pk] for pk in issued} == SCHOOL_2 - {"deputy"}


def test_ranks_know_every_role():
    assert set(RANK) == set(Role)
    assert not_below(Role.PRINCIPAL) == {role for role in Role if RANK[role] >= 30}
