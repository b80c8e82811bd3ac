"""Middleware of the shell: language, limits of a session, where a request comes from."""

import time
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, logout
from django.core.exceptions import SuspiciousOperation
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers
from django.utils.crypto import constant_time_compare
from django_htmx.middleware import HtmxDetails

from portal import audit, news
from portal.models import User
from portal.sessions import KEY, SessionStore

GetResponse = Callable[[HttpRequest], HttpResponse]

SEEN = "seen_at"
SIGNED_IN = "signed_in_at"
QUIET_PATHS = ("/poll",)  # asking for news is not activity
QUIET = "X-Kefu-Quiet"  # nor is what an open page asks for by itself
NOWHERE = "0.0.0.0"  # noqa: S104 -- a visitor without an address, behind a socket
SEEN_STEP = 60  # seconds between two writes of the last activity


def is_over(session: Mapping[str, Any], *, now: int) -> bool:
    """Tell whether a session was idle or lasted too long; `now` in seconds since 1970."""
    idle = now - session.get(SEEN, now)
    age = now - session.get(SIGNED_IN, now)
    return bool(idle > settings.SESSION_IDLE_SECONDS or age > settings.SESSION_ABSOLUTE_SECONDS)


def is_quiet(request: HttpRequest) -> bool:
    """Tell whether a page asked, and not the person before it."""
    asks = request.method == "GET" and QUIET in request.headers
    return asks or request.path.startswith(QUIET_PATHS)


class PortalRequest(HttpRequest):
    """A request of a signed-in user."""

    user: User
    htmx: HtmxDetails


class QuietPollMiddleware:
    """Answers the question for news with two small look-ups where there is none.

    It only ever says "nothing new", and only to a session that is in order; all else, also a
    session that is over, goes the long way through every other middleware.
    """

    SESSION = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"
    STATE = (
        "SELECT u.password, u.is_active, n.id FROM portal_user u LEFT JOIN portal_notice n"
        " ON n.receiver_id = u.id AND n.read_at IS NULL"
        " WHERE u.id = %s ORDER BY n.id DESC LIMIT %s"
    )

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info == "/poll" and request.method == "GET" and self._is_quiet(request):
            return HttpResponse(status=204, headers={"Cache-Control": "no-store"})
        return self.get_response(request)

    def _is_quiet(self, request: HttpRequest) -> bool:
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        if not KEY.fullmatch(key):
            return False
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        with connection.cursor() as cursor:
            cursor.execute(self.SESSION, [key, now])
            row = cursor.fetchone()
            session = SessionStore(key).decode(row[0]) if row else {}
            user_id = session.get(SESSION_KEY, "")
            if not str(user_id).isdigit() or is_over(session, now=int(time.time())):
                return False
            cursor.execute(self.STATE, [int(user_id), news.MOST_COUNTED])
            rows = cursor.fetchall()
        if not self._is_theirs(session, rows):
            return False
        return news.Shown.of(request).is_current([row[2] for row in rows if row[2]])

    def _is_theirs(self, session: Mapping[str, Any], rows: list[tuple[str, bool, int]]) -> bool:
        """Tell whether the session belongs to an active user whose password is still the same."""
        if not rows or not rows[0][1]:
            return False
        wanted = User(password=rows[0][0]).get_session_auth_hash()
        return constant_time_compare(session.get(HASH_SESSION_KEY, ""), wanted)


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


class PlainAddressMiddleware:
    """Refuses addresses with a NUL, which no page has and PostgreSQL takes for an error."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise SuspiciousOperation("NUL in the address")
        return self.get_response(request)


class SessionLimitsMiddleware:
    """Ends sessions that were idle or lasted too long; signed-in pages are not stored."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        now = int(time.time())
        session = request.session
        if is_over(session, now=now):
            logout(request)
            return self.get_response(request)
        session.setdefault(SIGNED_IN, now)
        if not is_quiet(request) and now - session.get(SEEN, 0) >= SEEN_STEP:
            session[SEEN] = now
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response


class OriginMiddleware:
    """Lets the audit log know the address that an act came from."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with audit.coming_from(address_of(request)):
            return self.get_response(request)


def address_of(request: HttpRequest) -> str:
    """Return the visitor's address; behind a known number of proxies, the one they saw."""
    hops = settings.PROXY_COUNT
    chain = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    seen = [chain[-hops]] if hops and len(chain) >= hops else []
    for text in (*seen, str(request.META.get("REMOTE_ADDR", ""))):
        try:
            return str(ip_address(text))
        except ValueError:
            continue
    return NOWHERE
