"""Where a role can go."""

import pytest

from temis.access import P, Role, Scope
from temis.portal.navigation import ENTRIES, HOME, Entry, links, navigation


def scope_of(role: Role, permissions: frozenset[P] | None = None) -> Scope:
    return Scope(user_id=1, person_id=1, role=role, unit_id=1, path="a", permissions=permissions)


def test_every_role_has_an_entry_and_at_most_five():
    assert set(ENTRIES) == set(Role)
    assert {role: len(entries) for role, entries in ENTRIES.items() if not 1 <= len(entries) <= 5} == {}
    assert {entries[0] for entries in ENTRIES.values()} == {HOME}


@pytest.mark.parametrize("role", Role)
def test_role_holds_the_right_to_each_of_its_entries(role):
    scope = scope_of(role)

    assert [entry.label for entry in ENTRIES[role] if not scope.has(entry.permission)] == []


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
