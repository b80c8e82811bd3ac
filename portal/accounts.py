"""How people sign in: by staff number or e-mail; nobody signs up by themselves."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.tokens import default_token_generator
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import audit, notices
from portal.http import address_of
from portal.models import User

RESET = "account.reset"


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Writes what happens at the door into the audit log; passwords never."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 -- allauth's signature
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ANN401 -- allauth's signature
        """Leave counting the tries to axes, which counts in the database."""

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:  # noqa: ANN401 -- allauth's signature
        response: HttpResponse = super().post_login(request, user, **kwargs)
        _note(request, actor=user, target=user, verb="account.signed_in")
        return response

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ANN401 -- allauth's signature
        """Note for which account, if there is one: what else was typed may be a password.

        Tries while the door is locked are not written down one by one.
        """
        super().authentication_failed(request, **credentials)
        if getattr(request, "axes_failures_since_start", None) is None:
            return
        known = _known(_typed(credentials))
        _note(request, actor=None, target=known, verb="account.sign_in_failed")
        if getattr(request, "axes_locked_out", False):
            _note(request, actor=None, target=known, verb="account.locked_out")

    def logout(self, request: HttpRequest) -> None:
        user = request.user
        if user.is_authenticated:
            _note(request, actor=user, target=user, verb="account.signed_out")
        super().logout(request)

    @transaction.atomic
    def set_password(self, user: User, password: str) -> None:
        """Set it, end the user's other sessions, and after a reset forgive the failed tries."""
        super().set_password(user, password)
        request = self.request
        by_reset = not request.user.is_authenticated
        end_sessions(user, keep=None if by_reset else request.session.session_key)
        if by_reset:
            AxesProxyHandler.get_implementation().forgive(user.username)
        verb = "account.password_reset" if by_reset else "account.password_changed"
        _note(request, actor=user, target=user, verb=verb)

    def send_password_reset_mail(self, user: User, email: str, context: Mapping[str, Any]) -> None:  # noqa: ARG002 -- allauth's signature
        """Put the mail into the outbox: sending it here would take time that tells who exists."""
        post_reset(user=user, now=timezone.now())


def _note(request: HttpRequest, *, actor: User | None, target: User | None, verb: str) -> None:
    with audit.coming_from(address_of(request)):
        audit.record(actor=actor, verb=verb, target=target, at=timezone.now())


def note_own(request: HttpRequest, *, verb: str) -> None:
    """Write down what somebody did to their own account."""
    user = cast("User", request.user)
    _note(request, actor=user, target=user, verb=verb)


# --- resetting the password -----------------------------------------------------------------
def post_reset(*, user: User, now: datetime) -> None:
    """Write a mail with a link to choose a password; the link is made when it is sent."""
    message = notices.Outgoing(
        key=f"reset:{user.pk}:{uuid4().hex}",
        kind=RESET,
        params={"user": user.pk},
        user_id=user.pk,
    )
    notices.post([message], now=now)


def _reset_path(params: Mapping[str, Any]) -> str:
    user = User.objects.get(pk=params["user"])
    token = default_token_generator.make_token(user)
    return reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), token])


def _reset_text(_params: Mapping[str, Any]) -> str:
    return _(
        "With the link below you choose a new password for your account. It works once and for a"
        " limited time. If you did not ask for it, do nothing."
    )


RESET_KIND = notices.Kind(
    code=RESET,
    icon="key",
    label=gettext_lazy("Choose a new password"),
    text=_reset_text,
    url=_reset_path,
)


# --- ending sessions ------------------------------------------------------------------------
def end_sessions(user: User, *, keep: str | None = None) -> int:
    """End the sessions of a user, all but the one with the key `keep`; returns how many."""
    rows = UserSession.objects.filter(user=user)
    keys = [key for key in rows.values_list("session_key", flat=True) if key != keep]
    Session.objects.filter(session_key__in=keys).delete()
    rows.filter(session_key__in=keys).delete()
    return len(keys)


@transaction.atomic
def end_sign_in(*, user: User, now: datetime) -> bool:
    """Let a user in no more, from this moment on; False when that was so already."""
    end_sessions(user)
    if not User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        return False
    audit.record(actor=None, verb="account.sign_in_ended", target=user, at=now)
    return True


# --- the second factor ----------------------------------------------------------------------
@transaction.atomic
def remove_second_factor(*, user: User, actor: User, now: datetime) -> bool:
    """Let a user who lost the phone and the recovery codes set it up anew; ends their sessions.

    False when there is none.
    """
    if not Authenticator.objects.filter(user=user).delete()[0]:
        return False
    end_sessions(user)
    audit.record(actor=actor, verb="account.factor_removed", target=user, at=now)
    return True


# --- locking out ----------------------------------------------------------------------------
def _typed(credentials: Mapping[str, Any]) -> str:
    typed = credentials.get("login") or credentials.get("username") or credentials.get("email")
    return str(typed or "").replace("\x00", "").encode("utf-8", "ignore").decode()[:150]


def _known(typed: str) -> User | None:
    by_number = User.objects.filter(username__iexact=typed).order_by("pk").first()
    return by_number or User.objects.filter(email__iexact=typed).exclude(email="").first()


def account_of(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:
    """Return the account whose failed tries are counted, however it was typed."""
    user = getattr(request, "user", None)
    own = user.get_username() if user is not None and user.is_authenticated else ""
    typed = _typed(credentials or {"username": request.POST.get("login") or own})
    known = _known(typed)
    if known:
        return known.username
    # What belongs to no account may be a password typed into the wrong field.
    return f"?{hashlib.sha256(typed.casefold().encode()).hexdigest()[:32]}"


def locked_out(
    request: HttpRequest, _response: HttpResponse | None, credentials: dict[str, Any] | None
) -> HttpResponse:
    """Answer 429 and say until when."""
    cool_off = timedelta(hours=settings.AXES_COOLOFF_TIME)
    last = AxesProxyHandler.get_implementation().latest(request, credentials)
    until = (last or timezone.now()) + cool_off
    return render(request, "account/locked.html", {"until": until}, status=429)


# --- the door of the administration ---------------------------------------------------------
@login_not_required
def admin_sign_in(request: HttpRequest) -> HttpResponse:
    """Send to the one door there is: Django's own asks for no second factor."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))
    if not request.user.is_staff:
        raise PermissionDenied
    return redirect("admin:index")
