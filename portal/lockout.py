"""How many failed tries are too many: counted by account, and by address."""

from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max, Sum
from django.http import HttpRequest

Credentials = dict[str, Any] | None


class Lockout(AxesDatabaseHandler):  # type: ignore[misc]  # axes is untyped
    """Counts as axes does, with two differences.

    A whole office may share one address, so that an address may fail more often than an account.
    Signing in forgives the failures of that account only: else anybody with an account of their
    own could try the passwords of others for ever.
    """

    def get_failures(self, request: HttpRequest, credentials: Credentials = None) -> int:
        """Return the count that is compared with the limit of an account."""
        of_account, of_address = (
            attempts.aggregate(n=Sum("failures_since_start"))["n"] or 0
            for attempts in self.get_user_attempts(request, credentials)
        )
        share = settings.AXES_FAILURE_LIMIT / settings.LOCKOUT_ADDRESS_FAILURES
        return int(max(of_account, of_address * share))

    def latest(self, request: HttpRequest, credentials: Credentials = None) -> Any:  # noqa: ANN401 -- datetime or None
        """Return the moment of the last counted failure, or None."""
        moments = [
            attempts.aggregate(at=Max("attempt_time"))["at"]
            for attempts in self.get_user_attempts(request, credentials)
        ]
        return max((at for at in moments if at), default=None)

    def reset_user_attempts(
        self,
        request: HttpRequest,  # noqa: ARG002 -- axes' signature
        credentials: Credentials = None,
    ) -> int:
        return self.forgive((credentials or {}).get(settings.AXES_USERNAME_FORM_FIELD) or "")

    def forgive(self, username: str) -> int:
        """Forget the failures of one account; returns how many rows went."""
        return int(AccessAttempt.objects.filter(username=username).delete()[0])
