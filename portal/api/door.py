"""The door: a token in the header, its limits, and whom it stands for."""

from datetime import timedelta
from math import ceil
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone, translation
from ninja.security import HttpBearer

from portal import audit, throttle, tokens
from portal.api.problems import Problem
from portal.enums import ApiScope
from portal.models import ApiToken, User

MINUTE = timedelta(minutes=1)
LONGEST = 200  # characters of a token

_bearers: list[Any] = []


def register_bearer(bind: Any) -> None:  # noqa: ANN401 -- a function of the app that knows people
    """Say who a user is towards the department; `bind(request, user)` is False for nobody."""
    _bearers[:] = [bind]


class ApiRequest(HttpRequest):
    """A call with a token. Rooms above cast it to their own request, which has a scope."""

    user: User
    token: ApiToken
    etag: str
    replayed: bool


class Bearer(HttpBearer):
    """Lets a token in that has the scope; cookies open nothing, so that no site can misuse them."""

    def __init__(self, scope: ApiScope | None = None) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Any:  # noqa: ANN401 -- ninja's signature
        scheme, _blank, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise _unknown()
        return self.authenticate(request, secret.strip())

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken:
        now = timezone.now()
        found = tokens.find(token, now=now) if len(token) <= LONGEST else None
        if found is None:
            raise _unknown()
        call = cast("ApiRequest", request)
        call.user, call.token = found.user, found
        if not all(bind(call, found.user) for bind in _bearers):
            raise _unknown()
        audit.coming_through(found.hint)
        self._speak(request, found.user)
        _count(found)
        _weigh(request)
        if self.scope is not None and self.scope not in found.scopes:
            raise Problem(403, code="scope", headers=_challenge(error="insufficient_scope"))
        return found

    def _speak(self, request: HttpRequest, user: User) -> None:
        """Answer in the language the call asks for, else in the one the person chose."""
        if user.language and not request.headers.get("Accept-Language"):
            translation.activate(user.language)
            request.LANGUAGE_CODE = user.language


def _challenge(*, error: str = "") -> dict[str, str]:
    return {"WWW-Authenticate": f'Bearer error="{error}"' if error else "Bearer"}


def _unknown() -> Problem:
    return Problem(401, headers=_challenge())


def _count(token: ApiToken) -> None:
    """Count the call against the token's minute. Raises Problem 429 once it is used up."""
    now = timezone.now()
    limit = throttle.Limit(name="api", times=settings.API_PER_MINUTE, within=MINUTE)
    visitor = f"token:{token.pk}"
    if wait := throttle.ends_in(limit, visitor, now=now):
        seconds = max(1, ceil(wait.total_seconds()))
        raise Problem(429, headers={"Retry-After": str(seconds)})
    throttle.count(limit, visitor, now=now)


def _weigh(request: HttpRequest) -> None:
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    if length.isdecimal() and len(length) < 20 and int(length) <= settings.API_MAX_BYTES:  # noqa: PLR2004 -- digits of a length
        return
    raise Problem(413)
