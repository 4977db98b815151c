"""Pages of rights: delegations, the switch between roles, roles by name."""

import re

import pytest
from django.test import Client

from temis.access import Role
from temis.accounts.models import Delegation, Grant
from temis.core import clock
from temis.core.models import AuditEntry
from temis.people.models import Person
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


def _offered(page) -> list[str]:
    """Whom the list of the form holds, in its order."""
    return re.findall(r'<option value="\d+"[^>]*>([^<]+)<', page.content.decode())


def test_delegation_form_offers_the_own_body_and_the_own_rights(client, cast: Cast):
    act(client, cast, "principal")

    page = client.get("/rights/delegations/")

    assert _offered(page) == [name for name in SCHOOL_2_BY_NAME if name != "Trần Văn Hòa"]
    assert "GRANT_MANAGE" not in dict(page.context["form"].fields["permissions"].choices)
    assert 'name="q"' not in page.content.decode()


def test_delegation_form_of_a_large_body_asks_for_a_name_first(client, cast: Cast, monkeypatch):
    monkeypatch.setattr("temis.people.forms.MOST_OFFERED", 7)
    act(client, cast, "principal")

    page = client.get("/rights/delegations/")

    assert (_offered(page), 'name="q"' in page.content.decode()) == ([], True)
    assert 'name="permissions"' not in page.content.decode()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("thi", ["Phạm Thị Ánh", "Huỳnh Thị Ân", "Nguyễn Thị Bình", "Đỗ Thị Cúc", "Bùi Thị Dung", "Lê Thị Thu"]),
        ("bui thi d", ["Bùi Thị Dung"]),
        ("Trần Văn Hòa", []),  # the head himself
        ("Cao Văn Sang", []),  # of another body
    ],
)
def test_deputy_is_looked_for_by_name_among_the_own_body(client, cast: Cast, monkeypatch, text, found):
    monkeypatch.setattr("temis.people.forms.MOST_OFFERED", 7)
    act(client, cast, "principal")
    codes = dict(Person.objects.values_list("full_name", "code"))

    page = client.get("/rights/delegations/", {"q": text})

    assert _offered(page) == [f"{name} ({codes[name]})" for name in found]
    assert ("Không tìm thấy ai" in page.content.decode()) == (not found)


def test_deputy_is_found_by_code(client, cast: Cast, monkeypatch):
    monkeypatch.setattr("temis.people.forms.MOST_OFFERED", 7)
    act(client, cast, "principal")

    page = client.get("/rights/delegations/", {"q": cast.deputy.code})

    assert _offered(page) == [f"{cast.deputy.full_name} ({cast.deputy.code})"]


def test_more_people_of_a_name_than_are_offered_ask_for_more_of_it(client, cast: Cast, monkeypatch):
    monkeypatch.setattr("temis.people.forms.MOST_OFFERED", 5)
    act(client, cast, "principal")

    page = client.get("/rights/delegations/", {"q": "thị"})

    assert _offered(page) == []
    assert "Nhập đủ họ tên hơn" in page.content.decode()


def test_refused_delegation_of_a_large_body_keeps_who_was_chosen(client, cast: Cast, monkeypatch):
    monkeypatch.setattr("temis.people.forms.MOST_OFFERED", 7)
    act(client, cast, "principal")
    today = clock.today().isoformat()
    sent = {"deputy": cast.deputy.pk, "permissions": ["APPRAISAL_VIEW"], "start": today, "end": today}

    refused = client.post(f"/rights/delegations/?q={cast.deputy.code}", {**sent, "reason": ""})
    given = client.post(f"/rights/delegations/?q={cast.deputy.code}", {**sent, "reason": "Họp"})

    assert (refused.status_code, given.status_code) == (422, 302)
    assert f'<option value="{cast.deputy.pk}" selected>' in refused.content.decode()
    assert Delegation.objects.get().deputy == cast.deputy.user


def test_deputy_who_was_not_in_the_list_may_be_sent_only_from_the_own_body(client, cast: Cast):
    act(client, cast, "principal")
    today = clock.today().isoformat()
    sent = {"permissions": ["APPRAISAL_VIEW"], "start": today, "end": today, "reason": "Họp"}

    answer = client.post("/rights/delegations/", {**sent, "deputy": cast.local_officer.pk})

    assert (answer.status_code, Delegation.objects.count()) == (422, 0)


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
