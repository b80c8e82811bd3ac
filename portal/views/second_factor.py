"""Setting up and switching off the second factor; the audit log hears of it with the act."""

from typing import Any

from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.db import transaction
from django.http import HttpResponse

from portal import accounts


class _Noted:
    """A form of allauth whose success is an entry of the audit log."""

    verb = ""

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:  # noqa: ANN401 -- allauth's signature
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]  # of the view beside
        accounts.note_own(self.request, verb=self.verb)  # type: ignore[attr-defined]  # the same
        return response


class ActivateView(_Noted, totp.ActivateTOTPView):  # type: ignore[misc]  # allauth is untyped
    verb = "account.factor_added"


class DeactivateView(_Noted, totp.DeactivateTOTPView):  # type: ignore[misc]  # allauth is untyped
    verb = "account.factor_removed"


class RenewCodesView(_Noted, codes.GenerateRecoveryCodesView):  # type: ignore[misc]  # allauth is untyped
    verb = "account.codes_renewed"
