"""What each role reaches, as exact sets on the fixed cast."""

import pytest

from temis.access import NotPermitted, P, Role
from temis.organizations.models import Organization
from temis.people.models import Person

# (who, as what, permission) → exactly these
PEOPLE = [
    ("teacher", Role.TEACHER, P.PERSON_VIEW, set()),
    (
        "principal",
        Role.PRINCIPAL,
        P.PERSON_VIEW,
        {
            "principal",
            "deputy",
            "leader",
            "teacher",
            "teacher_2",
            "teacher_3",
            "teacher_4",
            "lone_teacher",
            "staff",
        },
    ),
    ("principal_20", Role.PRINCIPAL, P.PERSON_VIEW, {"principal_20", "teacher_20"}),
    (
        "province_officer_b",
        Role.PROVINCE_OFFICER,
        P.PERSON_VIEW,
        {"principal_b", "teacher_b", "province_officer_b"},
    ),
    ("ministry_officer", Role.MINISTRY_OFFICER, P.PERSON_VIEW, set()),
]


@pytest.mark.parametrize(("who", "role", "permission", "expected"), PEOPLE)
def test_people_permitted_are_exactly_those_within_reach(cast, who, role, permission, expected):
    scope = cast.scope(who, role)

    reached = set(Person.objects.permitted(scope, permission))

    assert reached == {cast.people[name] for name in expected}


def test_subtree_of_a_body_omits_the_body_whose_path_begins_alike(cast):
    scope = cast.scope("local_officer")

    reached = set(Organization.objects.permitted(scope, P.ORGANIZATION_VIEW).values_list("code", flat=True))

    assert reached == {"93-1", "93-1-2", "93-1-20"}


def test_fetch_of_an_object_out_of_reach_looks_like_an_absent_one(cast):
    scope = cast.scope("principal")

    with pytest.raises(NotPermitted):
        Person.objects.fetch(scope, P.PERSON_VIEW, pk=cast.teacher_20.pk)
    with pytest.raises(NotPermitted):
        Person.objects.fetch(scope, P.PERSON_VIEW, pk=10**9)
