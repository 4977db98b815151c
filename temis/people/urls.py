"""Addresses of people, of rights in use and of the audit trail."""

from django.urls import path

from temis.people.views import accounts, codes, employments, groups, people, profile, rights, trails

app_name = "people"
urlpatterns = [
    path("people/", people.people, name="list"),
    path("people/new/", people.new, name="new"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/edit/", people.edit, name="edit"),
    path("people/<int:pk>/core/", employments.core, name="core"),
    path("people/<int:pk>/core/end/", employments.core_end, name="core_end"),
    path("people/accounts/", accounts.accounts, name="accounts"),
    path("people/<int:pk>/account/", accounts.account, name="account"),
    path("people/<int:pk>/account/lock/", accounts.lock, name="lock_account"),
    path("people/<int:pk>/account/unlock/", accounts.unlock, name="unlock_account"),
    path("people/<int:pk>/account/second-factor/", accounts.reset_second_factor, name="reset_second_factor"),
    path("people/<int:pk>/code/", codes.one_code, name="one_code"),
    path("people/employments/<int:pk>/transfer/", employments.transfer, name="transfer"),
    path("people/employments/<int:pk>/end/", employments.end, name="end"),
    path("people/employments/<int:pk>/group/", employments.group, name="group"),
    path("people/groups/", groups.groups, name="groups"),
    path("people/groups/<int:pk>/rename/", groups.rename, name="rename_group"),
    path("people/groups/<int:pk>/remove/", groups.remove, name="remove_group"),
    path("people/codes/", codes.choose, name="codes"),
    path("people/codes/print/", codes.print_codes, name="print_codes"),
    path("people/codes/mail/", codes.mail_codes, name="mail_codes"),
    path("profile/", profile.profile, name="profile"),
    path("profile/audit/", profile.own_audit, name="own_audit"),
    path("profile/audit/<int:pk>/", profile.own_entry, name="own_entry"),
    path("rights/delegations/", rights.delegations, name="delegations"),
    path("rights/delegations/<int:pk>/revoke/", rights.revoke_delegation, name="revoke_delegation"),
    path("rights/grants/", rights.grants, name="grants"),
    path("rights/grants/<int:pk>/end/", rights.end_grant, name="end_grant"),
    path("audit/", trails.body, name="audit"),
    path("audit/<int:pk>/", trails.entry, name="entry"),
]
