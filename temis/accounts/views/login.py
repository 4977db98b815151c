"""allauth's views that TEMIS uses, each declared; signing up, adding addresses and the rest are absent."""

from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.db import transaction
from django.http import HttpResponse

from temis.accounts import session, validators
from temis.accounts.views.pages import account_page
from temis.core import audit


class _Recorded:
    """A form view whose success is one transaction with its audit entry."""

    action = ""

    def form_valid(self, form: Any) -> HttpResponse:
        request = self.request  # type: ignore[attr-defined]
        with transaction.atomic():
            audit.record(self.action, scope=getattr(request, "scope", None), by=self.owner(), target=self.owner())
            response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        return response

    def owner(self) -> Any:
        return self.request.user  # type: ignore[attr-defined]


class _WithRules:
    """Tells the rules of a password."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"rules": validators.help_texts()}  # type: ignore[misc]


class ChangePassword(_Recorded, _WithRules, account.PasswordChangeView):
    action = "account.password_change"


class ResetPassword(_Recorded, _WithRules, account.PasswordResetFromKeyView):
    action = "account.password_reset"

    def owner(self) -> Any:
        return self.reset_user


class ActivateSecondFactor(_Recorded, totp.ActivateTOTPView):
    action = "account.second_factor_on"

    def form_valid(self, form: Any) -> HttpResponse:
        """Setting it up shows it: this session has the second factor."""
        response = super().form_valid(form)
        self.request.session[session.SECOND_FACTOR] = self.request.user.pk
        return response


class DeactivateSecondFactor(_Recorded, totp.DeactivateTOTPView):
    action = "account.second_factor_off"


class MakeRecoveryCodes(_Recorded, recovery.GenerateRecoveryCodesView):
    action = "account.recovery_codes"


log_in = account_page(account.login)
log_out = account_page(account.logout)
inactive = account_page(account.account_inactive)
reauthenticate = account_page(account.reauthenticate)
change_password = account_page(ChangePassword.as_view())
ask_reset = account_page(account.password_reset)
ask_reset_done = account_page(account.password_reset_done)
reset_password = account_page(ResetPassword.as_view())
reset_password_done = account_page(account.password_reset_from_key_done)
second_factor = account_page(mfa.index)
authenticate = account_page(mfa.authenticate)
reauthenticate_code = account_page(mfa.reauthenticate)
activate = account_page(ActivateSecondFactor.as_view())
deactivate = account_page(DeactivateSecondFactor.as_view())
recovery_codes = account_page(recovery.view_recovery_codes)
make_recovery_codes = account_page(MakeRecoveryCodes.as_view())
download_recovery_codes = account_page(recovery.download_recovery_codes)
