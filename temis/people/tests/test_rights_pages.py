"""Pages of rights: delegations, the switch between roles, roles by name."""

import pytest
from django.test import Client

from temis.access import Role
from temis.accounts.models import Delegation, Grant
from temis.core import clock
from temis.core.models import AuditEntry
from temis.people.tests.names import SCHOOL_2_BY_NAME
from tests.cast import Cast, act

pytestmark = pytest.mark.django_db


def test_delegation_page_gives_switches_acts_and_revokes(client, cast: Cast):
    act(client, cast, "principal")
    today = clock.today().isoformat()
    given = client.post(
        "/rights/delegations/",
        {
            "deputy": cast.deputy.pk,
            "permissions": ["APPRAISAL_VIEW", "PERSON_MANAGE"],
            "start": today,
            "end": today,
            "reason": "Họp",
        },
    )
    delegation = Delegation.objects.get()
    other = Client()
    other.force_login(cast.deputy.user)
    switched = other.post("/accounts/switch/", {"assignment": f"d{delegation.pk}"})
    before = other.get("/people/groups/").status_code
    client.post(f"/rights/delegations/{delegation.pk}/revoke/")
    after = other.get("/people/groups/").status_code

    assert (given.status_code, switched.status_code, before, after) == (302, 302, 200, 404)
    entry = AuditEntry.objects.get(action="role.switch")
    assert (entry.role, entry.delegation_id, entry.organization_id) == ("PRINCIPAL", delegation.pk, cast.school_2.pk)


@pytest.mark.parametrize("assignment", ["e1", "g999999", "", "d1"])
def test_switch_to_an_assignment_of_another_is_absent(client, cast: Cast, assignment):
    act(client, cast, "teacher")
    theirs = f"e{cast.principal.employments.get().pk}" if assignment == "e1" else assignment

    assert client.post("/accounts/switch/", {"assignment": theirs}).status_code == 404
    assert "assignment" in client.session  # its own choice stands
    assert client.get("/people/").status_code == 404


def test_delegation_form_offers_the_own_body_and_the_own_rights(client, cast: Cast):
    act(client, cast, "principal")

    form = client.get("/rights/delegations/").context["form"]

    assert {p.full_name for p in form.fields["deputy"].queryset} == set(SCHOOL_2_BY_NAME) - {"Trần Văn Hòa"}
    assert "GRANT_MANAGE" not in dict(form.fields["permissions"].choices)


def test_grants_page_gives_and_ends(client, cast: Cast):
    act(client, cast, "province_leader", Role.PROVINCE_LEADER)
    fields = {
        "code": "93101",
        "role": "LOCAL_LEADER",
        "organization": "93-1",
        "start": clock.today().isoformat(),
        "reason": "QĐ 5",
    }

    given = client.post("/rights/grants/", fields)
    again = client.post("/rights/grants/", fields)
    grant = Grant.objects.get(user=cast.local_officer.user)
    ended = client.post(f"/rights/grants/{grant.pk}/end/")

    assert (given.status_code, again.status_code, ended.status_code) == (302, 422, 302)
    shown = client.get("/rights/grants/?ended=1").context["rows"]
    assert [row[0].pk for row in shown] == [grant.pk]


def test_grants_page_shows_exactly_those_within_reach(client, cast: Cast):
    act(client, cast, "local_leader", Role.LOCAL_LEADER)
    own = [row[0].user.display_name for row in client.get("/rights/grants/").context["rows"]]
    act(client, cast, "administrator", Role.ADMINISTRATOR)
    every = {row[0].user.display_name for row in client.get("/rights/grants/").context["rows"]}

    assert own == ["Cao Văn Sang"]
    assert every == {"Cao Văn Sang", "Vũ Văn Uy", "Lâm Văn Giang", "Trịnh Văn Yên"}
