"""How people sign in: by staff number or e-mail; nobody signs up by themselves."""

from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from portal import audit
from portal.http import address_of
from portal.models import User


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Writes what happens at the door into the audit log; passwords never."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 -- allauth's signature
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:  # noqa: ANN401 -- allauth's signature
        response: HttpResponse = super().post_login(request, user, **kwargs)
        self._note(request, user=user, verb="account.signed_in")
        return response

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ANN401 -- allauth's signature
        """Note for which account, if there is one: what else was typed may be a password."""
        super().authentication_failed(request, **credentials)
        if known := _known(_typed(credentials)):
            self._note(request, user=known, verb="account.sign_in_failed")

    def logout(self, request: HttpRequest) -> None:
        user = request.user
        if user.is_authenticated:
            self._note(request, user=user, verb="account.signed_out")
        super().logout(request)

    def set_password(self, user: User, password: str) -> None:
        super().set_password(user, password)
        self._note(None, user=user, verb="account.password_changed")

    def _note(self, request: HttpRequest | None, *, user: User, verb: str) -> None:
        actor = None if verb == "account.sign_in_failed" else user
        if request is None:
            audit.record(actor=actor, verb=verb, target=user, at=timezone.now())
            return
        with audit.coming_from(address_of(request)):
            audit.record(actor=actor, verb=verb, target=user, at=timezone.now())


def _typed(credentials: Mapping[str, Any]) -> str:
    typed = str(credentials.get("username") or credentials.get("email") or "")
    return typed.replace("\x00", "").encode("utf-8", "ignore").decode()[:150]


def _known(typed: str) -> User | None:
    by_number = User.objects.filter(username=typed).first()
    return by_number or User.objects.filter(email__iexact=typed).exclude(email="").first()


def account_of(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:
    """Return the account whose failed tries are counted, by number also when typed as e-mail."""
    typed = _typed(credentials or {"username": request.POST.get("login", "")})
    known = _known(typed)
    return known.username if known else typed


def locked_out(request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:  # noqa: ANN401 -- axes' signature
    """Answer 429 and say how long to wait."""
    minutes = round(settings.AXES_COOLOFF_TIME * 60)
    return render(request, "account/locked.html", {"minutes": minutes}, status=429)
