"""Where a role can go."""

import pytest

from temis.access import GRANTS, P, Role, Scope
from temis.portal.navigation import ACCOUNT, ENTRIES, FOOTER, HOME, Entry, links, navigation
from tests.architecture.addresses import ALL
from tests.architecture.test_rights_over_addresses import HOLDERS
from tests.cast import act

# Two looks at one right: each role has the one that fits it.
ONE_OF = {"appraisals:school", "appraisals:decisions"}


def scope_of(role: Role, permissions: frozenset[P] | None = None) -> Scope:
    return Scope(user_id=1, person_id=1, role=role, unit_id=1, path="a", permissions=permissions)


def test_every_role_has_an_entry_and_at_most_five():
    assert set(ENTRIES) == set(Role)
    assert {role: len(entries) for role, entries in ENTRIES.items() if not 1 <= len(entries) <= 5} == {}
    assert {entries[0] for entries in ENTRIES.values()} == {HOME}


@pytest.mark.parametrize("role", Role)
def test_role_holds_the_right_to_each_of_its_entries(role):
    scope = scope_of(role)

    assert [entry.label for entry in ENTRIES[role] if not entry.is_open_to(scope)] == []


def test_phone_shows_three_at_most():
    assert all(len(navigation(scope_of(role), "/").phone) <= 3 for role in Role)


def test_entry_without_an_address_is_left_out():
    assert [link.url for link in links([HOME, Entry("Chưa có", "nothing:here")])] == ["/"]


def test_current_entry_is_the_one_whose_address_the_page_begins_with():
    entries = [HOME, Entry("Chuẩn", "standards:list")]

    assert [link.current for link in links(entries, "/standards/GVPT-20/2018/")] == [False, True]
    assert [link.current for link in links(entries, "/")] == [True, False]


def test_delegation_sees_only_what_it_names():
    own = navigation(scope_of(Role.PRINCIPAL), "/")
    lent = navigation(scope_of(Role.PRINCIPAL, frozenset({P.PROGRESS_VIEW})), "/")

    assert {link.url for link in lent.entries} < {link.url for link in own.entries}
    assert all("people" not in link.url for link in lent.entries)


# every place a role has a right to, and no other


def places() -> set[Entry]:
    return {entry for entries in ENTRIES.values() for entry in entries} | set(ACCOUNT)


@pytest.mark.parametrize("entry", sorted(places(), key=lambda entry: entry.url_name), ids=lambda entry: entry.url_name)
def test_entry_asks_for_what_its_page_asks_for(entry):
    """Else a menu would lead to a page that is absent. The page of imports looks for any of three rights itself."""
    declared = {one.permission for address in ALL if address.name == entry.url_name for one in address.declares}

    assert entry.url_name == "exchange:list" or not declared or entry.permission in declared


@pytest.mark.parametrize("role", Role)
def test_menu_of_a_role_lacks_no_place_it_has_a_right_to(role):
    scope = scope_of(role)
    shown = {link.url for link in [*navigation(scope, "/").entries, *navigation(scope, "/").account]}
    open_to_it = {entry for entry in places() if entry.is_open_to(scope) and entry.url_name not in ONE_OF}

    assert sorted({link.url for link in links(list(open_to_it))} - shown) == []


def test_no_menu_names_a_place_twice():
    for role in Role:
        menu = navigation(scope_of(role), "/")
        urls = [link.url for link in [*menu.entries, *menu.account]]
        assert len(urls) == len(set(urls))


def test_imports_and_reports_are_in_the_menus_of_exactly_those_who_may():
    def roles_with(url_name: str) -> set[Role]:
        (address,) = {link.url for link in links([entry for entry in places() if entry.url_name == url_name])}
        menus = {role: navigation(scope_of(role), "/") for role in Role}
        return {
            role for role, menu in menus.items() if address in {link.url for link in [*menu.entries, *menu.account]}
        }

    imports = {P.IMPORT_ORGANIZATIONS, P.IMPORT_STAFF, P.IMPORT_RESULTS}
    assert roles_with("exchange:list") == {role for role in Role if imports & set(GRANTS[role])}
    assert roles_with("reporting:list") == {role for role in Role if P.REPORT_VIEW in GRANTS[role]}
    assert Role.MINISTRY_OFFICER in roles_with("exchange:list") & roles_with("reporting:list")


@pytest.mark.parametrize("role", HOLDERS)
def test_every_link_of_every_menu_answers(client, cast, role):
    scope = act(client, cast, HOLDERS[role], role)
    menu = navigation(scope, "/")
    urls = [link.url for link in [*menu.entries, *menu.account, *links(FOOTER)]]

    assert {url: client.get(url).status_code for url in urls} == dict.fromkeys(urls, 200)


def test_every_role_is_tried():
    assert set(HOLDERS) == set(Role)
