"""Every address with every role: without the permission, and with it but out of reach, a page looks absent."""

import pytest

from temis.access import GRANTS, Role
from tests.architecture import neighbour
from tests.architecture.addresses import ALL, Address
from tests.cast import act

# Who of the cast holds each role; all but the national ones work in the first province.
HOLDERS = {
    Role.TEACHER: "teacher",
    Role.GROUP_LEADER: "leader",
    Role.STAFF: "staff",
    Role.DEPUTY_PRINCIPAL: "deputy",
    Role.PRINCIPAL: "principal",
    Role.LOCAL_OFFICER: "local_officer",
    Role.LOCAL_LEADER: "local_leader",
    Role.PROVINCE_OFFICER: "province_officer",
    Role.PROVINCE_LEADER: "province_leader",
    Role.MINISTRY_OFFICER: "ministry_officer",
    Role.MINISTRY_LEADER: "ministry_leader",
    Role.LECTURER: "lecturer",
    Role.ADMINISTRATOR: "administrator",
}
NATIONAL_ROLES = (Role.MINISTRY_OFFICER, Role.MINISTRY_LEADER, Role.ADMINISTRATOR)
OF_THE_PROVINCE = [role for role in HOLDERS if role not in NATIONAL_ROLES]
ANYTHING = dict.fromkeys({name for address in ALL for name in address.parameters}, 1) | {"criterion": 1, "kind": "self"}

# Parameters that name no record.
ANY_VALUE = ("criterion", "kind", "name")

# What the parameters of an address mean, by the beginning of its name; the longest that fits counts.
MEANING = {
    "people:": {"pk": "person"},
    "people:transfer": {"pk": "employment"},
    "people:end": {"pk": "employment"},
    "people:group": {"pk": "employment"},
    "people:rename_group": {"pk": "group"},
    "people:remove_group": {"pk": "group"},
    "people:own_entry": {"pk": "entry"},
    "people:entry": {"pk": "entry"},
    "people:revoke_delegation": {"pk": "delegation"},
    "people:end_grant": {"pk": "grant"},
    "organizations:": {"pk": "organization"},
    "restructuring:": {"pk": "reorganization", "step_id": "step"},
    "messaging:read": {"pk": "notice"},
    "evidence:": {"pk": "evidence"},
    "appraisals:": {"pk": "appraisal", "item_pk": "evidence"},
    "appraisals:period_windows": {"pk": "period", "organization_pk": "organization"},
    "appraisals:group_summary": {"period_pk": "period", "group_pk": "group"},
    "opinions:": {"pk": "appraisal"},
    "following:": {"period_pk": "period", "body_pk": "organization", "group_pk": "group"},
    "exchange:organizations": {"pk": "batch_organizations"},
    "exchange:staff": {"pk": "batch_staff"},
    "exchange:results": {"pk": "batch_results"},
    "core:job": {"pk": "job"},
    "reporting:": {"report": "report", "number": "number"},
    "reporting:recipient": {"pk": "recipient"},
    "reporting:resend": {"pk": "dispatch"},
}
# Addresses whose record belongs to the whole country, or to the installation, and why.
NATIONAL = {
    "appraisals:period": "a period is national; who may change it is the permission's matter",
    "appraisals:period_edit": "the same",
    "appraisals:period_open": "the same",
    "appraisals:period_close": "the same",
    "appraisals:period_reopen": "the same",
    "appraisals:period_dates": "the same",
    "appraisals:participants": "a list within reach, tested with its exact set",
    "appraisals:exclude": "works on a list within reach, tested with its exact set",
    "appraisals:include": "the same",
    "appraisals:early": "the same",
    "appraisals:sync": "works on the own body",
    "appraisals:blank_opinion": "a form of a national standard with nothing filled in",
    "appraisals:head_summary": "of a national period, those on whom the own body decides, tested with its exact set",
    "appraisals:print_school": "the same",
    "appraisals:printed": "a file made for the own assignment, tested with the forms",
    "reporting:deadlines": "the days of a year, the same for all provinces",
    "messaging:resend": "mail of the installation, for its administrators",
}


def meaning(address: Address) -> dict[str, str]:
    fitting = [start for start in MEANING if address.name.startswith(start)]
    return MEANING[max(fitting, key=len)] if fitting else {}


def about_a_record(address: Address) -> bool:
    return bool(address.parameters) and address.name not in NATIONAL


@pytest.mark.parametrize("role", HOLDERS)
def test_address_without_the_permission_is_absent(cast, client, role):
    act(client, cast, HOLDERS[role], role)
    answers = {
        (method, address.name): getattr(client, method)(address.url(**ANYTHING)).status_code
        for address in ALL
        for method, declared in address.methods
        if declared.permission not in GRANTS[role]
    }

    assert {what: status for what, status in answers.items() if status != 404} == {}


@pytest.mark.parametrize("role", OF_THE_PROVINCE)
def test_record_of_another_province_is_answered_like_an_absent_one_and_stays_as_it_is(cast, client, role):
    keys = neighbour.build(cast)
    before = neighbour.contents(keys)
    act(client, cast, HOLDERS[role], role)
    shown, differing = set(), set()
    for address in filter(about_a_record, ALL):
        kinds = meaning(address)
        theirs = ANYTHING | {name: keys[kind] for name, kind in kinds.items()}
        absent = ANYTHING | dict.fromkeys(kinds, neighbour.ABSENT)
        for method, declared in address.methods:
            if declared.permission not in GRANTS[role]:
                continue
            answers = [getattr(client, method)(address.url(**values)).status_code for values in (theirs, absent)]
            if method == "get" and answers[0] != 404:
                shown.add((address.name, answers[0]))
            if answers[0] != answers[1]:
                differing.add((address.name, *answers))

    assert (shown, differing) == (set(), set())
    assert neighbour.contents(keys) == before


@pytest.mark.parametrize("address", [*filter(about_a_record, ALL)], ids=lambda address: address.name)
def test_record_of_each_address_is_known_to_this_test(address):
    """A new address with a parameter must say here whose record it is."""
    assert {name for name in address.parameters if name not in ANY_VALUE} <= set(meaning(address))


def test_visitor_is_sent_to_the_login_page_from_every_address(db, client):
    answers = {
        (method, address.name): getattr(client, method)(address.url(**ANYTHING))
        for address in ALL
        for method, _declared in address.methods
    }

    elsewhere = {
        what: answer.status_code
        for what, answer in answers.items()
        if answer.status_code != 302 or not answer["Location"].startswith("/accounts/login/")
    }
    assert elsewhere == {}
