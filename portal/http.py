"""Middleware of the shell: language, limits of a session, where a request comes from."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.cache import add_never_cache_headers

from portal import audit

GetResponse = Callable[[HttpRequest], HttpResponse]

SEEN = "seen_at"
SIGNED_IN = "signed_in_at"
QUIET_PATHS = ("/poll",)  # asking for news is not activity
SEEN_STEP = 60  # seconds between two writes of the last activity


class LanguageMiddleware:
    """The language that the person chose, else the cookie's, else the browser's."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = getattr(request.user, "language", "") if request.user.is_authenticated else ""
        language = chosen or translation.get_language_from_request(request)
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class SessionLimitsMiddleware:
    """Ends sessions that were idle or lasted too long; signed-in pages are not stored."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        now = int(time.time())
        session = request.session
        if self._is_over(request, now=now):
            logout(request)
            return redirect(settings.LOGIN_URL)
        session.setdefault(SIGNED_IN, now)
        if not request.path.startswith(QUIET_PATHS) and now - session.get(SEEN, 0) >= SEEN_STEP:
            session[SEEN] = now
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response

    def _is_over(self, request: HttpRequest, *, now: int) -> bool:
        idle = now - request.session.get(SEEN, now)
        age = now - request.session.get(SIGNED_IN, now)
        return bool(idle > settings.SESSION_IDLE_SECONDS or age > settings.SESSION_ABSOLUTE_SECONDS)


class OriginMiddleware:
    """Lets the audit log know the address that an act came from."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with audit.coming_from(address_of(request)):
            return self.get_response(request)


def address_of(request: HttpRequest) -> str:
    """Return the visitor's address; behind a known number of proxies, the one they saw."""
    hops = settings.AXES_IPWARE_PROXY_COUNT
    chain = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    if hops and len(chain) >= hops and chain[-hops]:
        return str(chain[-hops])[:64]
    return str(request.META.get("REMOTE_ADDR", ""))[:64]
