"""Addresses of login and account: those of allauth that are used keep its names."""

from django.urls import include, path, re_path

from temis.accounts.views import first, login, role

_own = [
    path("first/", first.enter_code, name="first"),
    path("first/password/", first.choose_password, name="first_password"),
    path("security/", login.second_factor, name="security"),
    path("switch/", role.switch, name="switch"),
]

urlpatterns = [
    path("", include((_own, "accounts"))),
    path("login/", login.log_in, name="account_login"),
    path("logout/", login.log_out, name="account_logout"),
    path("inactive/", login.inactive, name="account_inactive"),
    path("reauthenticate/", login.reauthenticate, name="account_reauthenticate"),
    path("password/change/", login.change_password, name="account_change_password"),
    path("password/reset/", login.ask_reset, name="account_reset_password"),
    path("password/reset/done/", login.ask_reset_done, name="account_reset_password_done"),
    path("password/reset/key/done/", login.reset_password_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        login.reset_password,
        name="account_reset_password_from_key",
    ),
    path("second-factor/", login.second_factor, name="mfa_index"),
    path("second-factor/authenticate/", login.authenticate, name="mfa_authenticate"),
    path("second-factor/reauthenticate/", login.reauthenticate_code, name="mfa_reauthenticate"),
    path("second-factor/activate/", login.activate, name="mfa_activate_totp"),
    path("second-factor/deactivate/", login.deactivate, name="mfa_deactivate_totp"),
    path("second-factor/recovery-codes/", login.recovery_codes, name="mfa_view_recovery_codes"),
    path("second-factor/recovery-codes/new/", login.make_recovery_codes, name="mfa_generate_recovery_codes"),
    path("second-factor/recovery-codes/file/", login.download_recovery_codes, name="mfa_download_recovery_codes"),
]
