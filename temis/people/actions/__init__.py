"""Every write on people, employments, groups, appointments, and on who may act as what."""

from temis.people.actions.accounts import lock_account, may_manage_account, reset_second_factor, unlock_account
from temis.people.actions.codes import in_need_of_code, issue_codes, may_get_code
from temis.people.actions.core_teachers import appoint_core, end_core
from temis.people.actions.delegations import give_delegation, revoke_delegation
from temis.people.actions.employments import end_employment, set_group, transfer_person
from temis.people.actions.grants import end_grant, give_grant
from temis.people.actions.groups import create_group, remove_group, rename_group
from temis.people.actions.persons import add_person, complete_profile, edit_person, open_accounts
from temis.people.actions.projection import project_people

__all__ = [
    "add_person",
    "appoint_core",
    "complete_profile",
    "create_group",
    "edit_person",
    "end_core",
    "end_employment",
    "end_grant",
    "give_delegation",
    "give_grant",
    "in_need_of_code",
    "issue_codes",
    "lock_account",
    "may_get_code",
    "may_manage_account",
    "open_accounts",
    "project_people",
    "remove_group",
    "rename_group",
    "reset_second_factor",
    "revoke_delegation",
    "set_group",
    "transfer_person",
    "unlock_account",
]
